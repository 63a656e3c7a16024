"""Files in English are drafted in English, others in French, whatever language their remarks are in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat

from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from pipeline.ingest.tools.draft import hint
from tests.ingest.scaffold.drafting import ROOT, TODAY, drafted, plain, questions


def english(folder: Path) -> Drafted:
    table = pd.DataFrame({
        "Q5": [1.0, 2.0, 3.0, 4.0] * 15, "Q6": [0.0, 3.0, 7.0, 10.0] * 15, "S1": [20.0, 35.0, 50.0, 65.0] * 15,
        "S2": [1.0, 2.0] * 30, "V27": [0.8125, 1.1875] * 30,
    })  # fmt: skip
    said = ["Q5. Overall, how satisfied are you with the help?", "Q6. How sure are you online, from 0 to 10?",
            "S1. Age at last birthday", "S2. Gender", "Final weight (age x gender), mean 1"]  # fmt: skip
    labels = {
        "Q5": {1: "Very satisfied", 2: "Fairly satisfied", 3: "Fairly dissatisfied", 4: "Very dissatisfied"},
        "Q6": {0: "Not at all confident", 10: "Completely confident"},
        "S2": {1: "Male", 2: "Female"},
    }
    path = folder / "inclusion-2026.sav"
    pyreadstat.write_sav(
        table, path, column_labels=said, variable_value_labels=labels, file_label="Inclusion survey, 2026"
    )
    return draft_evaluation("essai", [path], TODAY, ROOT)


def test_a_file_in_english_is_drafted_in_english_alone(tmp_path: Path) -> None:
    made = english(tmp_path)
    settings = plain(made.settings)
    assert settings["languages"] == ["en"]
    assert settings["title"] == {"en": "Inclusion survey, 2026"}
    assert settings["questions"][0]["en"].startswith("Are the people asked satisfied?")
    assert "'fr'" not in str(settings)
    assert "'fr'" not in str(plain(made.instruments))
    assert hint("titles.year") == "Année"


def test_numbers_before_a_wording_and_brackets_behind_it_hide_no_role(tmp_path: Path) -> None:
    asked = questions(english(tmp_path))
    assert (asked["S1"]["role"], asked["S2"]["role"], asked["V27"]["role"]) == ("age", "sex", "weight")


def test_marks_whose_ends_alone_are_worded_have_a_mean(tmp_path: Path) -> None:
    marks = questions(english(tmp_path))["Q6"]
    assert (marks["type"], marks["range"]) == ("count", [0, 10])
    assert "Completely confident" in marks["label"]["en"]


def test_a_file_in_french_and_one_of_bare_codes_are_drafted_in_french(tmp_path: Path) -> None:
    rows = [f"{i};{('oui', 'non')[i % 2]}" for i in range(60)]
    made = drafted(tmp_path, {"enquete-2024.csv": ["id;Venez-vous souvent ?", *rows]})
    assert plain(made.settings["languages"]) == ["fr"]
    made = drafted(tmp_path, {"data-2024.csv": ["id;q1;q2;q3", *(f"{i};{i % 2};{i % 3};{i % 4}" for i in range(60))]})
    assert plain(made.settings["languages"]) == ["fr"]


def test_what_a_remark_proposes_stands_in_the_language_of_the_files(tmp_path: Path) -> None:
    answers = ("Yes", "No", "Partly")
    waves = {2023: "Overall, did you find what you were looking for?",
             2025: "All in all, did you find what you were looking for?"}  # fmt: skip
    files = {f"survey-{y}.csv": [f"{wording};How old are you?;Are you a man or a woman?",
             *(f"{answers[i % 3]};{20 + i};{('Woman', 'Man')[i % 2]}" for i in range(40))]
             for y, wording in waves.items()}  # fmt: skip
    [instrument] = drafted(tmp_path, files).instruments.values()
    remarks = " ".join(q["waves"].remark for q in instrument["questions"] if "waves" in q)
    assert f"wording: {{en: '{waves[2023]}'}}" in remarks
    assert "fr:" not in remarks
