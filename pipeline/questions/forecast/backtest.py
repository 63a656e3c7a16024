"""Backtest: what would have been forecast at each past month, against what came and against last year repeated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.forecast.reconciliation import Reconciled, reconcile
from pipeline.questions.forecast.smoothing import SEASON, forecast, seasonal_naive

Floats = NDArray[np.float64]
#: Months that the first origin has seen.
FIRST = 24


@dataclass(frozen=True)
class Backtest:
    """Errors over past origins of N series.

    mase, mase_naive : (N,) mean absolute scaled errors of the twelve months ahead (Hyndman and Koehler 2006,
        International Journal of Forecasting 22, 679), scaled by the seasonal naive error inside the training months.
    standardised : (K, N) errors of twelve-month totals over their standard deviation, one row an origin.
    origins : number of origins K.   lowest : number of series that are no sum of others.
    """

    mase: Floats
    mase_naive: Floats
    standardised: Floats
    origins: int
    lowest: int

    def inflation(self, rows: NDArray[np.bool_], origins: slice = slice(None)) -> float:
        """Return by how much the intervals of some series must widen to have held 95 % of past totals; at least 1.

        Errors of these series, or of all where those were larger: one series seen over two years says little of its
        own. Their size is itself estimated, from as many errors as whole years and lowest series: Student's t.
        """
        errors = self.standardised[origins]
        size = float(np.sqrt(max((errors[:, rows] ** 2).mean(), (errors**2).mean())))
        years = 1 + (len(errors) - 1) / SEASON
        return max(1.0, size * float(special.stdtrit(years * self.lowest, 0.975) / special.ndtri(0.975)))


def total_ahead(values: Floats, groups: NDArray[np.int64], summing: Floats) -> Reconciled:
    """Return reconciled totals of the next twelve months of series (N, M) in groups (N,)."""
    base = forecast(values, groups)
    return reconcile(base.mean.sum(axis=1), base.sd_total, base.residual, summing)


def backtest(values: Floats, groups: NDArray[np.int64], summing: Floats) -> Backtest | None:
    """Forecast from every month that has two years behind it and one ahead; None when there is none."""
    months = values.shape[1]
    origins = range(FIRST, months - SEASON + 1)
    if not len(origins):
        return None
    own, naive, standardised = [], [], []
    for origin in origins:
        past, coming = values[:, :origin], values[:, origin : origin + SEASON]
        base = forecast(past, groups)
        scale = np.abs(past[:, SEASON:] - past[:, :-SEASON]).mean(axis=1)
        scale = np.where(scale > 0, scale, np.nan)
        own.append(np.abs(base.mean - coming).mean(axis=1) / scale)
        naive.append(np.abs(seasonal_naive(past) - coming).mean(axis=1) / scale)
        total = reconcile(base.mean.sum(axis=1), base.sd_total, base.residual, summing)
        standardised.append((coming.sum(axis=1) - total.mean) / total.sd)
    return Backtest(
        np.nanmean(own, axis=0), np.nanmean(naive, axis=0), np.array(standardised), len(origins), summing.shape[1]
    )
