"""Levels of spaces compared: visits by type of space, per inhabitant of the commune, per hour of opening.

Three questions, three models that differ by their exposure only. Visits per open hour say how intensely an hour is
used, not how much a space is used: opening hours are a result of what a space is, and are never held constant to
explain visits.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline import territory
from pipeline.questions.context import AREA, Context
from pipeline.questions.effects import effect_row
from pipeline.questions.entry import Entry
from pipeline.questions.few_clusters import slopes
from pipeline.questions.fixed_effects import fit_theta
from pipeline.questions.panel import Bools, Floats, Panel, coded, rows_of
from pipeline.questions.regressors import Seasons, season_columns
from pipeline.results import Result

#: Exposure -> indicator of the rows.
INDICATORS = {"none": "visits", "population": "visits_per_inhabitant", "hours": "visits_per_hour"}


def compared(
    context: Context, entry: Entry, panel: Panel, seasons: Seasons, exposures: tuple[str, ...]
) -> list[Result]:
    """Return each type of space against the most frequent one, within clusters, by exposure.

    Negative binomial regression with an effect of each cluster, theta by maximum likelihood.
    """
    kinds = panel.sites["type"].dropna().astype(str)
    if kinds.nunique() < 2:
        return []
    # of types equally frequent, the first in order of code
    base = min(kinds.mode())
    others = sorted(set(kinds) - {base})
    made: list[Result] = []
    for exposure in exposures:
        size = _exposure(context, panel, exposure)
        usable = panel.sites["type"].notna().to_numpy() & np.isfinite(size)
        if not usable.any():
            continue
        kept: Bools = np.broadcast_to(usable[:, None], panel.visits.shape).copy()
        rows = rows_of(panel, kept)
        own = panel.sites["type"].astype(str).to_numpy()[rows.space]
        is_type = np.column_stack([own == o for o in others]).astype(np.float64)
        coast = seasons.coast[rows.space][:, None] if seasons.two_seasons else np.zeros((len(own), 0))
        x = np.column_stack([is_type, coast, seasons.years[rows.month], season_columns(seasons, rows)])
        offset = rows.offset + size[rows.space]
        fitted = fit_theta(rows.y, x, coded(rows.cluster), offset)
        found = slopes(fitted, rows.cluster, np.eye(x.shape[1])[:, : len(others)])
        for j, kind in enumerate(others):
            made.append(
                effect_row(
                    context,
                    entry,
                    panel,
                    rows,
                    found,
                    j,
                    "gap_by_type",
                    "negative_binomial",
                    {"site_type": kind, "than": base},
                    indicator=INDICATORS[exposure],
                )
            )
    return made


def _exposure(context: Context, panel: Panel, exposure: str) -> Floats:
    """Return (S,) the log of what visits are measured against, NaN where unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if exposure == "hours":
            hours = panel.sites["hours"].to_numpy(np.float64)
            return np.where(hours > 0, np.log(hours), np.nan)
        if exposure == "population":
            people = _inhabitants(context, panel)
            return np.where(people > 0, np.log(people), np.nan)
    return np.zeros(len(panel.sites))


def _inhabitants(context: Context, panel: Panel) -> Floats:
    if context.level == AREA or panel.sites["commune"].isna().all():
        return np.full(len(panel.sites), np.nan)
    place = context.evaluation.settings.territory
    year = int(panel.months[0].year)
    table = territory.population_by_unit(context.evaluation.root, context.place, "commune", place.vintage, year)
    by_code: pd.Series = table.dropna(subset=["code"]).set_index("code")["population"]
    return panel.sites["commune"].map(by_code).to_numpy(np.float64)
