"""What survey institutes and form tools write: weights, replicates, tagged missing values, unfinished answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.evaluation import load
from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import read_sources

from .drafting import ROOT, TODAY, drafted, plain, planned, questions

HEAD = ["CLE", "DATE_SAISIE", "TEMPS_SAISIE", "LANG_SAISIE", "PROG_SAISIE", "Êtes-vous satisfait ?",
        "Que pourrions-nous améliorer ?", "POIDS"]  # fmt: skip


def sphinx(n: int = 120) -> list[str]:
    """Return an export whose every tenth answer was begun and not finished: nothing follows, and it has no weight."""
    lines = [";".join(HEAD)]
    for i in range(n):
        begun = i % 10 == 0
        answer = "" if begun else ("Très satisfait", "Plutôt satisfait", "Peu satisfait", "Pas satisfait")[i % 4]
        words = "" if begun or i % 2 else ("Rien", "Merci à toute l'équipe", "Ouvrir le samedi")[i % 3]
        weight = "" if begun else f"{0.7 + (i % 7) / 10:.2f}".replace(".", ",")
        state = "En cours" if begun else "Enregistré"
        lines.append(f"{1000 + i};{1 + i % 28:02d}/03/2026 10:00;{60 + i};fr;{state};{answer};{words};{weight}")
    return lines


def test_answers_that_were_begun_and_not_finished_are_set_aside_and_hide_no_weight(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"satisfaction.csv": sphinx()})
    (survey,) = made.settings["sources"]
    (file,) = survey["files"].values()
    assert plain(file["incomplete"]) == {"column": "PROG_SAISIE", "finished": ["Enregistré"]}
    assert plain(survey["design"]) == {"weights": "POIDS"}
    assert not {"CLE", "TEMPS_SAISIE", "LANG_SAISIE", "PROG_SAISIE"} & set(questions(made))
    new_evaluation("essai", [tmp_path / "satisfaction.csv"], tmp_path, lambda standing: False, TODAY)
    read = read_sources(load("essai", tmp_path))
    assert len(read.clean["satisfaction"]) == 108
    # answers made in cycles repeat one another, which is flagged
    assert [r for r in read.failures["rule"] if r != "same_record"] == 12 * ["incomplete"]


def test_words_of_ones_own_are_never_codes_however_few_they_are(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"satisfaction.csv": sphinx()})
    asked = questions(made)["Que pourrions-nous améliorer ?"]
    assert (asked["type"], asked["role"]) == ("open", "open_text")
    assert asked["name"] not in planned(made)


def institute(folder: Path) -> Drafted:
    n = np.arange(400)
    table = pd.DataFrame(
        {
            "serial": 20230001.0 + n,
            "stratum": 1.0 + n % 4,
            "psu": 11.0 + n % 20,
            "finalwt": 800.0 + 37.5 * (n % 31),
            "smart": 1.0 + n % 2,
            "tablet": 1.0 + (n // 2) % 2,
            "trust": n % 11 * 1.0,
            **{f"repwt{k:02d}": 700.0 + 3.5 * (n % (6 + k)) for k in range(1, 9)},
        }
    )
    labels = ["Serial number", "Sampling stratum", "Primary sampling unit", "Final person weight",
              "Q2a. Devices used to go online: Smartphone", "Q2b. Devices used to go online: Tablet",
              "Q5. On a scale of 0 to 10, how much do you trust it?",
              *(f"Replicate weight {k} (BRR)" for k in range(1, 9))]  # fmt: skip
    trust = table["trust"].astype(object)
    trust[n % 15 == 0] = "d"
    table["trust"] = trust
    answers = {"smart": {1: "Yes", 2: "No"}, "tablet": {1: "Yes", 2: "No"}, "trust": {"d": "Don't know"}}
    pyreadstat.write_dta(
        table, folder / "dps_2023.dta", column_labels=labels, variable_value_labels=answers,
        missing_user_values={"trust": ["d"]},
    )  # fmt: skip
    return draft_evaluation("essai", [folder / "dps_2023.dta"], TODAY, ROOT)


def test_weights_strata_and_units_are_found_and_replicates_are_no_answers(tmp_path: Path) -> None:
    made = institute(tmp_path)
    (survey,) = made.settings["sources"]
    assert plain(survey["design"]) == {"weights": "finalwt", "strata": "stratum", "clusters": ["psu"]}
    assert not {"repwt01", "repwt02"} & set(questions(made))
    assert any("replicate weights (repwt01 to repwt08)" in line for line in made.said)
    assert questions(made)["serial"]["role"] == "respondent"


def test_marks_with_a_tagged_missing_value_have_a_mean(tmp_path: Path) -> None:
    trust = questions(institute(tmp_path))["trust"]
    assert (trust["type"], trust["range"], trust["missing"]) == ("count", [0, 10], {".d": "dont_know"})


def test_questions_of_yes_or_no_under_one_label_are_its_boxes(tmp_path: Path) -> None:
    (boxes,) = [q for q in questions(institute(tmp_path)).values() if q["type"] == "multiple"]
    assert list(boxes["wording"].values()) == ["Devices used to go online"]
    assert [(i["column"], *i["label"].values()) for i in boxes["items"]] == [
        ("smart", "Smartphone"), ("tablet", "Tablet")
    ]  # fmt: skip


@pytest.mark.parametrize(("blank", "weighted"), [(0.0, True), (0.15, True), (0.4, False)])
def test_poids_of_mean_one_are_weights_though_some_have_none(tmp_path: Path, blank: float, weighted: bool) -> None:
    lines = ["Êtes-vous content ?;POIDS"]
    lines += [f"{('oui', 'non')[i % 2]};{'' if i < 100 * blank else f'{0.8 + (i % 5) / 10:.1f}'}" for i in range(100)]
    (survey,) = drafted(tmp_path, {"enquete.csv": lines}).settings["sources"]
    assert ("design" in survey) == weighted
