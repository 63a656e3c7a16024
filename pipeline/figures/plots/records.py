"""Figures of records: how many by month or quarter, and how they divide by category."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from plotnine import aes, geom_col, ggplot, labs, scale_x_continuous, scale_y_continuous

from pipeline.figures import theme, writing
from pipeline.figures.notes import notes_of
from pipeline.figures.output import Absent, Figure
from pipeline.figures.plots.marks import steps
from pipeline.figures.plots.shares import levels
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.records import cuts_of
from pipeline.results import shared
from pipeline.results.time import in_order
from pipeline.wording import numbers

_HEIGHT_MM = 70.0
#: Most periods that are named under the axis, and most categories of a figure.
_NAMED, _CATEGORIES = 8, 15


def over_time(scope: Scope, *, analysis: str, caption: writing.Captions | None = None) -> Figure | Absent:
    """Draw the number of records by the shortest period in which they are counted, a bar each."""
    every = scope.rows(analysis, "by_period", "count")
    rows = published(every)
    if len(rows) < 2:
        return Absent(why_absent(every, scope))
    times = in_order(every)
    place = {time: i for i, time in enumerate(times)}
    data = rows.assign(x=[place[t] for t in rows["time"]])
    every_nth = max(1, -(-len(times) // _NAMED))
    breaks = list(range(0, len(times), every_nth))
    high = float(data["estimate"].max()) * 1.05
    parts: list[Any] = [
        geom_col(fill=theme.PERSONS, width=0.8),
        scale_x_continuous(
            breaks=breaks,
            labels=[numbers.period(times[i], scope.lang) for i in breaks],
            limits=(-0.6, len(times) - 0.4),
            expand=(0, 0),
        ),
        scale_y_continuous(
            labels=theme.axis_labels("count", scope.lang), limits=(0, high), expand=(0, 0), breaks=steps(0.0, high)
        ),
        labs(x="", y=""),
        theme.base_theme("y", legend=False),
    ]
    text = writing.captioned(scope, caption, rows)
    return Figure(
        ggplot(data, aes("x", "estimate")) + parts,
        alt=_told(rows, text, scope),
        notes=notes_of(scope, rows, text, "", _hidden(every, scope)),
        height_mm=_HEIGHT_MM,
    )


def by_category(scope: Scope, *, analysis: str, caption: writing.Captions | None = None) -> Figure | Absent:
    """Draw the share of each category of the first question that cuts the records and has few enough of them."""
    for by in cuts_of(scope, analysis):
        rows = published(scope.rows(analysis, by, "share", by=by))
        if 1 < rows["code"].nunique() <= _CATEGORIES:
            population = str(shared(rows, "population"))
            return levels(scope, analysis=analysis, indicator=by, by=by, population=population, caption=caption)
    every = scope.rows(analysis, None, "share")
    return Absent(why_absent(every, scope))


def _told(rows: pd.DataFrame, text: str, scope: Scope) -> str:
    """Return the alternative text: the largest, the smallest and the last of the numbers drawn."""

    order = rows.sort_values("order")
    sizes = order["estimate"].to_numpy(np.float64)
    named = {"most": order.iloc[int(sizes.argmax())], "least": order.iloc[int(sizes.argmin())], "last": order.iloc[-1]}
    values = {f"{name}_{key}": v for name, row in named.items() for key, v in _said(row, scope).items()}
    return scope.say("records-over-time.alt", caption=text, **values)


def _said(row: pd.Series, scope: Scope) -> dict[str, str]:
    value = numbers.estimate(row["estimate"], row["unit"], scope.lang, measure=row["measure"])
    return {"when": numbers.period(row["time"], scope.lang), "value": value}


def _hidden(every: pd.DataFrame, scope: Scope) -> tuple[str, ...]:
    """Return how many of the periods are not shown."""
    left = len(every) - len(published(every))
    return (scope.say("records-over-time.hidden", count=numbers.count(left, scope.lang)),) if left else ()
