"""Levels over time: one line a group, named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    geom_line,
    geom_linerange,
    geom_point,
    geom_text,
    ggplot,
    labs,
    scale_color_manual,
    scale_fill_manual,
    scale_linetype_manual,
    scale_shape_manual,
)

from pipeline.figures import notes, theme, writing
from pipeline.figures.output import Absent, Figure, Paper
from pipeline.figures.plots.axes import x_axis, y_axis
from pipeline.figures.plots.marks import caution_note, marks_frame, steps, wrapped
from pipeline.figures.plots.shares import alternative, missing_note
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.results import shared
from pipeline.results.time import is_year, year_of
from pipeline.wording.labels import aged, is_aged

#: Least distance between two names at the ends of lines, in mm.
_APART = 4.6
#: Part of the paper that they take at most, and the room that a value takes in one.
_NAMES, _VALUE = 0.5, "  0 000"
#: Points of these names.
_NAME_SIZE = theme.SIZE - 0.2


def trend(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str = "share",
    population: str = "users",
    by: str | None = "age_band",
    whole: bool = True,
    beside_region: bool = False,
    waves: Sequence[str] | None = None,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw a level over waves or years, by group, or for a unit beside its region (``beside_region``).

    Samples get their intervals; exhaustive counts have none.
    """
    parts = [scope.rows(analysis, indicator, measure, population=population)] if whole or not by else []
    if by:
        parts.append(scope.rows(analysis, indicator, measure, population=population, by=by))
    own = pd.concat(parts)
    if published(own).empty:
        return Absent(why_absent(own, scope))
    every = own
    if beside_region:
        region = ("region", scope.region)
        every = pd.concat([own, scope.rows(analysis, indicator, measure, population=population, place=region)])
    every = every[every["time"].isin([str(w) for w in waves])] if waves else every
    every = every[every["period"].map(is_year) | every["wave"].map(is_year)]
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    if rows["time"].nunique() < 2:
        return Absent(scope.say("trend.one"))
    named = [_name(row, by, beside_region, scope) for _, row in rows.iterrows()]
    if len(set(named)) > len(theme.GROUPS):
        return Absent(scope.say("trend.absent"))
    data = marks_frame(rows, named, named, scope.lang).assign(x=rows["time"].map(year_of).to_numpy())
    text = writing.captioned(scope, caption, rows)
    return Figure(
        partial(_lines, data, str(shared(rows, "unit")), scope.lang),
        alt=alternative(rows, named, text, scope, lines=True),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            _reading(rows, named, scope.indicator_text(analysis, indicator, measure), scope),
            (*caution_note(data, scope), missing_note(every, by, scope) if by else ""),
        ),
    )


def _lines(data: pd.DataFrame, unit: str, lang: str, paper: Paper) -> tuple[ggplot, float]:
    letters = int(paper.width * _NAMES / 1.8)
    lines = max(wrapped(name, letters).count("\n") + 1 for name in data["series"].astype(str) + _VALUE)
    gap, count = _APART * lines * (0.85 if lines > 1 else 1.0), data["series"].nunique()
    height = max(62.0 + 2.5 * max(0, count - 4), gap * (count + 1) + 14)
    order = list(dict.fromkeys(data["series"]))
    data = data.assign(
        series=pd.Categorical(data["series"], categories=order),
        fill=[f"{s}-" if c else s for s, c in zip(data["series"], data["caution"], strict=True)],
    )
    years = sorted(data["x"].unique())
    low, high = 0.0, float(data["upper"].max()) * 1.04
    ends = _ends(data, (high - low) / (height - 14), high, gap)
    ends = ends.assign(text=[wrapped(text, letters) for text in ends["text"]])
    first, last = years[0], years[-1]
    span = max(last - first, 1)
    width = 4 + max(paper.mm(text, _NAME_SIZE, bold=True) for text in ends["text"])
    axis = 5 + max(paper.mm(text, theme.SIZE) for text in theme.axis_labels(unit, lang)(steps(low, high)))
    per_mm = span / (paper.width - axis - 4 - width)
    room = per_mm * width
    data = data.assign(x=data["x"] + _sideways(data, span))
    colours = dict(zip(order, _colours(len(order)), strict=True))
    at = lambda values: dict(zip(order, values, strict=False))  # noqa: E731
    # one addition of a list: every single one would copy the plot and its theme
    parts: list[Any] = [
        geom_line(aes(linetype="series"), size=0.8),
        *([geom_linerange(aes(ymin="lower", ymax="upper"), size=0.7, alpha=0.7)] if _sampled(data) else []),
        geom_point(aes(shape="series", fill="fill"), size=2.2, stroke=0.6),
        geom_text(
            aes(x="x", y="y", label="text", color="series"),
            data=ends,
            ha="left",
            lineheight=1.05,
            nudge_x=per_mm * 3,
            size=_NAME_SIZE,
            family=theme.FONT,
            fontweight="bold",
        ),
        scale_color_manual(values=colours),
        scale_fill_manual(values={**colours, **{f"{s}-": "white" for s in order}}),
        scale_shape_manual(values=at(theme.MARKERS)),
        scale_linetype_manual(values=at(theme.LINES)),
        x_axis(
            breaks=_years(years, paper),
            labels=[str(y) for y in _years(years, paper)],
            limits=(first - 3 * per_mm, last + room),
        ),
        y_axis(labels=theme.axis_labels(unit, lang), limits=(low, high), expand=(0, 0), breaks=steps(low, high)),
        labs(x="", y=""),
        theme.base_theme("y", legend=False),
    ]
    return ggplot(data, aes("x", "estimate", color="series")) + parts, height


