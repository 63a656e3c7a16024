"""The capped Korn-Graubard interval against Clopper-Pearson and R's survey."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipeline.protect import effective_size, korn_graubard


def test_simple_random_sample_without_design_gives_clopper_pearson():
    n, events = 200, 37
    p = events / n
    lower, upper = korn_graubard(p, np.sqrt(p * (1 - p) / n), n, n - 1)
    exact = stats.binomtest(events, n).proportion_ci(0.95, method="exact")
    # both are beta quantiles of the same counts
    assert lower == pytest.approx(exact.low, abs=1e-10)
    assert upper == pytest.approx(exact.high, abs=1e-10)


def test_interval_equals_svyciprop_beta_below_the_cap():
    # R 4.2, survey 4.1.1:
    # data(api); d <- svydesign(id=~dnum, weights=~pw, data=apiclus1); svyciprop(~I(stype=="H"), d, method="beta")
    # SE(svymean(...)), nrow(apiclus1), degf(d)
    p, se, n, df = 0.0765027322404372, 0.0270798559291773, 183, 14
    lower, upper = korn_graubard(p, se, n, df)
    # printed with 15 digits; both are quantiles of the same beta distributions
    assert lower == pytest.approx(0.0292835216537996, rel=1e-9)
    assert upper == pytest.approx(0.1570584987615001, rel=1e-9)


def test_effective_size_is_capped_at_the_respondents():
    assert effective_size(0.5, 0.01, 400) == 400
    assert effective_size(0.5, 0.05, 400) == pytest.approx(100)


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_certain_shares_use_every_respondent(p):
    assert effective_size(p, 0.0, 50) == 50
    lower, upper = korn_graubard(p, 0.0, 50, 10)
    # exact limit of no event among 50 at 2.5 %
    assert (upper - lower) == pytest.approx(1 - 0.025 ** (1 / 50), rel=1e-9)


def test_no_degree_of_freedom_says_nothing():
    assert [float(x) for x in korn_graubard(0.5, 0.1, 50, 0)] == [0.0, 1.0]
