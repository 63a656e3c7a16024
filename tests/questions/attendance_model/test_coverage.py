"""Intervals of the trend and of completed totals, over invented programmes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipeline.questions.completion import complete
from pipeline.questions.few_clusters import slopes
from pipeline.questions.fixed_effects import fit_theta
from pipeline.questions.panel import Panel, rows_of
from pipeline.questions.regressors import base_columns, seasons_of
from tests.questions.attendance_panel import invented, panel_of

TREND, THETA, SHOCK = -0.05, 7.0, 0.08


def programme(seed: int) -> tuple[Panel, np.ndarray]:
    """Return the returns of 72 spaces in 12 pays over three years, one in twenty-five lost, and all visits."""
    rng = np.random.default_rng(seed)
    sites = invented(seed).sites.assign(labelled=np.nan)
    cluster, month = sites["cluster"].astype(int).to_numpy(), np.arange(36)
    shocks = rng.normal(0, SHOCK, (12, 3))[cluster][:, month // 12]
    level = rng.normal(4.5, 0.4, len(sites))[:, None]
    log = level + 0.2 * np.sin(2 * np.pi * month / 12) + TREND * month / 12 + shocks
    visits = rng.poisson(np.exp(log) * rng.gamma(THETA, size=log.shape) / THETA).astype(float)
    received = np.where(rng.uniform(size=visits.shape) < 0.04, np.nan, visits)
    return panel_of(received, sites), visits


@pytest.mark.slow
def test_intervals_of_the_trend_and_of_completed_totals_cover_the_truth() -> None:
    inside, runs = np.zeros(2), 200
    for seed in range(runs):
        panel, visits = programme(seed)
        seasons, rows = seasons_of(panel, None), rows_of(panel)
        x = np.column_stack([seasons.years[rows.month], base_columns(panel, seasons, rows)])
        fitted = fit_theta(rows.y, x, rows.space, rows.offset)
        low, high = slopes(fitted, rows.cluster, np.eye(x.shape[1])[:, :1]).interval()
        inside[0] += low[0] <= TREND <= high[0]
        total = complete(panel).total(np.ones(len(visits)), np.ones(visits.shape[1], dtype=bool))
        inside[1] += total.lower <= visits.sum() <= total.upper
    # 95 % of 200 runs: 99.9 % limits of a binomial share
    least, most = stats.binom.ppf([0.0005, 0.9995], runs, 0.95) / runs
    assert ((inside / runs >= least) & (inside / runs <= most)).all(), inside / runs
