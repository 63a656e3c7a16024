"""Figures of records: how many by month or quarter, and how they divide by category."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from plotnine import aes, geom_col, geom_text, ggplot, labs

from pipeline.figures import theme, writing
from pipeline.figures.notes import notes_of, signs
from pipeline.figures.output import Absent, Figure, Paper
from pipeline.figures.plots.axes import x_axis, y_axis
from pipeline.figures.plots.marks import steps
from pipeline.figures.plots.shares import levels
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.records import cuts_of
from pipeline.results import shared
from pipeline.results.time import in_order
from pipeline.wording import numbers

_HEIGHT_MM = 70.0
#: Most categories of a figure.
_CATEGORIES = 15
#: Least distance between two texts under an axis, in mm.
_GAP = 2.5


def over_time(scope: Scope, *, analysis: str, caption: writing.Captions | None = None) -> Figure | Absent:
    """Draw the number of records by the shortest period in which they are counted, a bar each.

    Where most of these are hidden, the longer ones that are told are drawn; a period that is hidden bears its sign.
    """
    every = scope.rows(analysis, "by_period", "count")
    rows = published(every)
    if 2 * len(rows) < len(every):
        longer = scope.rows(analysis, "records", "count")
        every, rows = (longer, published(longer)) if len(published(longer)) > 1 else (every, rows)
    if len(rows) < 2:
        return Absent(why_absent(every, scope))
    times = in_order(every)
    place = {time: i for i, time in enumerate(times)}
    data = every.assign(x=[place[t] for t in every["time"]], sign=[_sign(row) for _, row in every.iterrows()])
    text = writing.captioned(scope, caption, rows)
    return Figure(
        partial(_bars, data, times, scope.lang),
        alt=_told(rows, text, scope),
        notes=notes_of(scope, rows, text, "", _hidden(every, scope)),
    )


def _bars(data: pd.DataFrame, times: Sequence[str], lang: str, paper: Paper) -> tuple[ggplot, float]:
    high = float(data["estimate"].max()) * 1.05
    shown, unseen = data[data["sign"] == ""], data[data["sign"] != ""]
    across = steps(0.0, high)
    axis = 6 + max(paper.mm(text, theme.SIZE) for text in theme.axis_labels("count", lang)(across))
    ticks = time_ticks(times, lang, (paper.width - axis) / len(times), paper)
    parts: list[Any] = [
        geom_col(fill=theme.PERSONS, width=0.8),
        geom_text(
            aes("x", y=0, label="sign"), unseen, va="bottom", size=theme.SIZE, color=theme.INK, family=theme.FONT
        ),
        x_axis(breaks=list(ticks), labels=list(ticks.values()), limits=(-0.6, len(times) - 0.4), expand=(0, 0)),
        y_axis(labels=theme.axis_labels("count", lang), limits=(0, high), expand=(0, 0), breaks=across),
        labs(x="", y=""),
        theme.base_theme("y", legend=False),
    ]
    return ggplot(shown, aes("x", "estimate")) + parts, _HEIGHT_MM


def _sign(row: pd.Series) -> str:
    """Return the sign that a period bears in place of a bar; empty where its number is published."""
    return str(row["reason"]).partition("_")[0] if row["quality"] == "suppress" else ""


def time_ticks(times: Sequence[str], lang: str, apart: float, paper: Paper) -> dict[int, str]:
    """Return what an axis of time says at which of its places: no two texts touch, and a year is said once.

    Parameters
    ----------
    times : periods in order.   apart : distance between two of them, in mm.
    """
    short = [numbers.short_period(time, lang) for time in times]
    every = max(1, math.ceil((max(paper.mm(part, theme.SIZE) for part, _ in short) + _GAP) / apart))
    out, before = {}, ""
    for i in range(0, len(times), every):
        part, year = short[i]
        out[i] = f"{part}\n{year}" if year != before and year else part
        before = year
    return out


def by_category(
    scope: Scope, *, analysis: str, by: str = "", caption: writing.Captions | None = None
) -> Figure | Absent:
    """Draw the share of each category that records have, of the question ``by``, else of the first that cuts them.

    Of more categories than a figure holds, those with the largest shares are drawn.
    """
    cuts = cuts_of(scope, analysis)
    for cut in [by] if by in cuts else cuts:
        rows = published(scope.rows(analysis, cut, "share", by=cut))
        sizes = rows.groupby("code")["estimate"].max().sort_values(ascending=False, kind="stable")
        codes = [str(code) for code in sizes[sizes > 0].index[:_CATEGORIES]]
        if len(codes) > 1:
            population = str(shared(rows, "population"))
            column = scope.find_text(f"by={cut}") or cut
            named = {lang: text.replace("{column}", column) for lang, text in (caption or {}).items()}
            return levels(
                scope, analysis=analysis, indicator=cut, by=cut, population=population, codes=codes, caption=named
            )
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
    said = (scope.say("records-over-time.hidden", count=numbers.count(left, scope.lang)),) if left else ()
    return (*said, *signs([_sign(row) for _, row in every.iterrows()], scope))
