"""What next year's visits would be if nothing changed: forecasts by unit and age band that add up to the region.

Published at a level only where they beat last year repeated in the backtest; else the backtest alone is told.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.forecast.backtest import FIRST, Backtest, backtest, total_ahead
from pipeline.questions.forecast.reconciliation import Reconciled
from pipeline.questions.forecast.smoothing import SEASON
from pipeline.questions.monthly_series import Hierarchy, hierarchy
from pipeline.questions.panel import Panel, facts, read_panel
from pipeline.questions.quantities import each_modelled
from pipeline.questions.returns import ReturnsSettings
from pipeline.results import Result
from pipeline.results.measure import COUNT, EVOLUTION, Measure
from pipeline.results.time import from_to, is_span

LEVEL = 0.95
LEVELS = ("region", "age_band", "unit", "unit_age_band")
#: The backtest's last origin forecasts the last calendar year: it checks intervals that the others calibrated.
_LAST_ORIGIN = -1

#: The kinds of numbers of this question.
MEASURES = (COUNT, EVOLUTION, Measure("mase", "ratio"), Measure("coverage", "ratio", "percent"))


class Settings(ReturnsSettings):
    """Settings of the forecast: levels to publish when they beat last year repeated."""

    levels: tuple[str, ...] = LEVELS
    """Levels to publish, when they beat last year repeated."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return forecasts of the twelve months after the last, and the backtest of each level.

    Raises
    ------
    AnalyseError
        When fewer than three years were received: nothing could be tested.
    """
    settings = entry.checked(Settings)
    unknown = set(settings.levels) - set(LEVELS)
    if unknown:
        raise entry.error("unknown level of forecasts", "levels", found=sorted(unknown), allowed=list(LEVELS))
    panel = read_panel(context, entry, settings)
    tree = hierarchy(panel)
    past = backtest(tree.values, tree.group, tree.summing)
    if past is None:
        raise entry.error(
            "a forecast that cannot be tested is not made",
            found=f"{len(panel.months)} months",
            allowed=f"{FIRST + SEASON} months or more",
        )
    ahead = total_ahead(tree.values, tree.group, tree.summing)
    held = [level for level in LEVELS if level in tree.level]
    made = [r for level in held for r in _tested(context, entry, panel, tree, past, level)]
    shown = {level for level in held if level in settings.levels and _beats(past, tree, level)}
    made += _forecasts(context, entry, panel, tree, ahead, past, shown)
    return [*each_modelled(entry, made)]


def _of(tree: Hierarchy, level: str) -> NDArray[np.bool_]:
    return np.array([name == level for name in tree.level])


def _beats(past: Backtest, tree: Hierarchy, level: str) -> bool:
    rows = _of(tree, level)
    return bool(past.mase[rows].mean() < past.mase_naive[rows].mean())


def _tested(context: Context, entry: Entry, panel: Panel, tree: Hierarchy, past: Backtest, level: str) -> list[Result]:
    """Return the scaled errors of a level, and the coverage of its intervals in the last year."""
    rows = _of(tree, level)
    z = np.abs(past.standardised[_LAST_ORIGIN, rows]) / past.inflation(rows, slice(0, _LAST_ORIGIN))
    covered = float((z <= special.ndtri(0.5 + LEVEL / 2)).mean())
    tested = float(rows.sum() * past.origins)
    told = facts(context, entry, panel, indicator="backtest", unit="ratio", domain={"series": level}, n=tested)
    return [
        Result(measure="mase", method="smoothing", estimate=float(past.mase[rows].mean()), **told),
        Result(measure="mase", method="seasonal_naive", estimate=float(past.mase_naive[rows].mean()), **told),
        Result(measure="coverage", estimate=covered, **{**told, "n": float(rows.sum() * SEASON)}),
    ]


def _forecasts(
    context: Context,
    entry: Entry,
    panel: Panel,
    tree: Hierarchy,
    ahead: Reconciled,
    past: Backtest,
    shown: set[str],
) -> list[Result]:
    """Return totals of the year ahead, and in the region the last year of the same spaces and the change from it."""
    last = panel.months[-1]
    years = (str(last.year), str(last.year + 1))
    if last.month != SEASON:
        years = (f"{last - SEASON + 1}..{last}", f"{last + 1}..{last + SEASON}")
    sd = ahead.sd * np.array([past.inflation(_of(tree, level)) for level in tree.level])
    recent = tree.values[:, -SEASON:].sum(axis=1)
    made = []
    for i, level in enumerate(tree.level):
        if tree.unit[i] < 0 or level not in shown:
            continue
        total = _number(context, entry, panel, tree, i, years[1], ahead.mean[i], sd[i])
        made.append(total)
        if tree.unit[i] == 0:
            same = _number(context, entry, panel, tree, i, years[0], recent[i], 0.0)
            made += [replace(same, method="same_spaces"), _change(total, recent[i], years)]
    return made


def _number(
    context: Context, entry: Entry, panel: Panel, tree: Hierarchy, i: int, period: str, mean: float, sd: float
) -> Result:
    """Return the total of a series over a period, its interval normal and never below zero."""
    margin = special.ndtri(0.5 + LEVEL / 2) * sd
    place = tree.unit[i]
    return Result(
        analysis=entry.name,
        indicator="visits",
        measure="count",
        population="visits",
        **context.where(None if place == 0 else panel.returns.units[place]),
        unit="count",
        inference="model",
        period=period,
        domain={} if tree.band[i] < 0 else {"age_band": panel.bands[tree.band[i]]},
        estimate=float(mean),
        se=float(sd),
        lower=float(max(mean - margin, 0.0)),
        upper=float(mean + margin),
        level=LEVEL,
        n=float(tree.spaces[i] * len(panel.months)),
        contributors=float(tree.spaces[i]),
        largest_share=float(tree.largest[i]),
        source=panel.returns.source,
    )


def _change(total: Result, before: float, years: tuple[str, str]) -> Result:
    """Return a forecast as a relative change from what the same spaces received the year before."""
    change = {name: getattr(total, name) / before - 1 for name in ("estimate", "lower", "upper")}
    period = from_to(*years) if not is_span(years[1]) else years[1]
    return replace(total, measure="evolution", unit="ratio", period=period, se=total.se / before, **change)
