"""Trends before the label: whether future labelled spaces already grew apart, and what could not have been seen.

A test that finds nothing proves little when it could have found little: beside the slope stands the smallest slope
that the test would see four times out of five, and what such a slope, had it gone on, would have added to the effect
(Roth 2022, American Economic Review: Insights 4, 305).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from pipeline.errors import AnalyseError
from pipeline.questions.context import Context
from pipeline.questions.effects import effect_row
from pipeline.questions.entry import Entry
from pipeline.questions.few_clusters import joint, slopes
from pipeline.questions.fixed_effects import FixedEffects, fit
from pipeline.questions.label.effects import Effect, before_label
from pipeline.questions.label.treated import BINS, FULL, Treated
from pipeline.questions.panel import Floats, Panel, Rows
from pipeline.results import Result
from pipeline.results.quantity import NOTHING

#: A warning is raised when the slope differs from zero at this level.
ALPHA = 0.05
POWER = 0.80
_HALF_YEARS = ((-6, 0), (-12, -6), (-18, -12))


def anticipated(context: Context, entry: Entry, panel: Panel, treated: Treated, main: Effect) -> list[Result]:
    """Return slope, joint test, detectable slope and its bias, and the warning of the data's quality."""
    before = before_label(treated)
    rows, theta = before.rows, main.fitted.theta
    future = np.isfinite(before.since)
    x = np.column_stack([future * rows.month / 12.0, before.controls])
    fitted = fit(rows.y, x, rows.space, rows.offset, theta)
    found = slopes(fitted, rows.cluster, np.eye(x.shape[1])[:, :1])
    slope = effect_row(context, entry, panel, rows, found, 0, "trend", None, {}, indicator="pretrend")
    slope = replace(slope, n=float(future.sum()))
    detectable = float(found.se[0] * (special.stdtrit(found.df[0], 0.975) + special.stdtrit(found.df[0], POWER)))
    made = [slope, _told(slope, "minimum_detectable", detectable)]
    made.append(_told(slope, "bias", detectable * extrapolated(main, treated)))
    made += _joint(slope, before, rows, theta)
    made.append(warning(slope, "pretrend", entry))
    return made


def _told(slope: Result, measure: str, log: float) -> Result:
    """Return a number about the test itself, without interval."""
    nothing: dict[str, Any] = dict.fromkeys(("se", "lower", "upper", "level", "df", "p_value"), np.nan)
    return replace(slope, measure=measure, estimate=float(np.exp(log)) - 1, **nothing)


def _joint(slope: Result, before: Treated, rows: Rows, theta: float) -> list[Result]:
    """Return the test that the three half-years before the label equal what came before them."""
    columns = [(before.since >= a) & (before.since < b) for a, b in _HALF_YEARS]
    bins = np.column_stack([c for c in columns if c.any()]).astype(np.float64)
    x = np.column_stack([bins, before.controls])
    fitted: FixedEffects = fit(rows.y, x, rows.space, rows.offset, theta)
    try:
        test = joint(fitted, rows.cluster, np.eye(x.shape[1])[:, : bins.shape[1]])
    except AnalyseError:
        return []
    row = _told(slope, "joint", 0.0)
    return [replace(row, estimate=test.statistic, df=test.df, p_value=test.p_value)]


def extrapolated(main: Effect, treated: Treated) -> float:
    """Return what a slope of 1 a year of the labelled spaces, going on, would add to the effect at full term."""
    later = np.isfinite(treated.since) * treated.rows.month / 12.0
    fitted = main.fitted
    root = np.sqrt(fitted.mu / (1 + fitted.mu / fitted.theta))
    shift = fitted.bread @ (fitted.scaled.T @ (root * later))
    at = [name for name, *_ in BINS].index(FULL) + 1
    combination: Floats = main.combinations[:, at]
    if np.isnan(combination).any():
        combination = main.combinations[:, 0]
    return float(shift @ combination)


def warning(tested: Result, name: str, entry: Entry, alpha: float = ALPHA) -> Result:
    """Return 1 when a tested slope differs from zero at ``alpha``, else 0: a row of the checks of quality."""
    row = _told(tested, "warning", 0.0)
    return replace(
        row,
        analysis="quality_checks",
        indicator=name,
        method=None,
        domain=entry.apart or None,
        unit="score",
        estimate=float(tested.p_value < alpha),
        p_value=tested.p_value,
        quantity=NOTHING,
    )
