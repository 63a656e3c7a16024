"""Effects along steps of time: quarters before and after a date, months of the year; intervals always drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    geom_hline,
    geom_line,
    geom_linerange,
    geom_point,
    geom_text,
    geom_vline,
    ggplot,
    labs,
    scale_color_manual,
    scale_linetype_manual,
    scale_shape_manual,
)

from pipeline.figures import theme, writing
from pipeline.figures.notes import notes_of
from pipeline.figures.output import Absent, Figure, Paper
from pipeline.figures.plots.axes import x_axis, y_axis
from pipeline.figures.plots.key import fold
from pipeline.figures.plots.marks import described
from pipeline.figures.plots.marks import steps as round_steps
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.estimates import sourced
from pipeline.wording import numbers
from pipeline.wording.language import of

_HEIGHT_MM = 84.0


def along(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str,
    by: str,
    method: str = "",
    series: str | None = None,
    joined: bool = False,
    break_at: float | None = None,
    axis: writing.Captions | None = None,
    caption: writing.Captions | None = None,
    reading: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw relative changes along the numbered steps of a domain, in the region.

    ``by``: domain whose values are numbers (``+2``, ``07``); ``series``: second domain, a line each; ``joined``: points
    linked by lines; ``break_at``: a vertical line there; ``reading``: a sentence with {step},
    {series}, {value}, {interval}.
    """
    every = chosen(scope, analysis, indicator, measure, method, by, series)
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    names = [_step(scope, by, c) for c in rows["step"]]
    kinds = list(dict.fromkeys(rows["series"]))
    named = {k: scope.code_text(series, k) if series and k else "" for k in kinds}
    data = rows.assign(x=rows["step"].astype(float), line=pd.Categorical([named[k] for k in rows["series"]]))
    labels = {x: _tick(scope, by, c) for x, c in zip(data["x"], rows["step"], strict=True)}
    text = writing.captioned(scope, caption, rows)
    told = rows.iloc[len(rows) - 1]
    said = (
        (reading or {})
        .get(scope.lang, "")
        .format(
            step=scope.find_text(f"{by}={told['step']}:long") or _step(scope, by, told["step"]),
            series=named[told["series"]],
            value=numbers.estimate(told["estimate"], told["unit"], scope.lang, measure=told["measure"]),
            interval=numbers.interval(told["lower"], told["upper"], told["unit"], scope.lang, measure=told["measure"]),
        )
    )
    return Figure(
        partial(_plot, data, labels, joined, break_at, (axis or {}).get(scope.lang, ""), scope.lang),
        alt=_alternative(rows, names, [named[k] for k in rows["series"]], text, scope),
        notes=sourced(notes_of(scope, rows, text, said, (scope.say("note.model"),)), rows, scope),
    )


def chosen(
    scope: Scope, analysis: str, indicator: str, measure: str, method: str, by: str, series: str | None
) -> pd.DataFrame:
    """Return the region's rows of a method cut by ``by`` (and ``series``), with columns step and series, in order."""
    table = scope.table
    wanted = {"analysis": analysis, "indicator": indicator, "measure": measure, "method": method}
    keep = (table["territory_level"] == "region") & table["domain"].ne("")
    for column, value in wanted.items():
        keep &= table[column] == value
    out = table[keep]
    domains = [dict(p.split("=", 1) for p in d.split("/")) for d in out["domain"]]
    names = {by, *([series] if series else [])}
    out = out.assign(step=[d.get(by, "") for d in domains], series=[d.get(series or "", "") for d in domains])
    out = out[np.array([set(d) == names for d in domains], dtype=bool)]
    return out.assign(_at=out["step"].astype(float)).sort_values(["series", "_at"], kind="stable").drop(columns="_at")


def _plot(
    data: pd.DataFrame,
    labels: Mapping[float, str],
    joined: bool,
    break_at: float | None,
    axis: str,
    lang: str,
    paper: Paper,
) -> tuple[ggplot, float]:
    lines = list(data["line"].cat.categories)
    colours = dict(zip(lines, theme.GROUPS, strict=False))
    low, high = float(data["lower"].min()), float(data["upper"].max())
    room = (high - low) * 0.09
    write = theme.axis_labels("evolution", lang)
    across = round_steps(low, high)
    at = sorted(labels)
    left = 5 + max(paper.mm(text, theme.SIZE) for text in write(across))
    apart = (paper.width - left - 4) / (len(at) + 0.2)
    key = places_above(lines, at[0] - 0.6, high + room * 1.2, room, apart, paper.width - left - 4, paper)
    top = max((y for _, y in key.values()), default=high + room * 0.6) + room * 0.6
    every = max(1, math.ceil((max(paper.mm(text, theme.SIZE) for text in labels.values()) + 1.5) / apart))
    ticks = [x for i, x in enumerate(at) if i % every == 0 or (break_at is not None and x == 0)]
    dodge = {name: (i - (len(lines) - 1) / 2) * 0.22 for i, name in enumerate(lines)}
    data = data.assign(x=data["x"] + data["line"].astype(object).map(dodge).astype(float))
    parts: list[Any] = [
        geom_hline(yintercept=0, color=theme.SOFT, size=0.4),
        *([geom_line(aes(linetype="line"), size=0.7)] if joined else []),
        geom_linerange(aes(ymin="lower", ymax="upper"), size=0.7),
        geom_point(size=2.2),
        *_valued(data, lines, joined, room, lang),
        *(key_above(key, "line", apart) if key else []),
        scale_color_manual(values=colours),
        scale_shape_manual(values=dict(zip(lines, theme.MARKERS, strict=False))),
        scale_linetype_manual(values=dict(zip(lines, theme.LINES, strict=False))),
        x_axis(breaks=ticks, labels=[labels[x] for x in ticks], limits=(at[0] - 0.6, at[-1] + 0.6)),
        y_axis(breaks=across, labels=write, limits=(low - room, top)),
        labs(x=axis, y=""),
        theme.base_theme("y", legend=False),
    ]
    if break_at is not None:
        parts.append(geom_vline(xintercept=break_at, color=theme.SOFT, size=0.4, linetype="dashed"))
    return ggplot(data, aes("x", "estimate", color="line", shape="line")) + parts, _HEIGHT_MM


