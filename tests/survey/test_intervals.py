"""Intervals of proportions: formulas, limits, and what has no interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from pipeline.survey import Design, UnsupportedError
from pipeline.survey.intervals import PROPORTION, proportion_interval
from tests.survey.reference import assert_close


def arrays(*values: float) -> list[np.ndarray]:
    return [np.array([v]) for v in values]


def test_simple_random_samples_give_clopper_pearson_and_wilson() -> None:
    n, hits = 400, 90
    p = hits / n
    se = np.sqrt(p * (1 - p) / n)
    # with n - 1 degrees of freedom the Korn-Graubard effective size is n
    low, high = proportion_interval(*arrays(p, se, n, n - 1), 0.95, "korn_graubard")
    assert_close([low[0], high[0]], proportion_confint(hits, n, method="beta"))
    low, high = proportion_interval(*arrays(p, se, n, 1e9), 0.95, "wilson")
    assert_close(
        [low[0], high[0]], proportion_confint(hits, n, method="wilson"), rtol=1e-6
    )  # t with 1e9 df for the normal


def test_nchs_caps_the_effective_size_at_n_after_the_degrees_of_freedom() -> None:
    n, p, df = 200, 0.3, 11
    adjust = (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2
    for se, size in ((0.02, n), (0.05, 0.21 / 0.05**2 * adjust)):
        low, high = proportion_interval(*arrays(p, se, n, df), 0.95, "nchs")
        assert min(0.21 / se**2 * adjust, n) == pytest.approx(size)
        assert_close(low, stats.beta.ppf(0.025, size * p, size * (1 - p) + 1))
        assert_close(high, stats.beta.ppf(0.975, size * p + 1, size * (1 - p)))
    uncapped = proportion_interval(*arrays(p, 0.02, n, df), 0.95, "korn_graubard")
    capped = proportion_interval(*arrays(p, 0.02, n, df), 0.95, "nchs")
    assert uncapped[0][0] > capped[0][0]


def test_shares_of_zero_and_one_keep_exact_intervals_only() -> None:
    n, df = 60, 20
    size = n * (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2
    low, high = proportion_interval(*arrays(0.0, 0.0, n, df), 0.95, "nchs")
    assert_close([low[0], high[0]], [0, stats.beta.ppf(0.975, 1, size)])
    low, high = proportion_interval(*arrays(1.0, 0.0, n, df), 0.95, "nchs")
    assert_close([low[0], high[0]], [stats.beta.ppf(0.025, size, 1), 1])
    for method in ("logit", "likelihood"):
        low, high = proportion_interval(*arrays(0.0, 0.0, n, df), 0.95, method)
        assert np.isnan([low[0], high[0]]).all()


@pytest.mark.parametrize("method", sorted(set(PROPORTION) - {"mean"}))
def test_intervals_stay_inside_zero_and_one_and_hold_the_share(method: str) -> None:
    p = np.array([0.01, 0.2, 0.5, 0.97])
    se = np.array([0.008, 0.05, 0.1, 0.02])
    low, high = proportion_interval(p, se, np.full(4, 120.0), np.full(4, 15.0), 0.95, method)
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert ((low < p) & (p < high)).all()
    narrow = proportion_interval(p, se, np.full(4, 120.0), np.full(4, 15.0), 0.8, method)
    assert (narrow[0] > low).all()
    assert (narrow[1] < high).all()


def test_a_share_known_without_error_is_its_own_interval() -> None:
    low, high = proportion_interval(*arrays(0.4, 0.0, 100, 20), 0.95, "korn_graubard")
    assert_close([low[0], high[0]], [0.4, 0.4])


def test_no_interval_without_degrees_of_freedom() -> None:
    frame = pd.DataFrame({"psu": [1, 1, 1, 2, 2], "g": list("aaabb"), "x": [1, 0, 1, 0, 1], "w": 1.0})
    table = Design(frame, weights="w", clusters="psu").proportion("x", by="g", interval="nchs")
    assert (table["df"] == 0).all()
    assert table[["lower", "upper"]].isna().all().all()
    assert table["estimate"].notna().all()


def test_unknown_methods_and_levels_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="interval 'clopper'"):
        proportion_interval(*arrays(0.5, 0.1, 10, 5), 0.95, "clopper")
    with pytest.raises(UnsupportedError, match="level"):
        proportion_interval(*arrays(0.5, 0.1, 10, 5), 95, "logit")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["logit", "korn_graubard", "nchs", "wilson"])
def test_intervals_cover_95_times_in_100(method: str) -> None:
    """4,000 clustered samples of 20 units: 93 to 97 % is six simulation errors of 0.34 points wide each side.

    Korn-Graubard limits are conservative by construction: the upper bar is 98.5 % for them.
    """
    rng = np.random.default_rng(1)
    runs, units, size, p = 4000, 20, 10, 0.3
    shares = rng.beta(p * 12, (1 - p) * 12, (runs, units))
    hits = rng.binomial(size, shares) / size
    estimate, se = hits.mean(axis=1), hits.std(axis=1, ddof=1) / np.sqrt(units)
    low, high = proportion_interval(
        estimate, se, np.full(runs, units * size * 1.0), np.full(runs, units - 1.0), 0.95, method
    )
    covered = ((low <= p) & (p <= high)).mean()
    assert 0.93 <= covered <= (0.985 if method in ("korn_graubard", "nchs") else 0.97)
