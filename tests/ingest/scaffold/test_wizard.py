"""The few guesses of a draft that a person at a terminal decides."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.scaffold.wizard import STOP, decide, decisions
from pipeline.ingest.scaffold.write import new_evaluation

from .drafting import TODAY, drafted, plain

ANSWERS = [
    "numero;satisfaction;age",
    *(f"{i};{('Pas du tout', 'Plutôt', 'Tout à fait')[i % 3]};{20 + i}" for i in range(30)),
]


def _settings(folder: Path) -> dict[str, Any]:
    return drafted(folder, {"enquete.csv": ANSWERS}).settings


def _asked(settings: dict[str, Any]) -> list[str]:
    return [d.where.partition(", ")[2] or d.where.partition(" ")[0] for d in decisions(settings)]


def test_the_guesses_on_which_all_rests_are_asked_and_no_other(tmp_path: Path) -> None:
    assert _asked(_settings(tmp_path)) == ["title", "edition", "field", "mode", "population", "by", "question"]


def test_an_empty_line_keeps_every_guess_marked(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    before = plain(settings)
    asked: list[str] = []

    def ask(line: str) -> str:
        asked.append(line)
        return ""

    assert decide(settings, ask) == 0
    assert plain(settings) == before
    assert isinstance(settings["title"], Reviewed)
    assert asked[0] == "title (titre / title) [Essai]: "


def test_answers_take_the_place_of_guesses_and_wrong_ones_are_asked_again(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    answers = iter(["Les EPN, en 2025", "l'an passé", "2025", "2025-03-01 2025-02-01", "2025-03-01 2025-03-31"])
    more = iter(["Face to face", "usagers", "au hasard", "quota", "Les usagers sont-ils contents ?"])
    lines: list[str] = []

    def ask(line: str) -> str:
        lines.append(line)
        return next(answers, None) or next(more)

    assert decide(settings, ask) == 7
    assert settings["title"] == {"fr": "Les EPN, en 2025"}
    assert settings["edition"] == 2025
    [wave] = settings["waves"]
    assert wave["field"] == [dt.date(2025, 3, 1), dt.date(2025, 3, 31)]
    assert wave["mode"] == "face_to_face"
    [source] = settings["sources"]
    assert (source["population"], source["by"]) == ({"fr": "usagers"}, "quota")
    assert settings["questions"][0]["fr"] == "Les usagers sont-ils contents ?"
    assert len([line for line in lines if "not understood" in line]) == 3
    assert any("probability, quota, volunteer, unstated" in line for line in lines)


def test_a_point_keeps_all_that_follow(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    answers = iter(["Autre titre", STOP])
    assert decide(settings, lambda _: next(answers)) == 1
    assert settings["title"] == {"fr": "Autre titre"}
    assert isinstance(settings["edition"], Reviewed)


def test_what_was_answered_is_written_and_loads(tmp_path: Path) -> None:
    received = tmp_path / "enquete.csv"
    received.write_text("\n".join(ANSWERS) + "\n", encoding="utf-8")
    answers = iter(
        ["Les EPN : l'avis des usagers", "2025", "2025-03-01 2025-03-31", "web", "usagers", "volunteer", "."]
    )
    new_evaluation("essai", [received], tmp_path, lambda _: False, TODAY, lambda _: next(answers, STOP))
    text = (tmp_path / "surveys" / "essai" / "evaluation.yaml").read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    assert written["title"] == {"fr": "Les EPN : l'avis des usagers"}
    assert written["waves"][0]["field"] == [dt.date(2025, 3, 1), dt.date(2025, 3, 31)]
    assert "by: volunteer\n" in text


@pytest.mark.parametrize("answer", ["usagers: 3", "#", "'", "{", "- x", "null", "2025"])
def test_whatever_is_typed_stays_a_text(tmp_path: Path, answer: str) -> None:
    received = tmp_path / "enquete.csv"
    received.write_text("\n".join(ANSWERS) + "\n", encoding="utf-8")
    answers = iter([answer, STOP])
    new_evaluation("essai", [received], tmp_path, lambda _: False, TODAY, lambda _: next(answers))
    written = yaml.safe_load((tmp_path / "surveys" / "essai" / "evaluation.yaml").read_text(encoding="utf-8"))
    assert written["title"] == {"fr": answer}