def key_above(places: Mapping[str, tuple[float, float]], column: str, apart: float) -> list[Any]:
    """Return a mark and the name of each line above them.

    places : where each stands.   column : of the plot, that tells lines apart.   apart : a step of the axis in mm.
    """
    rows = [{"x": x, "estimate": y, column: name, "text": name} for name, (x, y) in places.items()]
    key = pd.DataFrame(rows)
    return [
        geom_point(aes(shape=column), key, size=2.2),
        geom_text(aes(label="text"), key, nudge_x=2.0 / apart, ha="left", size=theme.SIZE, family=theme.FONT),
    ]


def places_above(
    lines: Sequence[str], left: float, bottom: float, line: float, apart: float, room: float, paper: Paper
) -> dict[str, tuple[float, float]]:
    """Return where the names of lines stand above them, folded; none where there is one line.

    left, bottom : of the key, in units of the axes.   line : height of one.   apart : a step of the axis in mm.
    room : the width of the axis in mm.
    """
    if len(lines) < 2:
        return {}
    at = list(fold((6.5 + paper.mm(name, theme.SIZE) for name in lines), room - 3, gap=2.0))
    last = at[-1][1]
    return {
        name: (left + (x + 1.5) / apart, bottom + line * (last - row + 0.6))
        for name, (x, row) in zip(lines, at, strict=True)
    }


def _valued(data: pd.DataFrame, lines: Sequence[str], joined: bool, room: float, lang: str) -> list[Any]:
    """Return the numbers written at the ends of the line that varies most, or at the last of separate points."""
    shown = []
    span = data.groupby("line", observed=True)["estimate"].agg(np.ptp)
    for name in [span.idxmax()] if joined else lines:
        own = data[data["line"] == name]
        order = own.sort_values("estimate" if joined else "x")
        # of separate points, the last; of a line, its highest and its lowest point
        for under, (_, row) in zip((False, True), order.iloc[[-1, 0] if joined else [-1]].iterrows(), strict=False):
            said = numbers.estimate(row["estimate"], row["unit"], lang, measure=row["measure"])
            # the number of a last point stands above its neighbours too
            over = row["upper"] if joined else own.sort_values("x")["upper"].iloc[-3:].max()
            y = row["lower"] - room * 0.55 if under else over + room * 0.55
            shown.append({"x": row["x"], "estimate": y, "text": said, "line": name})
    marks = pd.DataFrame(shown)
    first, last = data["x"].min(), data["x"].max()
    ends = [("left", marks["x"] < first + 1.5), ("right", marks["x"] > last - 1.5)]
    middle = ~(ends[0][1] | ends[1][1])
    return [
        geom_text(aes(label="text"), marks[rows], ha=side, size=theme.SIZE - 0.5, family=theme.FONT, fontweight="bold")
        for side, rows in (*ends, ("center", middle))
        if rows.any()
    ]


def _step(scope: Scope, by: str, code: str) -> str:
    return scope.find_text(f"{by}={code}") or numbers.decimal(float(code), scope.lang, signed=code[:1] in "+-")


def _tick(scope: Scope, by: str, code: str) -> str:
    """Return a step as an axis names it: its number when that is signed, else its name."""
    return numbers.decimal(float(code), scope.lang, signed=True) if code[:1] in "+-" else _step(scope, by, code)


def _alternative(rows: pd.DataFrame, names: Sequence[str], series: Sequence[str], caption: str, scope: Scope) -> str:
    full = len(rows) <= 16
    lines: dict[str, list[str]] = {}
    for name, line, (_, row) in zip(names, series, rows.iterrows(), strict=True):
        told = scope.say("alt.line", name=name, values=described(row, scope.lang, full))
        lines.setdefault(line, []).append(told)
    parts = {line: of(scope.lang).joined(told, ";") for line, told in lines.items()}
    said = [scope.say("alt.line", name=line, values=told) if line else told for line, told in parts.items()]
    return scope.say("alt.dots", caption=caption, values=". ".join(said))
