"""Yearly totals completed for missing returns: what was received, plus what the model expects of the months lacking.

A missing month of a space is predicted by its own level, the season, the trend and the label; its error has the
negative binomial variance of a count plus that of the fitted means. Received counts are kept as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.analysis.attendance_model.fixed_effects import FixedEffects
from pipeline.analysis.attendance_model.regressors import Seasons, base_columns
from pipeline.analysis.attendance_model.trends import LEVEL, BandFit
from pipeline.analysis.context import Context
from pipeline.analysis.entry import Entry
from pipeline.analysis.panel import Floats, Panel, Rows
from pipeline.results import Result

_Z = 1.959963984540054


@dataclass(frozen=True)
class Filled:
    """A panel without gaps: (S, M) visits received or expected, and the variance of the expected part."""

    visits: Floats
    variance: Floats


def fill(panel: Panel, seasons: Seasons, fitted: FixedEffects) -> Filled:
    """Return the panel with missing open months predicted; months closed are zero.

    Each space's level is estimated with error: its relative variance is 1 over its information (see
    :mod:`fixed_effects`); that of the shared slopes is small beside it and enters through the information too.
    """
    opened = panel.open
    space, month = np.nonzero(opened)
    grid = Rows(np.zeros(len(space)), np.zeros(len(space)), space, month, space, ())
    x = np.column_stack([seasons.years[month], base_columns(panel, seasons, grid)])
    mean = np.zeros(opened.shape)
    with np.errstate(over="ignore"):
        mean[opened] = np.exp(fitted.alpha[space] + x @ fitted.beta)
    part = np.where(opened, np.nan_to_num(panel.part, nan=0.0), 1.0)
    lacking = mean * (1 - part)
    weight = np.where(part > 0, mean * part / (1 + mean * part / fitted.theta), 0.0)
    information = weight.sum(axis=1, keepdims=True)
    relative = np.divide(1.0, information, out=np.ones_like(information), where=information > 0)
    variance = lacking + lacking**2 / fitted.theta + lacking**2 * relative
    return Filled(np.nan_to_num(panel.visits) + lacking, np.where(opened, variance, 0.0))


def completed(context: Context, entry: Entry, panel: Panel, seasons: Seasons, fits: list[BandFit]) -> list[Result]:
    """Return completed yearly totals of the region and its units, and by age band in the region."""
    made: list[Result] = []
    years = np.asarray(panel.months.year)
    for f in fits:
        filled = fill(f.panel, seasons, f.negative_binomial)
        units = range(len(panel.returns.units)) if f.band is None else range(1)
        for year in sorted(set(years)):
            inside = years == year
            visits, variance = filled.visits[:, inside].sum(axis=1), filled.variance[:, inside].sum(axis=1)
            for u in units:
                made.append(_row(context, panel, f, u, int(year), visits, variance, inside))
    return made


def _row(
    context: Context, panel: Panel, f: BandFit, place: int, year: int, visits: Floats, variance: Floats, inside: Floats
) -> Result:
    member = panel.returns.membership[place]
    total, se = float(member @ visits), float(np.sqrt(member @ variance))
    received = (~np.isnan(f.panel.visits[:, inside])).sum(axis=1)
    active = member * visits
    return Result(
        analysis="attendance",
        indicator="visits",
        measure="count",
        method="completed",
        population="visits",
        **context.where(None if place == 0 else panel.returns.units[place]),
        unit="count",
        inference="model",
        period=str(year),
        domain={} if f.band is None else {"age_band": f.band},
        estimate=total,
        se=se,
        lower=total - _Z * se,
        upper=total + _Z * se,
        level=LEVEL,
        n=float(member @ received),
        contributors=float((active > 0).sum()),
        largest_share=float(active.max() / total) if total > 0 else np.nan,
        coverage=float(member @ received / max(member @ panel.open[:, inside].sum(axis=1), 1.0)),
        source=panel.returns.source,
    )
