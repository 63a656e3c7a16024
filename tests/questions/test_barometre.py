"""The Baromètre du numérique: real answers, against shares computed apart from the pipeline and against R.

The file is read in place from the folder named by PIPELINE_REAL_DATA; no row of it is kept here.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation import load
from pipeline.protect import protect
from pipeline.questions.plan import analyse
from pipeline.weighting import weight
from tests.questions.conftest import ROOT

FILE = "barometre-numerique-2007-2022.csv.gz"
FOLDER = os.environ.get("PIPELINE_REAL_DATA", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (FOLDER and (Path(FOLDER) / FILE).is_file()),
        reason=f"set PIPELINE_REAL_DATA to the folder of {FILE} to run this test on real data",
    ),
]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    from pipeline.ingest import ingest

    build = tmp_path_factory.mktemp("barometre")
    evaluation = load("barometre-numerique", ROOT, Path(FOLDER))
    (build / "weight").mkdir()
    ingest(evaluation, build / "ingest")
    weight(evaluation, build / "ingest", build / "weight")
    return analyse(evaluation, build / "ingest", build / "weight").set_index("result_id")


@pytest.fixture(scope="module")
def received() -> pd.DataFrame:
    table = pd.read_csv(Path(FOLDER) / FILE, dtype=str, keep_default_na=False)
    return table.assign(w=table["POND"].astype(float), age=table["AGE"].astype(float))


def share(rows: pd.DataFrame, column: str, yes: list[str], out: list[str]) -> float:
    asked = rows[(rows[column] != "") & ~rows[column].isin(out)]
    return float(np.average(asked[column].isin(yes), weights=asked["w"]))


def test_every_wave_and_age_band_equals_a_plain_weighted_mean(table, received):
    unknown = ["[Nsp]", "Ne sait pas / Ne répond pas", "Je n’utilise pas ce service"]
    checks = {
        "equipment.computer": ("MICRO", ["Oui, un seul", "Oui, plusieurs"]),
        "equipment.smartphone": ("SMARTPHO", ["Oui"]),
        "use.never": ("FREQTOT", ["Jamais"]),
        "obstacles.named_3": ("FREINWEB3", ["Oui"]),
        "satisfaction.service_4": ("SATIS4", ["Très satisfait", "Plutôt satisfait"]),
    }
    compared = 0
    for name, (column, yes) in checks.items():
        head = name + ".share/inhabitants/wave={}/region=FR"
        for year, rows in received[received[column] != ""].groupby("ANNEE"):
            assert table.at[head.format(year), "estimate"] == pytest.approx(
                share(rows, column, yes, unknown), abs=1e-12
            )
            old = rows[rows["age"] >= 70]
            found = table.at[head.format(year) + "/age_band=70+", "estimate"]
            assert found == pytest.approx(share(old, column, yes, unknown), abs=1e-12)
            compared += 2
    assert compared == 2 * (15 + 11 + 7 + 2 + 1)


def test_public_places_are_compared_among_adults_in_all_four_years(table):
    shares = [table.loc[f"access.public_place.share/inhabitants/wave={y}/region=FR"] for y in range(2008, 2012)]
    assert [round(100 * s["estimate"], 1) for s in shares] == [9.7, 12.6, 12.6, 13.9]
    assert {s["base"] for s in shares} == {"AGE>=18"}
    assert not table.index.str.contains(r"^access.*age_band=12-17$").any()


@pytest.mark.parametrize(
    ("result_id", "estimate", "se"),
    [
        # R 4.2, survey 4.1.1: d <- svydesign(~1, strata=~ANNEE, weights=~POND); svyby(~pc, ~band + ANNEE, d, svymean)
        ("share/inhabitants/wave=2007/region=FR/age_band=12-17", 0.829040212865, 0.02532627805246),
        ("share/inhabitants/wave=2022/region=FR/age_band=70+", 0.636988301946, 0.01755427035808),
        # svycontrast of the two years, in points
        ("shift/inhabitants/wave=2007..2022/region=FR/age_band=12-17", 7.98572983918, 3.27602617806),
        ("shift/inhabitants/wave=2007..2022/region=FR/age_band=60-69", 45.36687933490, 3.47796756751),
        ("shift/inhabitants/wave=2007..2022/region=FR/age_band=70+", 46.77628202100, 2.75189883217),
    ],
)
def test_equipment_equals_r_survey(table, result_id, estimate, se):
    row = table.loc[f"equipment.computer.{result_id}"]
    # twelve digits were printed
    assert row["estimate"] == pytest.approx(estimate, rel=1e-10)
    assert row["se"] == pytest.approx(se, rel=1e-9)


def test_a_quota_sample_is_never_called_a_probability_sample(table):
    survey = table[~table["analysis"].isin(["account", "weighting", "response"])]
    trend = survey["measure"].isin(["trend", "curvature"])
    assert set(survey.loc[~trend, "inference"]) == {"nonprobability"}
    # A logit over the waves says of itself that it is a model.
    assert set(survey.loc[trend, "inference"]) == {"model"}
    assert set(survey["population"]) == {"inhabitants"}
    _, told = protect(table.reset_index())
    assert told["published"] > 1000
    assert told["by_reason"].get("nd", 0) == 0
