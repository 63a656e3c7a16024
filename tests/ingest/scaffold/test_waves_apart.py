"""Waves typed in other codes are one question where their answers say so, and never stop the draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.instrument import Instrument
from tests.ingest.scaffold.drafting import Drafted, drafted, plain, questions


def two_waves(folder: Path, first: tuple[str, list[str]], last: tuple[str, list[str]]) -> Drafted:
    files = {}
    for year, (head, answers) in (("2023", first), ("2025", last)):
        rows = [f"{i};0{1 + i % 9}/03/{year};{answers[i % len(answers)]}" for i in range(1, 61)]
        files[f"questionnaire-{year}.csv"] = [f"N°;Date;{head}", *rows]
    made = drafted(folder, files)
    for each in made.instruments.values():
        Instrument.model_validate(plain(each))
    return made


@pytest.mark.parametrize(
    ("first", "last", "recode"),
    [
        (("Sexe (1=H 2=F)", ["1", "2"]), ("Sexe", ["H", "F"]), {1: "H", 2: "F"}),
        (
            ("Avez-vous été aidé ? (1 oui 2 non)", ["1", "2", "NSP"]),
            ("Avez-vous été aidé ?", ["O", "N", "O"]),
            {1: "O", 2: "N"},
        ),
        (("Avez-vous été aidé ?", ["1", "0"]), ("Avez-vous été aidé ?", ["Oui", "Non"]), {0: "Non", 1: "Oui"}),
    ],
)
def test_numbers_of_one_wave_lead_to_the_answers_of_the_next(
    tmp_path: Path, first: tuple[str, list[str]], last: tuple[str, list[str]], recode: dict[int, str]
) -> None:
    asked = questions(two_waves(tmp_path, first, last))[last[0]]
    assert asked["waves"]["2023"]["recode"] == recode
    assert set(asked["codes"]) == set(recode.values())


def test_boxes_ticked_otherwise_in_another_wave_are_the_same_question(tmp_path: Path) -> None:
    first = ("Démarches;Loisirs;Emploi", ["1;0;0", "0;1;1", "1;1;0"])
    last = ("Démarches;Loisirs;Emploi", ["x;;", ";x;x", "x;x;"])
    (boxes,) = [q for q in questions(two_waves(tmp_path, first, last)).values() if q["type"] == "multiple"]
    assert [i["column"] for i in boxes["items"]] == ["Démarches", "Loisirs", "Emploi"]
    assert "asked" not in boxes.get("waves", {}).get("2023", {})


def test_a_column_that_holds_something_else_in_another_wave_is_two_questions(tmp_path: Path) -> None:
    made = two_waves(tmp_path, ("Avis", ["a;", "b"]), ("Avis", ["Internet, Imprimante", "Internet", "Imprimante"]))
    assert made.instruments


def test_a_header_labels_the_codes_that_it_explains(tmp_path: Path) -> None:
    rows = [f"{i};{1 + i % 4}" for i in range(60)]
    made = drafted(tmp_path, {"enquete-2025.csv": ["N°;Satisfaction globale (1=pas du tout 4=très)", *rows]})
    codes = questions(made)["Satisfaction globale (1=pas du tout 4=très)"]["codes"]
    assert [t["fr"] for t in codes.values()] == ["pas du tout", "2", "3", "très"]