def _ends(data: pd.DataFrame, per_mm: float, high: float, apart: float = _APART) -> pd.DataFrame:
    """Return each line's name and last value, moved ``apart`` (in mm) so that no two overlap."""
    ends = data.sort_values("x").groupby("series", observed=True, sort=False).tail(1).sort_values("estimate")
    gap, y = apart * per_mm, ends["estimate"].to_numpy(float).copy()
    for _ in range(200):
        close = np.flatnonzero(np.diff(y) < gap - 1e-9)
        if not len(close):
            break
        for i in close:
            push = (gap - (y[i + 1] - y[i])) / 2
            y[i], y[i + 1] = y[i] - push, y[i + 1] + push
        y = np.clip(y, gap * (0.4 + np.arange(len(y))), high - gap * (0.4 + np.arange(len(y))[::-1]))
    text = [f"{s}  {t}" for s, t in zip(ends["series"], ends["text"], strict=True)]
    return ends.assign(y=y, text=text, x=data["x"].max())


def _sideways(data: pd.DataFrame, span: float) -> np.ndarray:
    """Return small shifts to the side, so that the intervals of lines that meet do not hide each other."""
    if not _sampled(data):
        return np.zeros(len(data))
    codes = data["series"].cat.codes.to_numpy()
    return (codes - codes.max() / 2) * span * 0.008


def _sampled(data: pd.DataFrame) -> bool:
    return bool((data["upper"] > data["lower"]).any())


def _colours(count: int) -> list[str]:
    return [theme.PERSONS, theme.SOFT][:count] if count <= 2 else list(theme.GROUPS)[:count]


def _years(years: Sequence[int], paper: Paper) -> list[int]:
    most = 4 if paper.narrow else 8
    every = -(-len(years) // most)
    return [int(y) for y in years[::-1][::every][::-1]]


def _name(row: pd.Series, by: str | None, beside_region: bool, scope: Scope) -> str:
    if beside_region:
        return scope.text(f"{row['territory_level']}={row['territory']}")
    return scope.code_text(str(by), row["code"]) if row["code"] else scope.text("all")


def _reading(rows: pd.DataFrame, named: Sequence[str], indicator: str, scope: Scope) -> str:
    last = max(i for i, n in enumerate(named) if n == named[0])
    row, name = rows.iloc[last], named[last]
    if row["unit"] == "share" and row["inference"] != "census":
        return writing.reading_of_share(row, scope)
    if not row["code"]:
        return writing.reading_of_number(row, indicator, scope, within=scope.within(row))
    if is_aged(str(row["by"]), str(row["code"])):
        return writing.reading_of_number(row, indicator, scope, aged=aged(row["code"], scope.lang))
    return writing.reading_of_number(row, indicator, scope, who=writing.uncapital(name))
