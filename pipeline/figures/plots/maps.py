"""Maps of the compared units: binned classes, every unit named with its number, never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    coord_equal,
    element_rect,
    geom_point,
    geom_polygon,
    geom_text,
    ggplot,
    scale_fill_identity,
    scale_shape_identity,
    theme,
    theme_void,
)

from pipeline.errors import DrawError
from pipeline.figures import notes, writing
from pipeline.figures import theme as look
from pipeline.figures.grouping import GROUPS, group_text, units
from pipeline.figures.output import Absent, Figure, Paper
from pipeline.figures.plots.key import fold
from pipeline.figures.plots.marks import wrapped
from pipeline.figures.plots.places import grouped_text
from pipeline.figures.scope import Scope, Shapes, published, why_absent
from pipeline.results import shared
from pipeline.results.time import latest
from pipeline.wording import numbers

#: Points of the names of units, and mm of a line of the key.
_NAME_SIZE, KEY_LINE = 7.8, 5.5
#: The greatest height of a map in mm.
_HIGHEST = 118.0
_GROUP_COLOURS = {
    "above": look.ABOVE,
    "comparable": look.COMPARABLE,
    "below": look.BELOW,
    "unknown": "#cdd5dc",
    "insufficient": look.INSUFFICIENT,
}
_GROUP_SIGNS = {"above": "▲", "comparable": "=", "below": "▼", "unknown": "?", "insufficient": ""}


def choropleth(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str,
    method: str = "",
    population: str | None = None,
    period: str | None = None,
    classes: int = 4,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw a number of every unit in classes of about equal size, with round limits and the number on the map."""
    every = scope.rows(analysis, indicator, measure, method=method, population=population, units=True)
    if every.empty or scope.shapes is None:
        return Absent(why_absent(every, scope))
    every = every[every["time"] == (period or latest(every))]
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    lang = scope.lang
    limits = round_limits(rows["estimate"].to_numpy(float), classes)
    written = [
        numbers.estimate(v, u, lang, measure=measure) for v, u in zip(rows["estimate"], rows["unit"], strict=True)
    ]
    names = [class_text(limits, i, str(shared(rows, "unit")), measure, scope) for i in range(len(limits) - 1)]
    position = np.clip(np.searchsorted(limits, rows["estimate"], side="right") - 1, 0, len(names) - 1)
    shown = pd.DataFrame(
        {
            "code": rows["territory"].to_numpy(),
            "class": [names[i] for i in position],
            "text": written,
        }
    )
    fills = dict(zip(names, _ramp(len(names)), strict=True))
    drawing = partial(_map, scope, shown, fills)
    name = scope.indicator_text(analysis, indicator, measure)
    when = numbers.period(str(shared(rows, "time")), lang)
    text = writing.captioned(scope, caption, rows, when)
    labels = [scope.text(f"{scope.unit_level}={c}") for c in rows["territory"]]
    return Figure(
        drawing,
        alt=scope.say("alt.map", caption=text, values=_listed(labels, written)),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            writing.reading_of_number(rows.iloc[0], name, scope, within=scope.within(rows.iloc[0])),
            (_missing(every, scope), _no_unit(scope)),
        ),
    )


