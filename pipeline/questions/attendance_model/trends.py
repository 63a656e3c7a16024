"""Season, holidays and trend of visits, for all ages and band by band, each space compared with itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.effects import effect_row
from pipeline.questions.entry import Entry
from pipeline.questions.few_clusters import slopes
from pipeline.questions.fixed_effects import FixedEffects, fit, fit_both
from pipeline.questions.panel import Floats, Panel, Rows, rows_of
from pipeline.questions.regressors import Seasons, base_columns
from pipeline.results import Result


@dataclass(frozen=True)
class BandFit:
    """The fit of one age band (None for all ages): negative binomial, its Poisson twin, and the rows it used."""

    band: str | None
    panel: Panel
    rows: Rows
    x: Floats
    negative_binomial: FixedEffects
    poisson: FixedEffects


def explained(
    context: Context, entry: Entry, panel: Panel, seasons: Seasons, contrast: tuple[int, int]
) -> tuple[list[Result], list[BandFit]]:
    """Return rows on season, holidays, trend and year by age band, and the fits (all ages first)."""
    made: list[Result] = []
    fits = []
    parts: list[tuple[str | None, Panel]] = [(None, panel)]
    if len(panel.bands) > 1:
        parts += [(b, panel.of_band(i)) for i, b in enumerate(panel.bands)]
    for band, part in parts:
        rows = rows_of(part)
        base = base_columns(part, seasons, rows)
        x = np.column_stack([seasons.years[rows.month], base])
        fitted, poisson = fit_both(rows.y, x, rows.space, rows.offset)
        fits.append(BandFit(band, part, rows, x, fitted, poisson))
        domain: dict[str, object] = {} if band is None else {"age_band": band}
        pick = np.eye(x.shape[1])
        trend = slopes(fitted, rows.cluster, pick[:, :1])
        made.append(effect_row(context, entry, panel, rows, trend, 0, "trend", "fixed_effects", domain))
        made += _years(context, entry, part, seasons, rows, base, fitted.theta, contrast, domain)
        if band is None:
            made += _season(context, entry, panel, seasons, rows, fitted)
            made += _holidays(context, entry, panel, seasons, rows, fitted)
    return made, fits


def _years(
    context: Context, entry: Entry, panel: Panel, seasons: Seasons, rows: Rows, base: Floats, theta: float,
    contrast: tuple[int, int], domain: dict[str, object],
) -> list[Result]:  # fmt: skip
    """Compare two calendar years at the same season, with a free level for each year between them."""
    years = np.asarray(panel.months.year)[rows.month]
    others = [y for y in sorted(set(years)) if y != contrast[0]]
    x = np.column_stack([np.column_stack([years == y for y in others]).astype(np.float64), base])
    found = slopes(fit(rows.y, x, rows.space, rows.offset, theta), rows.cluster, np.eye(x.shape[1])[:, : len(others)])
    period = f"{contrast[0]}..{contrast[1]}"
    j = others.index(contrast[1])
    return [effect_row(context, entry, panel, rows, found, j, "evolution", "fixed_effects", domain, period=period)]


def _season(
    context: Context, entry: Entry, panel: Panel, seasons: Seasons, rows: Rows, fitted: FixedEffects
) -> list[Result]:
    """Return each month against the mean month (geometric), inland and coast apart."""
    k = len(fitted.beta)
    month = np.zeros((k, 12))
    month[1 + np.arange(11), 1 + np.arange(11)] = 1
    kinds = {"all": month}
    if seasons.two_seasons:
        coast = month.copy()
        coast[12 + np.arange(11), 1 + np.arange(11)] = 1
        kinds = {"inland": month, "coast": coast}
    made = []
    for place, matrix in kinds.items():
        found = slopes(fitted, rows.cluster, matrix - matrix.mean(axis=1, keepdims=True))
        for j in range(12):
            domain: dict[str, object] = {"month": f"{j + 1:02d}", "place": place}
            made.append(effect_row(context, entry, panel, rows, found, j, "season", "fixed_effects", domain))
    return made


def _holidays(
    context: Context, entry: Entry, panel: Panel, seasons: Seasons, rows: Rows, fitted: FixedEffects
) -> list[Result]:
    """Return the effect of one public holiday more, and of a month wholly in school holidays."""
    if not seasons.holidays:
        return []
    first = 1 + (22 if seasons.two_seasons else 11)
    found = slopes(fitted, rows.cluster, np.eye(len(fitted.beta))[:, first : first + len(seasons.holidays)])
    return [
        effect_row(context, entry, panel, rows, found, j, "effect", "fixed_effects", {"holiday": name})
        for j, name in enumerate(seasons.holidays)
    ]
