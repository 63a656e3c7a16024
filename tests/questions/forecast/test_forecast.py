"""Forecasts: statsmodels' smoothing, totals that add up, and what a backtest may claim."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.questions.forecast.answer import answer
from pipeline.questions.forecast.backtest import backtest, total_ahead
from pipeline.questions.forecast.reconciliation import reconcile, shrunk_correlation
from pipeline.questions.forecast.smoothing import _error_weights, _weights, forecast, seasonal_naive
from pipeline.questions.monthly_series import filled
from tests.questions.attendance_panel import counted
from tests.questions.conftest import entry


def monthly(seed: int, series: int, months: int = 48, noise: float = 0.05, trend: float = -0.002) -> np.ndarray:
    """Return counts with a season, a trend and independent noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(months)
    log = 7 + trend * time + 0.2 * np.sin(2 * np.pi * time / 12) + rng.normal(0, noise, (series, months))
    return np.exp(log)


def test_a_series_without_noise_is_continued_exactly():
    values = monthly(1, 2, 60, noise=0.0)
    ahead = forecast(values[:, :48], np.array([0, 0]))
    np.testing.assert_allclose(ahead.mean, values[:, 48:], rtol=1e-6)


def test_smoothing_equals_that_of_statsmodels_at_the_same_constants():
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    values = monthly(3, 1, noise=0.1)
    rng = np.random.default_rng(8)
    values[0] *= np.exp(np.cumsum(rng.normal(0, 0.1, 48)))
    own = forecast(values, np.array([0]))
    logs = np.log(values[0])
    time = np.arange(1, 49.0)
    start = np.linalg.lstsq(np.column_stack([time, np.eye(12)[np.arange(48) % 12]]), logs, rcond=None)[0]
    season = start[1:] - start[1:].mean()
    candidates = []
    for alpha in (0.02, 0.05, 0.1, 0.2, 0.4):
        for beta, phi in ((0.0, 1.0), (0.0, 0.9), (0.01, 0.98)):
            for gamma in (0.0, 0.05):
                model = ETSModel(
                    logs, "add", "add", True, "add", 12,
                    initialization_method="known", initial_level=start[1:].mean(), initial_trend=start[0],
                    initial_seasonal=season,
                )  # fmt: skip
                candidates.append(model.smooth([alpha, beta, gamma, phi]).resid)
    # one of the grid's fits is ours, to rounding
    assert min(np.abs(c - own.residual[0]).max() for c in candidates) < 1e-8


def test_variance_of_totals_follows_from_how_errors_travel():
    chosen = np.array([[0.3, 0.05, 0.9, 0.1]])
    weights = _weights(chosen, 14)[0]
    alpha, beta, phi, gamma = chosen[0]
    # Hyndman et al. (2008), table 6.1: alpha + beta (1 + phi + ... + phi^(j-1)) + gamma when j is a multiple of 12
    expected = [alpha + beta * sum(phi**i for i in range(j)) + gamma * (j % 12 == 0) for j in range(1, 14)]
    np.testing.assert_allclose(weights[0, 1:], expected)
    assert (np.diag(weights) == 1).all()


def test_variance_of_forecasts_of_a_trend_and_season_is_that_of_regression():
    # constants of zero: the forecast is that of least squares on trend and season, whose variance is known
    time = np.arange(60)
    x = np.column_stack([time, np.eye(12)[time % 12]])
    past, coming = x[:48], x[48:]
    ahead = coming @ np.linalg.inv(past.T @ past) @ coming.T + np.eye(12)
    weights = _error_weights(np.array([0.0, 0.0, 1.0, 0.0]), 48, 12)
    np.testing.assert_allclose(weights.T @ weights, ahead, atol=1e-10)


def test_reconciled_forecasts_add_up_and_so_do_their_errors():
    rng = np.random.default_rng(2)
    summing = np.vstack([np.ones(6), np.repeat(np.eye(2), 3, axis=1), np.eye(6)])
    mean = summing @ rng.uniform(50, 100, 6) + rng.normal(0, 5, 9)
    made = reconcile(mean, rng.uniform(3, 8, 9), rng.normal(size=(9, 40)), summing)
    np.testing.assert_allclose(made.mean, summing @ made.mean[3:], rtol=1e-10)
    np.testing.assert_allclose(made.covariance, summing @ made.covariance[3:, 3:] @ summing.T, rtol=1e-8)
    assert made.sd[0] < made.sd[3:].sum()


