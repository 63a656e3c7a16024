"""Exponential smoothing of many monthly series at once: level, damped trend and season, additive on logarithms.

The innovations form of Hyndman, Koehler, Ord and Snyder (2008, Forecasting with Exponential Smoothing, chap. 2-3):
states start at a least squares fit of trend and season; smoothing constants are those of a grid with the smallest
corrected AIC over a group of series; the variance of forecasts is theirs for linear models (table 6.1), to which the
error of the states that the series itself has fixed is added. Own code because statsmodels fits one series at a time:
the backtest of a hundred series at a dozen origins would take minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SEASON = 12
#: Least count, so that a logarithm exists.
_LEAST = 0.5
_GRID = np.array(
    [
        (a, b, p, g)
        for a, (b, p), g in product(
            (0.0, 0.02, 0.05, 0.1, 0.2, 0.4), ((0.0, 1.0), (0.0, 0.9), (0.01, 0.98)), (0.0, 0.05)
        )
        if b <= a
    ]
)


@dataclass(frozen=True)
class Smoothed:
    """Forecasts of N series over H months.

    mean : (N, H) counts expected.  sd_total : (N,) standard deviation of the sum over the H months.
    residual : (N, M) one-step errors on logarithms.
    """

    mean: Floats
    sd_total: Floats
    residual: Floats


def forecast(values: Floats, groups: NDArray[np.int64], horizon: int = SEASON) -> Smoothed:
    """Forecast counts ``horizon`` months ahead.

    Parameters
    ----------
    values : (N, M) counts, at least 24 months.
    groups : (N,) codes from 0 of series that share their smoothing constants: short series choose badly alone.
    """
    logs = np.log(np.maximum(values, _LEAST))
    n, m = logs.shape
    run = _filtered(logs, _GRID)
    squares = (run.errors**2).sum(axis=0)
    used = SEASON + 1 + (_GRID[:, :2] > 0).sum(axis=1) + (_GRID[:, 2] < 1) + (_GRID[:, 3] > 0)
    free = np.maximum(m - used - 1, 1)
    score = m * np.log(squares) + (2 * used * m / free)[:, None]
    chosen = np.array([score[:, groups == g].sum(axis=1).argmin() for g in range(groups.max() + 1)])
    best, at = chosen[groups], (chosen[groups], np.arange(n))
    variance = squares[at] / np.maximum(m - used[best], 1)
    path = run.ahead(_GRID, horizon)[at]
    weights = np.stack([_error_weights(_GRID[c], m, horizon) for c in chosen])[groups]
    spread = variance[:, None] * (weights[:, m:] ** 2).sum(axis=1)
    mean = np.exp(path + spread / 2)
    total = np.einsum("njh,nh->nj", weights, mean)
    return Smoothed(mean, np.sqrt(variance * (total**2).sum(axis=1)), run.errors[:, best, np.arange(n)].T)


@dataclass(frozen=True)
class _Run:
    """States of N series after M months under G sets of constants, and the one-step errors (M, G, N)."""

    errors: Floats
    state: Floats
    growth: Floats
    seasons: Floats

    def ahead(self, constants: Floats, horizon: int) -> Floats:
        """Return (G, N, H) the logarithms expected."""
        steps = np.arange(1, horizon + 1)
        damped = np.cumsum(constants[:, 2][:, None] ** steps, axis=1)
        season = self.seasons[:, (len(self.errors) + steps - 1) % SEASON].transpose(0, 2, 1)
        return self.state[:, :, None] + damped[:, None, :] * self.growth[:, :, None] + season


def _filtered(logs: Floats, constants: Floats) -> _Run:
    """Run every set of constants (G, 4) over series (N, M), from their least squares start."""
    n, m = logs.shape
    level, slope, season = _start(logs)
    grid = len(constants)
    alpha, beta, phi, gamma = (constants[:, i][:, None] for i in range(4))
    state = np.broadcast_to(level, (grid, n)).copy()
    growth = np.broadcast_to(slope, (grid, n)).copy()
    seasons = np.broadcast_to(season, (grid, SEASON, n)).copy()
    errors = np.empty((m, grid, n))
    for t in range(m):
        s = seasons[:, t % SEASON]
        e = logs[:, t] - (state + phi * growth + s)
        errors[t] = e
        state, growth = state + phi * growth + alpha * e, phi * growth + beta * e
        seasons[:, t % SEASON] = s + gamma * e
    return _Run(errors, state, growth, seasons)


def _error_weights(chosen: Floats, m: int, horizon: int) -> Floats:
    """Return (M + H, H) how the error of each month, past and to come, enters the error of each forecast.

    Forecasts are linear in the logarithms received, start included: run over unit series they are known exactly, and
    what trend and season were estimated with, which the textbook variance leaves out, enters with the rest.
    """
    every = _weights(chosen[None], m + horizon)[0]
    return np.asarray(every[:, m:] - every[:, :m] @ _filtered(np.eye(m), chosen[None]).ahead(chosen[None], horizon)[0])


def _start(logs: Floats) -> tuple[Floats, Floats, Floats]:
    """Return level before the first month (N,), monthly slope (N,) and season (12, N), by least squares."""
    m = logs.shape[1]
    time = np.arange(1, m + 1, dtype=np.float64)
    months = np.eye(SEASON)[np.arange(m) % SEASON]
    x = np.column_stack([time, months])
    solved = np.linalg.lstsq(x, logs.T, rcond=None)[0]
    season = solved[1:]
    level = season.mean(axis=0)
    return level, solved[0], season - level


def _weights(chosen: Floats, horizon: int) -> Floats:
    """Return (N, H, H) how the error of month j ahead enters the logarithm of month h: 1 at j = h, c_(h-j) after."""
    alpha, beta, phi, gamma = (chosen[:, i][:, None] for i in range(4))
    lags = np.arange(1, horizon)
    damped = np.cumsum(phi ** np.arange(horizon - 1), axis=1) if horizon > 1 else np.zeros((len(chosen), 0))
    c = alpha + beta * damped + gamma * (lags % SEASON == 0)
    out = np.zeros((len(chosen), horizon, horizon))
    for j in range(horizon):
        out[:, j, j] = 1.0
        out[:, j, j + 1 :] = c[:, : horizon - 1 - j]
    return out


def seasonal_naive(values: Floats, horizon: int = SEASON) -> Floats:
    """Return (N, H) the same month of the last year."""
    return values[:, -SEASON:][:, np.arange(horizon) % SEASON]
