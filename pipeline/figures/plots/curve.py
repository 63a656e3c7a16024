"""Shares along a price or another amount: a line a wave with its intervals, and where it passes one half."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
from plotnine import (
    aes,
    geom_line,
    geom_linerange,
    geom_point,
    geom_segment,
    geom_text,
    ggplot,
    labs,
    scale_color_manual,
    scale_linetype_manual,
    scale_shape_manual,
)

from pipeline.figures import notes, theme, writing
from pipeline.figures.output import Absent, Figure, Paper
from pipeline.figures.plots.axes import x_axis, y_axis
from pipeline.figures.plots.marks import caution_note, marks_frame
from pipeline.figures.plots.shares import alternative, axis_of_share
from pipeline.figures.plots.steps import key_above, places_above
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.results.time import in_order
from pipeline.wording import numbers

_HEIGHT_MM = 78.0
_HALF = 0.5


def curve(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str,
    by: str,
    middle: str,
    population: str = "users",
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw a share along the amounts of ``by``, by wave; ``middle`` is the measure of where it passes one half."""
    every = scope.rows(analysis, indicator, measure, population=population, by=by)
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    halves = published(scope.rows(analysis, indicator, middle, population=population))
    times = in_order(rows)
    halves = halves[halves["time"].isin(times)]
    named = [scope.code_text(by, code) for code in rows["code"]]
    data = marks_frame(rows, named, rows["time"], scope.lang).assign(x=rows["code"].astype(float).to_numpy())
    said = [
        numbers.estimate(v, u, scope.lang, measure=middle)
        for v, u in zip(halves["estimate"], halves["unit"], strict=True)
    ]
    half = pd.DataFrame({"x": halves["estimate"].to_numpy(float), "series": halves["time"].to_numpy(), "text": said})
    text = writing.captioned(scope, caption, rows)
    alt = [alternative(rows, named, text, scope, lines=True)]
    alt += [
        scope.say("curve.half", when=writing.in_time(when, scope.lang), value=value)
        for when, value in zip(half["series"], half["text"], strict=True)
    ]
    return Figure(
        partial(_drawn, data, half, times, axis_of_share(rows, scope), scope.lang),
        alt=" ".join(alt),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            writing.reading_of_share(rows.iloc[-1], scope),
            caution_note(data, scope),
            [*rows["result_id"], *halves["result_id"]],
        ),
    )


def _drawn(
    data: pd.DataFrame, half: pd.DataFrame, times: list[str], axis: str, lang: str, paper: Paper
) -> tuple[ggplot, float]:
    colours = dict(zip(times, theme.series_colours(len(times)), strict=True))
    ticks = data.drop_duplicates("x").set_index("x")["row"]
    left = 6 + paper.mm(numbers.share(1.0, lang), theme.SIZE)
    apart = (paper.width - left - 6) / (float(ticks.index.max()) * 1.04)
    key = places_above(times, 0.0, 1.02, 0.08, apart, paper.width - left - 6, paper)
    marks = half.assign(estimate=_HALF)
    last = marks[marks["series"] == times[-1]]
    parts: list[Any] = [
        geom_segment(aes(x=0, xend="x", yend="estimate"), marks, color=theme.SOFT, size=0.4, linetype="dashed"),
        geom_segment(aes(xend="x", yend=0), marks, size=0.5, linetype="dashed"),
        geom_line(aes(linetype="series"), size=0.9),
        geom_linerange(aes(ymin="lower", ymax="upper"), size=0.7),
        geom_point(aes(shape="series"), size=2.4),
        geom_text(
            aes(label="text"),
            last.assign(estimate=0.035),
            ha="left",
            nudge_x=1.5 / apart,
            size=theme.SIZE,
            family=theme.FONT,
            fontweight="bold",
        ),
        *(key_above(key, "series", apart) if key else []),
        scale_color_manual(values=colours),
        scale_shape_manual(values=dict(zip(times, theme.MARKERS, strict=False))),
        scale_linetype_manual(values=dict(zip(times, reversed(theme.LINES[: len(times)]), strict=True))),
        x_axis(
            breaks=list(ticks.index),
            labels=_clear(ticks, apart, paper),
            limits=(0, float(ticks.index.max()) * 1.04),
            expand=(0, 0),
        ),
        y_axis(
            breaks=[0, 0.25, 0.5, 0.75, 1],
            labels=theme.axis_labels("share", lang),
            limits=(0, max((y for _, y in key.values()), default=0.95) + 0.05),
            expand=(0, 0),
        ),
        labs(x="", y=axis),
        theme.base_theme("y", legend=False),
    ]
    return ggplot(data, aes("x", "estimate", color="series")) + parts, _HEIGHT_MM


def _clear(ticks: pd.Series, apart: float, paper: Paper) -> list[str]:
    """Return what the axis says at its amounts: nothing where it would touch what it said before."""
    out, free = [], -1.0
    for amount, text in ticks.items():
        half = paper.mm(text, theme.SIZE) / 2
        begins = float(str(amount)) * apart - half
        out.append(text if begins >= free else "")
        free = begins + 2 * half + 1.0 if begins >= free else free
    return out