def grouped(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str = "share",
    population: str = "users",
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw which units stand above, with or below the rest of the region, each with its sign."""
    every = units(scope, analysis, indicator, measure, population)
    rows = published(every)
    if rows.empty or scope.shapes is None:
        return Absent(why_absent(every, scope))
    shown = pd.DataFrame(
        {
            "code": every["territory"].to_numpy(),
            "class": [group_text(g, scope) for g in every["group"]],
            "text": [_GROUP_SIGNS[g] for g in every["group"]],
        }
    )
    present = [g for g in GROUPS if g in set(every["group"])]
    fills = {group_text(g, scope): _GROUP_COLOURS[g] for g in present}
    drawing = partial(_map, scope, shown, fills)
    text = writing.captioned(scope, caption, rows)
    first = rows.iloc[0]
    within = scope.within(first)
    ids = [i for i in (*rows["result_id"], *rows["gap_id"]) if i]
    signs = ", ".join(f"{_GROUP_SIGNS[g]} {group_text(g, scope).lower()}" for g in present if _GROUP_SIGNS[g])
    return Figure(
        drawing,
        alt=scope.say("alt.map", caption=text, values=grouped_text(every, scope)),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            writing.reading_of_share(first, scope, within),
            (scope.say("map.signs", signs=signs), _missing(every, scope), _no_unit(scope)),
            ids,
        ),
    )


def round_limits(values: np.ndarray, classes: int) -> np.ndarray:
    """Return rising round limits of at most ``classes`` classes of about equal numbers of units."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.array([low, high + (abs(high) or 1.0) * 0.01])
    step = 10.0 ** np.floor(np.log10((high - low) / classes))
    for grain in (step, step / 2, step / 10):
        inner = np.unique(np.round(np.quantile(values, np.linspace(0, 1, classes + 1)[1:-1]) / grain) * grain)
        inner = inner[(inner > low) & (inner < high)]
        if len(inner) == classes - 1:
            break
    first, last = np.floor(low / grain) * grain, np.ceil(high / grain) * grain
    return np.round(np.unique([first, *inner, last]), 10)


def class_text(limits: np.ndarray, i: int, unit: str, measure: str, scope: Scope) -> str:
    """Return the name of a class: « moins de 0,20 », « 0,20 à 0,30 », « 0,40 ou plus »."""
    low, high = (numbers.estimate(float(v), unit, scope.lang, measure=measure) for v in (limits[i], limits[i + 1]))
    if i == 0 and len(limits) > 2:
        return scope.say("map.under", high=high)
    if i == len(limits) - 2:
        return scope.say("map.over", low=low)
    return scope.say("map.between", low=low, high=high)


def _map(scope: Scope, shown: pd.DataFrame, fills: Mapping[str, str], paper: Paper) -> tuple[ggplot, float]:
    shapes = scope.shapes
    if shapes is None:
        raise DrawError("a map needs the outlines of the region", action="give `shapes` to draw")
    polygons, base = shapes.units.polygons, shapes.region.polygons
    data = polygons.merge(shown, on="code", how="left")
    blank = data[data["class"].isna()]
    data = data[data["class"].notna()]
    places = _placed(scope, shown, shapes, paper)
    key, frame, height = key_of(fills, base, paper)
    parts: list[Any] = [
        geom_polygon(aes(group="group"), data=base, fill=look.NO_DATA, color="#6b7a88", size=0.3),
        geom_polygon(aes(group="group"), data=blank, fill=look.NO_DATA, color="#9aa5b1", size=0.2, linetype="dashed"),
        geom_polygon(
            aes(group="group", fill="fill"), data=data.assign(fill=data["class"].map(fills)), color="#6b7a88", size=0.3
        ),
        geom_text(
            aes(label="label"),
            data=places,
            size=_NAME_SIZE,
            color=look.INK,
            lineheight=1.05,
            family=look.FONT,
        ),
        *key,
        scale_fill_identity(),
        *without_axes(frame),
    ]
    return ggplot(data, aes("x", "y")) + parts, height


def without_axes(frame: coord_equal) -> list[Any]:
    """Return the frame of a map and the theme of what has no axes."""
    return [
        frame,
        theme_void(base_size=look.SIZE, base_family=look.FONT),
        theme(legend_position="none", plot_background=element_rect(fill="white", color="white"), plot_margin=0.005),
    ]


def key_of(
    fills: Mapping[str, str],
    base: pd.DataFrame,
    paper: Paper,
    shapes: Mapping[str, str] | None = None,
) -> tuple[list[Any], coord_equal, float]:
    """Return the squares (or marks) and names of the classes above a map, the map's frame and its height in mm.

    They are marks like the others, in the coordinates of the outlines ``base``: a key of plotnine's takes as long to
    draw as a map, and does not fold where it is wider than a phone.
    """
    mm = km_of_mm(base, paper)
    # a land that is taller than wide stands in the middle of the paper
    spare = mm * paper.width * 0.985 - float(np.ptp(base["x"]))
    left, top = float(base["x"].min()) - spare / 2, float(base["y"].max()) + 2 * mm
    bottom = float(base["y"].min())
    widths = (6.5 + paper.mm(name, look.SIZE) for name in fills)
    key = pd.DataFrame(fold(widths, paper.width * 0.97, gap=4.0), columns=["at", "line"]).assign(name=list(fills))
    lines = int(key["line"].max()) + 1
    key = key.assign(
        x=left + mm * (key["at"] + 2.2),
        y=top + mm * KEY_LINE * (lines - key["line"] - 0.5),
        fill=[fills[name] for name in key["name"]],
        shape=[(shapes or {}).get(name, "s") for name in key["name"]],
    )
    return (
        [
            geom_point(aes(fill="fill", shape="shape"), data=key, color="#6b7a88", size=3.6, stroke=0.4),
            geom_text(
                aes(label="name"),
                data=key,
                nudge_x=3.0 * mm,
                ha="left",
                size=look.SIZE,
                color=look.INK,
                family=look.FONT,
            ),
            scale_shape_identity(),
        ],
        coord_equal(
            expand=False,
            xlim=(left, left + mm * paper.width * 0.985),
            ylim=(bottom, top + mm * KEY_LINE * lines),
        ),
        round((top - bottom) / mm + KEY_LINE * lines + 1.5, 1),
    )


def km_of_mm(base: pd.DataFrame, paper: Paper) -> float:
    """Return the kilometres of a millimetre: the land fills the paper, and is no higher than a part of a page."""
    return max(float(np.ptp(base["x"])) / (paper.width * 0.985), float(np.ptp(base["y"])) / _HIGHEST)


def _placed(scope: Scope, shown: pd.DataFrame, shapes: Shapes, paper: Paper) -> pd.DataFrame:
    """Return where names and numbers stand; on a phone numbers alone, which the table behind the map names."""
    places = shapes.units.labels.merge(shown, on="code")
    names = [wrapped(_short(scope.text(f"{scope.unit_level}={c}")), 12) for c in places["code"]]
    told = [t if paper.narrow else f"{n}\n{t}".rstrip() for n, t in zip(names, places["text"], strict=True)]
    return _apart(places.assign(label=told), km_of_mm(shapes.region.polygons, paper), paper)


def _apart(places: pd.DataFrame, km: float, paper: Paper) -> pd.DataFrame:
    """Return label places moved up or down until no two labels overlap; ``km`` is the length of a millimetre."""
    x, y = places["x"].to_numpy(float), places["y"].to_numpy(float).copy()
    lines = [text.split("\n") for text in places["label"]]
    half_width = np.array([paper.mm(text, _NAME_SIZE) / 2 + 0.5 for text in places["label"]]) * km
    half_height = np.array([len(ls) for ls in lines]) * 1.3 * km
    for _ in range(60):
        reach = half_height[:, None] + half_height[None, :]
        away = y[:, None] - y[None, :]
        near = np.abs(x[:, None] - x[None, :]) < half_width[:, None] + half_width[None, :]
        overlap = np.where(near, np.maximum(reach - np.abs(away), 0.0), 0.0)
        np.fill_diagonal(overlap, 0.0)
        if not overlap.any():
            break
        y += (np.where(away >= 0, 1, -1) * overlap).sum(axis=1) / 4
    return places.assign(y=y)


def _short(label: str) -> str:
    return label.split(" - ")[0]


def _ramp(count: int) -> Sequence[str]:
    picks = {1: (1,), 2: (0, 3), 3: (0, 2, 3)}.get(count, (0, 1, 2, 3))
    return [look.MAP_CLASSES[i] for i in picks]


def _listed(labels: Sequence[str], written: Sequence[str]) -> str:
    return ", ".join(f"{label} {value}" for label, value in zip(labels, written, strict=True))


def _missing(every: pd.DataFrame, scope: Scope) -> str:
    hidden = every[(every["quality"] == "suppress") | every["estimate"].isna()]
    names = [scope.text(f"{scope.unit_level}={c}") for c in hidden["territory"]]
    return notes.hidden_territories(names, scope)


def _no_unit(scope: Scope) -> str:
    return scope.say("map.no_unit") if scope.unit_level == "pays" else ""
