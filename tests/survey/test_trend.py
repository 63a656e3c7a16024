"""Trend of shares over ordered groups against linearised covariances in R and the plain Cochran-Armitage test."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.survey import Design, VariableError
from tests.survey.models_reference import design, quantities, waves_frame
from tests.survey.reference import assert_close

R = quantities("tests")


@pytest.mark.parametrize(
    ("case", "outcome", "by"),
    [("waves", "helped", "content"), ("post", "helped", "rank"), ("nhanes", "HI_CHOL", "age")],
)
def test_statistic_equals_the_linearised_covariance_of_outcome_and_score(case: str, outcome: str, by: str) -> None:
    t = design(case).trend(outcome, by)
    assert_close([t.statistic, t.df, t.p_value], R[f"{case}.trend"])
    assert t.statistic**2 == pytest.approx(t.pearson / t.deff)


def test_equal_weights_without_clusters_give_cochran_and_armitage() -> None:
    frame = waves_frame().assign(one=1.0)
    assert_close(Design(frame, weights="one").trend("helped", "content").pearson, R["plain.trend"])


def test_scores_default_to_numbers_or_ranks_and_are_asked_for_otherwise() -> None:
    d = design("waves")
    scaled = d.trend("helped", "content", scores={"not": 10, "little": 20, "rather": 30, "very": 40})
    assert scaled.statistic == pytest.approx(d.trend("helped", "content").statistic)
    assert scaled.slope == pytest.approx(d.trend("helped", "content").slope / 10)
    with pytest.raises(VariableError, match="give scores="):
        d.trend("helped", "kind")
    with pytest.raises(VariableError, match="no score for kind study"):
        d.trend("helped", "kind", scores={"job": 1, "leisure": 2})


def test_category_of_an_outcome_with_many_values_is_asked_for() -> None:
    d = design("waves")
    with pytest.raises(VariableError, match="category="):
        d.trend("means", "content")
    share = Design(
        d.frame.assign(bike=pd.Series(d.frame["means"] == "bike").astype(int)),
        weights="weight", strata="stratum", clusters="space",
    )  # fmt: skip
    assert d.trend("means", "rank", category="bike").statistic == pytest.approx(share.trend("bike", "rank").statistic)
