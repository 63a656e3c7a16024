"""Age bands of answers: told in French and English, and the age of a survey that asks for no other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from pipeline.ingest.scaffold.ages import age_codes
from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from tests.ingest.scaffold.drafting import ROOT, TODAY, drafted, plain, planned, questions

BANDS = ["Moins de 25 ans", "25 à 39 ans", "40 - 59 ans", "60 ans ou plus"]


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        (BANDS, ["0-24", "25-39", "40-59", "60+"]),
        (["15-24", "25-44", "45-59", "60+"], ["15-24", "25-44", "45-59", "60+"]),
        (["Under 18", "18 to 64", "65 and over"], ["0-17", "18-64", "65+"]),
        (["18-29 years", "30-49 years", "50 years or older"], ["18-29", "30-49", "50+"]),
        (["Jeune", "25-44", "60+"], []),
        (["- de 18 ans", "18-59 ans", "60 ans et +"], ["0-17", "18-59", "60+"]),
        (["< 18", "18-59", "> 60"], ["0-17", "18-59", "60+"]),
        (["+ de 60 ans", "18 à 59", "-18 ans"], ["0-17", "18-59", "60+"]),
    ],
)
def test_answers_that_are_age_bands_take_the_codes_by_which_results_are_cut(
    answers: list[str], codes: list[str]
) -> None:
    assert list(age_codes(answers)) == codes


def survey(folder: Path, head: str, answers: list[str]) -> Drafted:
    rows = [f"{i};{answers[i % len(answers)]};{('oui', 'non')[i % 2]}" for i in range(80)]
    return drafted(folder, {"enquete-2025.csv": [f"id;{head};Avez-vous trouvé de l'aide ?", *rows]})


def test_a_survey_that_asks_for_a_band_is_cut_by_age_in_its_own_bands(tmp_path: Path) -> None:
    made = survey(tmp_path, "Votre tranche d'âge", BANDS)
    asked = questions(made)["Votre tranche d'âge"]
    assert (asked["name"], asked["role"]) == ("age_band", "age_band")
    assert {c: t["fr"] for c, t in asked["codes"].items()} == dict(
        zip(["0-24", "25-39", "40-59", "60+"], BANDS, strict=True)
    )
    assert plain(made.settings["age_bands"]) == [25, 40, 60]
    assert "age_band" in planned(made)


@pytest.mark.parametrize(
    ("head", "answers"),
    [
        ("Votre tranche d'âge", ["Moins de 25 ans", "30 à 39 ans", "40 - 59 ans", "60 ans ou plus"]),
        ("Votre tranche d'âge", ["15 à 24 ans", "25 à 39 ans", "40 - 59 ans"]),
        ("Âge du matériel", BANDS),
    ],
)
def test_bands_with_a_gap_or_an_end_and_those_of_something_else_are_answers(
    tmp_path: Path, head: str, answers: list[str]
) -> None:
    made = survey(tmp_path, head, answers)
    assert questions(made)[head]["role"] == "outcome"
    assert "age_bands" not in made.settings


def test_codes_of_a_statistical_file_lead_to_the_bands_that_their_labels_name(tmp_path: Path) -> None:
    table = pd.DataFrame({"agegr": [1.0, 2.0, 3.0, 9.0] * 10})
    labels = {"agegr": {1: "15-24 ans", 2: "25-59 ans", 3: "60 ans et plus", 9: "Refus"}}
    path = tmp_path / "usagers-2024.sav"
    pyreadstat.write_sav(table, path, column_labels=["Âge"], variable_value_labels=labels)
    asked = questions(draft_evaluation("essai", [path], TODAY, ROOT))["agegr"]
    assert list(asked["codes"]) == ["15-24", "25-59", "60+"]
    assert asked["missing"] == {9: "refused"}
    assert asked["waves"] == {"2024": {"recode": {1: "15-24", 2: "25-59", 3: "60+"}}}


def test_a_statistical_file_and_words_typed_a_year_later_are_one_age_and_one_opinion(tmp_path: Path) -> None:
    ages, views = ["moins de 18 ans", "18-59 ans", "60 ans et +"], ["Tout à fait d'accord", "Pas d'accord"]
    table = pd.DataFrame({"NUM": range(60), "AGE": [1, 2, 3] * 20, "FACILE": [1, 2, 9, 1, 1, 2] * 10})
    words = {"AGE": dict(enumerate(ages, 1)), "FACILE": {1: views[0], 2: views[1], 9: "Ne se prononce pas"}}
    pyreadstat.write_sav(table, tmp_path / "avis_2024.sav", column_labels=["Numéro", "Âge", "L'espace est facile"],
                         variable_value_labels=words, missing_ranges={"FACILE": [9]})  # fmt: skip
    told = [f"{ages[i % 3]};{[*views, 'Ne se prononce pas'][i % 4 % 3]}" for i in range(80)]
    (tmp_path / "avis 2025.csv").write_text("\n".join(["Âge;L'espace est facile", *told]), encoding="utf-8")
    made = draft_evaluation("essai", [tmp_path / "avis_2024.sav", tmp_path / "avis 2025.csv"], TODAY, ROOT)
    asked = questions(made)
    assert asked["Âge"]["waves"] == {"2024": {"column": "AGE", "recode": {1: "0-17", 2: "18-59", 3: "60+"}}}
    assert set(asked["L'espace est facile"]["missing"]) == {9, "Ne se prononce pas"}
    assert len(asked["L'espace est facile"]["codes"]) == 2
