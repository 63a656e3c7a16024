"""Filters that answers show are proposed; what only looks like one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.scaffold.drafting import drafted, questions

HEAD = "id;Êtes-vous venu cette année ?;Êtes-vous satisfait de l'accueil ?"


def second(tmp_path: Path, rows: list[str]) -> dict[str, object]:
    made = drafted(tmp_path, {"enquete-2025.csv": [HEAD, *rows]})
    return questions(made)["Êtes-vous satisfait de l'accueil ?"]


def answers(i: int) -> str:
    return ("Très satisfait", "Plutôt satisfait", "Pas satisfait")[i % 3]


def test_a_question_that_those_who_said_yes_answer_alone_is_asked_of_them(tmp_path: Path) -> None:
    rows = [f"{i};{('oui', 'non')[i % 2]};{answers(i) if i % 2 == 0 else ''}" for i in range(80)]
    assert second(tmp_path, rows)["asked_if"] == [{"question": "Etes_vous_venu_cette_annee", "codes": ["oui"]}]


@pytest.mark.parametrize("spoiled", ["one who said no answers", "few do not answer", "one who said nothing answers"])
def test_answers_that_no_earlier_question_parts_are_asked_of_all(tmp_path: Path, spoiled: str) -> None:
    few = spoiled == "few do not answer"
    rows = [
        f"{i};{'non' if (i < 10 if few else i % 2) else 'oui'};{'' if (i < 10 if few else i % 2) else answers(i)}"
        for i in range(80)
    ]
    if not few:
        rows[1] = f"1;{'non' if 'said no' in spoiled else ''};Très satisfait"
    assert "asked_if" not in second(tmp_path, rows)
