"""Opening hours as a channel of the label, never a control: visits = hours x visits per hour, and so are the effects.

The register knows hours at its last date only. So the effect on hours compares labelled spaces with others of the same
type and pays at that date, which rests on more than the effect on visits does; the rest is the effect on visits per
open hour.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from pipeline.questions.context import Context
from pipeline.questions.effects import effect_row
from pipeline.questions.entry import Entry
from pipeline.questions.few_clusters import Slopes, slopes
from pipeline.questions.fixed_effects import fit
from pipeline.questions.label.effects import Effect
from pipeline.questions.label.treated import BINS, FULL
from pipeline.questions.panel import Floats, Panel, Rows, coded, dummies, facts
from pipeline.results import Result


def decomposed(context: Context, entry: Entry, panel: Panel, main: Effect) -> list[Result]:
    """Return the effect on hours and that on visits per hour, and how many labelled spaces they rest on.

    Nothing when the register has no hours. Where no labelled space has one of its own type and cluster that is not
    labelled, hours of labelled spaces cannot be told from those of their type or cluster: the decomposition is not
    identified, and the number of comparable spaces, zero, stands alone.
    """
    sites = panel.sites
    hours = sites["hours"].to_numpy(np.float64)
    still_open = panel.open[:, -1]
    usable = (hours > 0) & still_open & sites["type"].notna().to_numpy()
    if not usable.any():
        return []
    part = sites[usable]
    names, cluster = np.unique(part["cluster"].to_numpy(dtype=str), return_inverse=True)
    comparable = _comparable(context, entry, panel, part)
    if not comparable.estimate:
        return [comparable]
    labelled = part["labelled"].notna().to_numpy(np.float64)[:, None]
    kinds = coded(np.unique(part["type"].astype(str), return_inverse=True)[1].astype(np.int64))
    x = np.column_stack([labelled, dummies(kinds)]) if kinds.max() else labelled
    n = len(part)
    rows = Rows(hours[usable], np.zeros(n), np.arange(n), np.zeros(n, int), cluster, tuple(map(str, names)))
    # theta 1 makes the variance of hours grow with their square: ratios of hours weigh alike in small and large spaces
    fitted = fit(hours[usable], np.asarray(x, dtype=np.float64), cluster.astype(np.int64), None, 1.0)
    on_hours = slopes(fitted, cluster.astype(np.int64), np.eye(x.shape[1])[:, :1])
    at = [name for name, *_ in BINS].index(FULL) + 1
    at = at if not np.isnan(main.combinations[0, at]) else 0
    rest = _difference(main, at, on_hours, rows)
    row = effect_row(context, entry, panel, rows, on_hours, 0, "effect", "cross_section", {}, indicator="hours")
    other = effect_row(context, entry, panel, rows, rest, 0, "effect", "decomposition", {}, indicator="visits_per_hour")
    return [replace(row, population="spaces"), other, comparable]


def _comparable(context: Context, entry: Entry, panel: Panel, part: pd.DataFrame) -> Result:
    """Return how many labelled spaces have one of their type and cluster that is not labelled."""
    labelled = part["labelled"].notna()
    own, others = (
        pd.MultiIndex.from_frame(part.loc[m, ["cluster", "type"]].astype(str)) for m in (labelled, ~labelled)
    )
    told = facts(context, entry, panel, indicator="hours", population="spaces", inference="census")
    return Result(
        measure="comparable", unit="count", estimate=float(own.isin(others).sum()), n=float(labelled.sum()), **told
    )


def _difference(main: Effect, at: int, on_hours: Slopes, rows: Rows) -> Slopes:
    """Return the effect on visits less that on hours, errors joined cluster by cluster."""
    own = dict(zip(main.treated.rows.cluster_names, main.found.contributions[:, at], strict=True))
    other = dict(zip(rows.cluster_names, on_hours.contributions[:, 0], strict=True))
    gaps: Floats = np.array([own.get(c, 0.0) - other.get(c, 0.0) for c in sorted({*own, *other})])
    estimate = main.found.estimate[[at]] - on_hours.estimate
    se = np.sqrt(np.array([gaps @ gaps]))
    df = np.minimum(main.found.df[[at]], on_hours.df)
    p_value = 2 * special.stdtr(df, -np.abs(estimate) / se)
    return Slopes(estimate, se, df, p_value, gaps[:, None], np.array([[se[0] ** 2]]))
