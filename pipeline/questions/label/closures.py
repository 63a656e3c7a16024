"""Whether spaces closed because their visits fell: then leaving them out flatters those that stayed open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.effects import effect_row
from pipeline.questions.entry import Entry
from pipeline.questions.few_clusters import slopes
from pipeline.questions.fixed_effects import fit
from pipeline.questions.label.effects import Effect, before_label
from pipeline.questions.label.pretrends import warning
from pipeline.questions.label.treated import Treated
from pipeline.questions.panel import Panel
from pipeline.results import Result

#: Fewer closures than this cannot be compared with anything.
LEAST_CLOSURES = 5


def informative(context: Context, entry: Entry, panel: Panel, treated: Treated, main: Effect) -> list[Result]:
    """Return the slope a year of spaces that were to close against the others, before they closed, and its warning."""
    before = before_label(treated)
    rows = before.rows
    closing = np.isfinite(panel.sites["closing"].to_numpy(np.float64))[rows.space]
    if len(np.unique(rows.space[closing])) < LEAST_CLOSURES:
        return []
    x = np.column_stack([closing * rows.month / 12.0, before.controls])
    fitted = fit(rows.y, x, rows.space, rows.offset, main.fitted.theta)
    found = slopes(fitted, rows.cluster, np.eye(x.shape[1])[:, :1])
    slope = effect_row(context, entry, panel, rows, found, 0, "trend", None, {}, indicator="closures")
    slope = replace(slope, n=float(closing.sum()))
    return [slope, warning(slope, "informative_closure", entry)]
