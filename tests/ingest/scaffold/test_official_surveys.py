"""Files of statistical offices: the weight beside its replicates, letters in place of numbers, keys, design."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.draft_evaluation import Drafted, draft_evaluation
from pipeline.ingest.scaffold.replicate_weights import replicate_weights
from pipeline.ingest.scaffold.words import CLUSTERS, SURVEY_ROLES, matches, role_of
from tests.ingest.scaffold.drafting import ROOT, drafted, plain, planned, questions

LABELS = {
    "serial": "Serial number",
    "stratum": "Sampling stratum",
    "psu": "Primary sampling unit",
    "finalwt": "Final person weight",
    "trust": "On a scale of 0 to 10, how much do you trust it?",
    "hours": "Hours spent online in a typical week",
    "net": "How often do you use the internet?",
}
REASONS = {"d": "Don't know", "r": "Refused"}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Drafted:
    """Draft a Stata file of 60 persons: strata, units, a weight and eight replicates of it, .d and .r among numbers."""
    folder = tmp_path_factory.mktemp("official")
    n = 60
    table = pd.DataFrame({"serial": [20230001.0 + i for i in range(n)], "stratum": [1 + i // 20 for i in range(n)]})
    table["psu"] = [10 * (1 + i // 20) + i % 2 for i in range(n)]
    table["finalwt"] = [900.25 + 11.5 * (i % 17) for i in range(n)]
    table["trust"] = [("d", "r")[i % 2] if i % 15 == 0 else float(i % 11) for i in range(n)]
    table["hours"] = ["d" if i % 20 == 1 else float(3 + i % 37) for i in range(n)]
    table["net"] = [1.0 + i % 3 for i in range(n)]
    labels = dict(LABELS)
    for k in range(1, 9):
        table[f"repwt{k:02d}"] = table["finalwt"] * (1.5 if k % 2 else 0.5)
        labels[f"repwt{k:02d}"] = f"Replicate weight {k} (BRR, Fay 0.5)"
    pyreadstat.write_dta(
        table,
        str(folder / "survey_2023.dta"),
        column_labels=[labels[c] for c in table],
        variable_value_labels={"trust": REASONS, "hours": REASONS, "net": {1: "Daily", 2: "Less often", 3: "Never"}},
        missing_user_values={"trust": ["d", "r"], "hours": ["d", "r"]},
        version=14,
    )
    return draft_evaluation("essai", [folder / "survey_2023.dta"], dt.date(2026, 11, 30), ROOT)


def test_a_weight_beside_its_replicates_is_the_weight_of_the_design(survey: Drafted) -> None:
    """The final weight, strata and units make the design; no weight is averaged."""
    [source] = plain(survey.settings["sources"])
    assert source["design"] == {"weights": "finalwt", "strata": "stratum", "clusters": ["psu"]}
    assert "finalwt" not in planned(survey)


def test_replicate_weights_are_no_questions_and_said_once(survey: Drafted) -> None:
    """No replicate is a question; one line says that they are not used."""
    assert not [name for name in questions(survey) if name.startswith("repwt")]
    assert sum("8 replicate weights (repwt01 to repwt08)" in line for line in survey.said) == 1


def test_letters_in_place_of_numbers_are_reasons_and_no_answers(survey: Drafted) -> None:
    """Marks keep their range and their mean, counts are counts; .d and .r say why there is none, with their share."""
    found = questions(survey)
    assert (found["trust"]["type"], found["trust"]["range"]) == ("count", [0, 10])
    assert found["hours"]["type"] == "count"
    assert found["trust"]["missing"] == found["hours"]["missing"] == {".d": "dont_know", ".r": "refused"}
    [remarks] = [q["missing"].remark for q in survey_questions(survey) if q["name"] == "trust"]
    assert "(7 % " in remarks


def survey_questions(made: Drafted) -> list[dict[str, Any]]:
    """Return the questions with the remarks on them."""
    return [q for each in made.instruments.values() for q in each["questions"]]


def test_a_serial_number_is_the_key(survey: Drafted) -> None:
    """Numbers that differ on every record and are called so are the key of the respondent."""
    assert questions(survey)["serial"]["role"] == "respondent"


@pytest.mark.parametrize(
    "header",
    [
        "Final person weight",
        "finalwt",
        "hhwt",
        "wt_final",
        "Cross-sectional household weight",
        "perwt",
        "POIDS",
        "Coef. de pondération",
        "Coefficient de redressement",
        "Facteur d'extrapolation",
        "Weighting factor",
    ],
)
def test_headers_of_survey_weights(header: str) -> None:
    """What offices call their weights is one."""
    assert role_of(SURVEY_ROLES, header) == "weight"


@pytest.mark.parametrize("header", ["Replicate weight 1", "Weight before pregnancy", "Weighted score", "repwt01"])
def test_headers_of_other_weights(header: str) -> None:
    """Weights of replicates and of bodies, and what was weighted, are no weight of the survey."""
    assert role_of(SURVEY_ROLES, header) is None


@pytest.mark.parametrize(
    ("stem", "label", "many"),
    [("repwt", "", True), ("W_FSTR", "", True), ("bsw", "", True), ("x", "Jackknife replicate weight", True),
     ("rep", "Réponse", False), ("q", "How often do you lift weights?", False), ("hours", "", False)],
)  # fmt: skip
def test_series_of_replicate_weights(stem: str, label: str, many: bool) -> None:
    """Numbered columns are replicates where their stem or their labels say so."""
    columns = [Column(f"{stem}{k}", label and f"{label} {k}", "number", {}, [], pd.Series([1.5])) for k in range(1, 11)]
    assert len(replicate_weights(columns)) == (10 if many else 0)
    assert replicate_weights(columns[:3]) == []


def test_a_weight_that_unfinished_interviews_lack_is_one(tmp_path: Path) -> None:
    """Two in ten have none: the others are positive, of mean 1, and make the design."""
    rows = [f"{i};{('Oui', 'Non')[i % 2]};{'' if i % 5 == 0 else f'{0.8 + 0.1 * (i % 5):.2f}'}" for i in range(1, 101)]
    made = drafted(tmp_path, {"enquete_2025.csv": ["N°;Êtes-vous déjà venu ?;POIDS", *rows]})
    [source] = plain(made.settings["sources"])
    assert source["design"] == {"weights": "POIDS"}


@pytest.mark.parametrize(
    "header", ["VSTRAT", "Variance stratum", "SDMVSTRA", "VARSTRAT", "Sample strata for sampling errors"]
)
def test_headers_of_strata(header: str) -> None:
    """Strata of the draw, and pseudo-strata that offices give for variances."""
    assert role_of(SURVEY_ROLES, header) == "stratum"


@pytest.mark.parametrize("header", ["psu", "VPSU", "Variance unit", "SDMVPSU", "VARUNIT", "Masked variance pseudo PSU"])
def test_headers_of_clusters(header: str) -> None:
    """Units that were drawn together, and pseudo-units for variances."""
    assert matches(CLUSTERS, header)


@pytest.mark.parametrize("header", ["strategy", "Housing unit", "Unit price", "Stratégie numérique"])
def test_headers_of_neither(header: str) -> None:
    """Words that begin alike say nothing of a draw."""
    assert role_of(SURVEY_ROLES, header) is None
    assert not matches(CLUSTERS, header)
