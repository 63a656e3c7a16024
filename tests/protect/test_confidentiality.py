"""Who stands behind a number decides whether it may be shown."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import ProtectError
from pipeline.protect import Thresholds, protect
from pipeline.results import DECLARED, Measure

VISITS = {
    "analysis": "attendance",
    "indicator": "visits",
    "measure": "count",
    "unit": "count",
    "population": "visits",
    "inference": "census",
    "period": "2006",
    "estimate": 1200.0,
    "se": np.nan,
    "lower": np.nan,
    "upper": np.nan,
    "df": np.nan,
}


def reason(out):
    return list(out["reason"])


@pytest.mark.parametrize(("contributors", "expected"), [(10, "c"), (11, ""), (0, "")])
def test_answers_of_few_persons_are_masked(table, contributors, expected):
    out, _ = protect(table({"estimate": 0.006, "se": 0.002, "contributors": contributors}))
    assert reason(out) == [expected]


def test_the_minimum_is_the_evaluation_s(table):
    out, _ = protect(table({"contributors": 14}), Thresholds(minimum_contributors=15))
    assert reason(out) == ["c"]


@pytest.mark.parametrize(
    ("spaces", "largest", "expected"), [(2, 0.6, "c"), (3, 0.6, ""), (9, 0.86, "c"), (9, 0.85, "")]
)
def test_visits_of_few_or_dominated_spaces_are_masked(table, spaces, largest, expected):
    out, _ = protect(table({**VISITS, "contributors": spaces, "largest_share": largest}))
    assert reason(out) == [expected]


@pytest.mark.parametrize(("spaces", "largest", "expected"), [(2, 0.6, "c"), (3, 0.6, "model"), (9, 0.86, "c")])
def test_visits_completed_by_a_model_are_masked_like_visits(table, spaces, largest, expected):
    completed = {"inference": "model", "method": "completed", "se": 10.0, "lower": 1180.0, "upper": 1220.0, "n": 36}
    out, _ = protect(table({**VISITS, **completed, "contributors": spaces, "largest_share": largest}))
    assert reason(out) == [expected]


def test_answers_given_in_one_space_are_masked_however_many_they_are(table):
    out, _ = protect(
        table({"contributors": 400, "n": 800, "largest_share": 1.0}, {"contributors": 400, "n": 800, "wave": "2003"})
    )
    assert reason(out) == ["c", ""]


def test_register_facts_are_public(table):
    out, _ = protect(table({**VISITS, "analysis": "spaces", "population": "spaces", "contributors": 1}))
    assert reason(out) == [""]


def test_no_number_about_a_named_space(table):
    out, _ = protect(table({**VISITS, "territory_level": "space", "territory": "E12", "contributors": 40}))
    assert reason(out) == ["c"]


def test_a_row_that_cannot_be_judged_stops_the_stage(table):
    with pytest.raises(ProtectError, match="without contributors"):
        protect(table({**VISITS, "contributors": np.nan}))


def test_numbers_of_contributors_of_answers_stay_private(table):
    out, _ = protect(table({}, {**VISITS, "contributors": 9, "largest_share": 0.4}))
    answers = out["population"] == "users"
    assert out.loc[answers, ["contributors", "largest_share"]].isna().all(axis=None)
    assert out.loc[~answers, "contributors"].tolist() == [9]


@pytest.mark.parametrize("measure", ["listed", "renamed"])
@pytest.mark.parametrize(("listed", "expected"), [(0, ""), (2, "c"), (3, "")])
def test_a_list_of_actors_points_at_no_one_or_two_of_them_whatever_its_measure_is_called(
    table, listed, expected, measure
):
    row = {**VISITS, "analysis": "networks", "indicator": "actors", "population": "actors", "contributors": listed}
    rows = table({**row, "measure": measure, "estimate": float(listed)})
    out, _ = protect(rows.assign(**{DECLARED: [Measure(measure, "count", listed=True)]}))
    assert reason(out) == [expected]
    # what actors answered keeps the rule of answers
    out, _ = protect(table({**row, "measure": "declared", "contributors": 10}))
    assert reason(out) == ["c"]
