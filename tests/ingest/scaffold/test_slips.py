"""One bad cell changes no column: its type and role are those of all others, and the cell is told by `check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ingest.scaffold.drafting import drafted, planned, questions

HEAD = "Identifiant;Passation;PondFin;Quel est votre âge ?;Êtes-vous venu ?"
SPOILT = {"nd": (2, "n.d."), "no weight": (2, ""), "minus": (2, "-12,5"), "word": (3, "quarante"),
          "no such day": (1, "31/02/2024"), "twice": (0, "1")}  # fmt: skip


def asked(folder: Path, place: int, cell: str) -> dict[str, dict[str, Any]]:
    rows = [
        [str(i), f"{1 + i % 28:02d}/11/2024", f"{0.5 + i % 7 / 6:.4f}".replace(".", ","), str(18 + i % 60),
         ("oui", "non")[i % 2]]
        for i in range(1, 101)
    ]  # fmt: skip
    rows[40][place] = cell
    made = drafted(folder, {"enquete-2024.csv": [HEAD, *map(";".join, rows)]})
    assert "PondFin" not in planned(made)
    return questions(made)


@pytest.mark.parametrize("slip", SPOILT)
def test_a_slip_of_the_hand_leaves_every_column_what_it_is(tmp_path: Path, slip: str) -> None:
    found = asked(tmp_path, *SPOILT[slip])
    assert {h: found[h].get("role", found[h]["type"]) for h in HEAD.split(";")} == {
        "Identifiant": "respondent", "Passation": "date", "PondFin": "weight", "Quel est votre âge ?": "age",
        "Êtes-vous venu ?": "outcome",
    }  # fmt: skip


def test_words_among_numbers_that_are_no_slips_are_answers(tmp_path: Path) -> None:
    rows = [f"{i};{(str(20 + i % 40), 'majeur')[i % 4 == 0]};{('oui', 'non')[i % 2]}" for i in range(100)]
    found = questions(drafted(tmp_path, {"enquete-2024.csv": ["id;Quel est votre âge ?;Êtes-vous venu ?", *rows]}))
    assert found["Quel est votre âge ?"].get("role") != "age"
