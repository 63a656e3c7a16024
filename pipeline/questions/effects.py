"""A relative change of visits as a result: a log effect at equal space, with its interval between clusters."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.few_clusters import Slopes
from pipeline.questions.panel import Panel, Rows, facts
from pipeline.results import Result

LEVEL = 0.95


def effect_row(
    context: Context, entry: Entry, panel: Panel, rows: Rows, found: Slopes, j: int, measure: str, method: str | None,
    domain: dict[str, object], **values: Any,
) -> Result:  # fmt: skip
    """Return combination ``j`` of log effects as a relative change of visits, its interval between clusters."""
    low, high = found.interval(LEVEL)
    told = facts(context, entry, panel, **{"indicator": "visits", "confirmatory": entry.confirmatory, **values})
    ratio = float(np.exp(found.estimate[j]))
    return Result(
        measure=measure,
        method=method,
        domain=domain,
        unit="ratio",
        estimate=ratio - 1,
        se=ratio * float(found.se[j]),
        lower=float(np.exp(low[j])) - 1,
        upper=float(np.exp(high[j])) - 1,
        level=LEVEL,
        df=float(found.df[j]),
        p_value=float(found.p_value[j]),
        n=float(len(rows.y)),
        **told,
    )
