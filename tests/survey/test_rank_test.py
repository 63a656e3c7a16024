"""Rank tests against R's svyranktest, and what it does not promise: ties in any order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import Design
from pipeline.survey.rank_test import relative_ranks
from tests.survey.models_reference import design, quantities
from tests.survey.reference import assert_close

R = quantities("tests")
TESTS = ["kruskal_wallis", "van_der_waerden", "median"]


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(
    ("case", "variable", "by"),
    [("strat", "api00u", "sch.wide"), ("clus2", "api00u", "awards"), ("waves", "score", "sex")],
)
def test_two_groups_equal_svyranktest(case: str, variable: str, by: str, test: str) -> None:
    t = design(case).rank_test(variable, by, test=test)
    assert_close([t.t, t.ddf, t.p_value, t.differences[0]], R[f"{case}.rank2.{test}"])


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("case", "variable", "by"), [("clus2", "api00u", "stype"), ("waves", "score", "kind")])
def test_three_groups_equal_svyranktest(case: str, variable: str, by: str, test: str) -> None:
    where = (lambda f: f["wave"] == 2006) if case == "waves" else None
    t = design(case).rank_test(variable, by, test=test, where=where)
    chi2, df, ddf, p = R[f"{case}.rank3.{test}"]
    assert_close([t.statistic * t.df, t.df, t.ddf, t.p_value], [chi2, df, ddf, p])


def test_ties_share_the_middle_of_their_weights_in_any_order() -> None:
    y, w = np.array([1.0, 2.0, 2.0, 3.0]), np.array([1.0, 3.0, 1.0, 5.0])
    np.testing.assert_allclose(relative_ranks(y, w), [0.05, 0.3, 0.3, 0.75])
    d = design("waves")
    shuffled = Design(d.frame.sample(frac=1, random_state=2), weights="weight", strata="stratum", clusters="space")
    assert d.rank_test("visits", "sex").t == pytest.approx(shuffled.rank_test("visits", "sex").t, rel=1e-10)


def test_only_the_order_of_the_outcome_matters() -> None:
    d = design("waves")
    frame = d.frame.assign(cubed=d.frame["score"] ** 3, coded=pd.Series(d.frame["content"]).cat.codes)
    d = Design(frame, weights="weight", strata="stratum", clusters="space")
    assert d.rank_test("score", "kind").statistic == pytest.approx(d.rank_test("cubed", "kind").statistic)
    assert d.rank_test("content", "kind").statistic == pytest.approx(d.rank_test("coded", "kind").statistic)