def test_reconciliation_of_forecasts_that_add_up_changes_nothing():
    summing = np.vstack([np.ones(3), np.eye(3)])
    mean = summing @ np.array([10.0, 20.0, 30.0])
    made = reconcile(mean, np.array([2.0, 1, 1, 1]), np.random.default_rng(1).normal(size=(4, 30)), summing)
    np.testing.assert_allclose(made.mean, mean)


def test_correlation_shrinks_to_none_when_there_is_none_and_stays_when_it_is_plain():
    rng = np.random.default_rng(4)
    noise = rng.normal(size=(20, 48))
    assert np.abs(shrunk_correlation(noise) - np.eye(20)).max() < 0.2
    common = noise + 5 * rng.normal(size=48)
    assert shrunk_correlation(common)[0, 1] > 0.8


def test_gaps_are_filled_by_the_level_of_the_space_and_the_month():
    level, month = np.array([10.0, 40.0, 20.0]), np.array([1.0, 2.0, 0.5, 1.5])
    visits = level[:, None] * month
    part = np.ones(visits.shape)
    holed, known = visits.copy(), part.copy()
    holed[1, 2] = known[1, 2] = np.nan
    holed[0, 1], known[0, 1] = visits[0, 1] / 2, 0.5
    np.testing.assert_allclose(filled(holed, known, np.zeros(3, dtype=bool), np.arange(1, 5)), visits, rtol=1e-6)


def test_backtest_prefers_the_model_where_there_is_a_trend_and_counts_its_origins():
    values = monthly(6, 4, noise=0.03, trend=-0.02)
    past = backtest(values, np.zeros(4, int), np.eye(4))
    assert past is not None
    assert past.origins == 13
    assert (past.mase < past.mase_naive).all()
    assert past.inflation(np.ones(4, dtype=bool)) >= 1


@pytest.mark.slow
@pytest.mark.parametrize(("drift", "least"), [(0.0, 0.92), (0.02, 0.85)])
def test_intervals_of_next_years_totals_hold_what_they_announce(drift: float, least: float) -> None:
    rng = np.random.default_rng(17)
    summing = np.vstack([np.ones(6), np.repeat(np.eye(2), 3, axis=1), np.eye(6)])
    group = np.repeat([0, 1, 2], [1, 2, 6])
    inside, runs = np.zeros(9), 120
    for run in range(runs):
        wandering = np.cumsum(rng.normal(0, drift, (6, 60)), axis=1)
        values = summing @ (monthly(500 + run, 6, 60, noise=0.06) * np.exp(wandering))
        past = backtest(values[:, :48], group, summing)
        assert past is not None
        ahead = total_ahead(values[:, :48], group, summing)
        wider = np.array([past.inflation(group == g) for g in group])
        inside += np.abs(values[:, 48:].sum(axis=1) - ahead.mean) <= 1.96 * wider * ahead.sd
    by_level = np.array([inside[group == g].mean() for g in range(3)]) / runs
    # 95 % of 120 runs less 1.5 standard errors for a trend and noise; where levels wander four years tell badly by how
    # much, and the methods say that such intervals may be too short
    assert (by_level > least).all(), by_level


def test_too_short_a_series_has_no_backtest():
    assert backtest(monthly(1, 2, 35), np.zeros(2, int), np.eye(2)) is None


def test_seasonal_naive_repeats_last_year():
    values = monthly(1, 2)
    np.testing.assert_array_equal(seasonal_naive(values), values[:, -12:])


@pytest.mark.slow
def test_forecasts_of_the_programme_add_up_and_say_what_they_are(tmp_path):
    made = answer(counted(tmp_path).context, entry(question="forecast"))
    totals = {(r.territory_level, str(r.domain)): r for r in made if r.measure == "count" and not r.method}
    region = totals["region", "{}"].estimate
    bands = [r.estimate for r in made if r.measure == "count" and not r.method and r.domain and r.territory == "53"]
    units = [r.estimate for r in made if r.measure == "count" and not r.domain and r.territory_level == "pays"]
    assert len(bands) == 6
    assert sum(bands) == pytest.approx(region)
    if units:
        assert sum(units) == pytest.approx(region)
    assert {r.inference for r in made} == {"model"}
    assert {r.period for r in made if r.measure == "count" and not r.method} == {"2007"}
