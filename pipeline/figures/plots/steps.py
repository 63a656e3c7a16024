"""Effects along steps of time: quarters before and after a date, months of the year; intervals always drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    geom_hline,
    geom_line,
    geom_linerange,
    geom_point,
    geom_vline,
    ggplot,
    labs,
    scale_color_manual,
    scale_linetype_manual,
    scale_shape_manual,
    scale_x_continuous,
    scale_y_continuous,
)
from plotnine import (
    theme as plot_theme,
)

from pipeline.figures import theme, writing
from pipeline.figures.notes import notes_of
from pipeline.figures.output import Absent, Figure
from pipeline.figures.plots.marks import described
from pipeline.figures.plots.marks import steps as round_steps
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.estimates import sourced
from pipeline.wording import numbers
from pipeline.wording.language import of

_HEIGHT_MM = 84.0
#: Least and greatest number of steps named on the axis.
_NAMED = 8


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
        _plot(data, labels, joined, break_at, (axis or {}).get(scope.lang, ""), scope.lang),
        alt=_alternative(rows, names, [named[k] for k in rows["series"]], text, scope),
        notes=sourced(notes_of(scope, rows, text, said, (scope.say("note.model"),)), rows, scope),
        height_mm=_HEIGHT_MM,
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
    data: pd.DataFrame, labels: Mapping[float, str], joined: bool, break_at: float | None, axis: str, lang: str
) -> ggplot:
    lines = list(data["line"].cat.categories)
    colours = list(theme.GROUPS[: len(lines)])
    low, high = float(data["lower"].min()), float(data["upper"].max())
    at = sorted(labels)
    every = max(1, round(len(at) / _NAMED)) if break_at is not None else 1
    ticks = [x for i, x in enumerate(at) if i % every == 0]
    dodge = {name: (i - (len(lines) - 1) / 2) * 0.22 for i, name in enumerate(lines)}
    data = data.assign(x=data["x"] + data["line"].astype(object).map(dodge).astype(float))
    plot = (
        ggplot(data, aes("x", "estimate", color="line", shape="line"))
        + geom_hline(yintercept=0, color=theme.SOFT, size=0.4)
        + ([geom_line(aes(linetype="line"), size=0.7)] if joined else [])
        + geom_linerange(aes(ymin="lower", ymax="upper"), size=0.7)
        + geom_point(size=2.2)
        + scale_color_manual(values=colours)
        + scale_shape_manual(values=list(theme.MARKERS[: len(lines)]))
        + scale_linetype_manual(values=list(theme.LINES[: len(lines)]))
        + scale_x_continuous(breaks=ticks, labels=[labels[x] for x in ticks])
        + scale_y_continuous(breaks=round_steps(low, high), labels=theme.axis_labels("evolution", lang))
        + labs(x=axis, y="", color="", shape="", linetype="")
        + theme.base_theme("y", legend=len(lines) > 1)
    )
    if break_at is not None:
        plot += geom_vline(xintercept=break_at, color=theme.SOFT, size=0.4, linetype="dashed")
    return plot + plot_theme(legend_position="top" if len(lines) > 1 else "none")


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
