"""Interrupted series: statsmodels' likelihood, nominal intervals, and dates that cannot be asked about."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.interruption.answer import answer
from pipeline.questions.interruption.autoregression import regress
from tests.questions.attendance_panel import counted
from tests.questions.conftest import entry


def series(seed: int, rho: float = 0.5, n: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Return a segmented series (level change 0.3 at month 24) and its columns."""
    rng = np.random.default_rng(seed)
    time = np.arange(n, dtype=float)
    after = (time >= 24).astype(float)
    season = np.eye(12)[np.arange(n) % 12][:, 1:]
    x = np.column_stack([np.ones(n), time / 12, after, after * (time - 24) / 12, season])
    error = np.empty(n)
    error[0] = rng.normal(0, 0.1 / np.sqrt(1 - rho**2))
    for t in range(1, n):
        error[t] = rho * error[t - 1] + rng.normal(0, 0.1)
    return 2 + 0.3 * after + 0.1 * np.sin(time) + error, x


def test_maximum_likelihood_equals_that_of_statsmodels():
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    y, x = series(1)
    own = regress(y, x, restricted=False)
    oracle = SARIMAX(y, exog=x, order=(1, 0, 0)).fit(disp=False, maxiter=2000, method="bfgs", gtol=1e-7)
    # a general optimiser over seventeen parameters stops some digits early
    np.testing.assert_allclose(own.beta[:4], oracle.params[:4], atol=1e-6)
    assert own.rho == pytest.approx(oracle.params[-2], abs=1e-6)


def test_restricted_likelihood_finds_more_autocorrelation_than_the_plain_one():
    found = [[regress(*series(seed), restricted=r).rho for r in (True, False)] for seed in range(60)]
    restricted, plain = np.mean(found, axis=0)
    assert plain < restricted
    assert abs(restricted - 0.5) < abs(plain - 0.5)


@pytest.mark.slow
def test_intervals_hold_their_level_under_autocorrelation():
    held, least = [], []
    for seed in range(600):
        y, x = series(seed)
        own = regress(y, x)
        held.append(own.interval(2)[0] <= 0.3 <= own.interval(2)[1])
        beta, *_ = np.linalg.lstsq(x, y, rcond=None)
        variance = ((y - x @ beta) ** 2).sum() / (48 - x.shape[1]) * np.linalg.inv(x.T @ x)[2, 2]
        least.append(abs(beta[2] - 0.3) <= 2.03 * np.sqrt(variance))
    # 600 runs: two standard errors around 95 % are 1.8 points; four dozen months leave rho itself uncertain
    assert np.mean(held) > 0.89
    assert np.mean(held) > np.mean(least)


def test_collinear_columns_are_refused():
    y, x = series(2)
    with pytest.raises(AnalyseError, match="collinear"):
        regress(y, np.column_stack([x, x[:, 1]]))


@pytest.mark.slow
def test_a_date_near_the_end_is_refused_and_one_inside_is_answered(tmp_path):
    made = counted(tmp_path)
    with pytest.raises(AnalyseError, match="too few months") as caught:
        answer(made.context, entry({"date": "2006-09-01"}, question="interruption"))
    assert "date" in str(caught.value)
    rows = {r.measure: r for r in answer(made.context, entry({"date": "2004-10-01"}, question="interruption"))}
    assert rows["level_change"].lower < rows["level_change"].estimate < rows["level_change"].upper
    assert -1 < rows["rho"].estimate < 1
