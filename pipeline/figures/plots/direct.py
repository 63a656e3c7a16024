"""Lines, marks and letters of a plot written to SVG at once: for sheets and phones, of which there are many.

plotnine and matplotlib make some ten thousand objects for a drawing of thirty marks. A plot of a few kinds of layers,
with the axes and the theme of this project, is written here in a thirtieth of the time, laid out as they would lay it
out; any other is left to them (:func:`to_svg` returns None).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.figures import theme

if TYPE_CHECKING:
    from plotnine import ggplot
    from plotnine.layer import layer

    from pipeline.figures.typeface import Typeface

#: Points of a size: plotnine counts sizes of marks and lines in the root of the area of a circle.
_POINTS = math.sqrt(math.pi)
#: Lengths drawn and left out along a line of a type, in its widths (matplotlib's).
_DASHES = {"solid": (), "dashed": (3.7, 1.6), "dashdot": (6.4, 1.6, 1.0, 1.6), "dotted": (1.0, 1.65)}
#: Where a text begins from its place, and how much of its height stands above it.
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_ABOVE = {"bottom": 1.0, "center": 0.5, "top": 0.0}
_EIGHTH = math.sqrt(0.5)
_PLUS = ((2, 0), (4, 0), (4, 2), (6, 2), (6, 4), (4, 4), (4, 6), (2, 6), (2, 4), (0, 4), (0, 2), (2, 2))
_CROSS = ((1, 0), (2, 1), (3, 0), (4, 1), (3, 2), (4, 3), (3, 4), (2, 3), (1, 4), (0, 3), (1, 2), (0, 1))
#: Corners of marks of size one, upwards; a dot has none.
_CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "o": (),
    "s": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)),
    "D": ((0, -_EIGHTH), (_EIGHTH, 0), (0, _EIGHTH), (-_EIGHTH, 0)),
    "^": ((0, 0.5), (-0.5, -0.5), (0.5, -0.5)),
    "v": ((0, -0.5), (0.5, 0.5), (-0.5, 0.5)),
    "P": tuple((x / 6 - 0.5, y / 6 - 0.5) for x, y in _PLUS),
    "X": tuple((x / 4 - 0.5, y / 4 - 0.5) for x, y in _CROSS),
}
#: Where a layer stands, by axis.
_PLACES = {"x": ("x", "xend", "xintercept"), "y": ("y", "yend", "ymin", "ymax", "yintercept")}
#: Of the width of a drawing: its margin (:func:`pipeline.figures.theme.base_theme`), and what plotnine leaves above the
#: title of an axis. Points between an axis and its numbers.
_MARGIN, _ABOVE_TITLE = 0.012, 0.01
_PAD = theme.SIZE / 5

#: One mark of a layer: what every aesthetic of it is.
Mark = Mapping[str, Any]


@dataclass(frozen=True)
class _Axis:
    """An axis: its limits, what it says where, and from where to where it goes in points."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    start: float = 0.0
    end: float = 1.0

    def part(self, value: float) -> float:
        """Return how far along the axis a value lies, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def at(self, value: float) -> float:
        """Return the place of a value in points."""
        return self.start + self.part(value) * (self.end - self.start)

    def holds(self, value: float) -> bool:
        """Return whether a value lies between the limits."""
        return -1e-9 <= self.part(value) <= 1 + 1e-9


@dataclass(frozen=True)
class _Layer:
    """Marks of one kind, in the order in which they are drawn."""

    kind: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class _Paper:
    """Where a plot stands: its axes laid out in points, and the typeface of what it says."""

    x: _Axis
    y: _Axis
    typeface: Typeface


def to_svg(plot: ggplot, width_mm: float, height_mm: float, typeface: Typeface) -> str | None:
    """Return a plot as SVG, None where it holds what only plotnine draws.

    Parameters
    ----------
    plot : with a theme of :func:`pipeline.figures.theme.base_theme` and axes whose limits and breaks are given.
    width_mm, height_mm : of the drawing.   typeface : by which it is laid out.
    """
    grid = next((g for g in ("x", "y") if plot.theme is theme.base_theme(g, legend=False)), None)
    kinds = (type(plot.coordinates).__name__, type(plot.facet).__name__)
    scales: dict[str, Any] = {str(name): scale for scale in plot.scales for name in scale.aesthetics}
    axes = [_axis(scales.get(name)) for name in ("x", "y")]
    layers = [_layer(each, plot, scales) for each in plot.layers]
    title: str | None = getattr(plot.labels, "x", None)
    if grid is None or kinds != ("coord_cartesian", "facet_null") or title is None or None in [*axes, *layers]:
        return None
    x, y = (axis for axis in axes if axis)
    known = [each for each in layers if each]
    if not all(_within(each.marks, x, y) and all(map(_plain, each.marks)) for each in known):
        return None
    width, height = width_mm * 72 / 25.4, height_mm * 72 / 25.4
    paper = _laid_out(x, y, title, width, height, typeface)
    drawn = [*_axes(paper, grid, title, width, height)]
    drawn += [_DRAWN[each.kind](mark, paper) for each in known for mark in each.marks]
    return "\n".join([*_head(width, height, typeface.family), *filter(None, drawn), "</svg>", ""])


def _head(width: float, height: float, family: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{width:.6f}pt" height="{height:.6f}pt" '
        f'viewBox="0 0 {width:.6f} {height:.6f}" font-family="\'{family}\', sans-serif" stroke-linejoin="round">'
    )
    yield "<defs></defs>"
    yield f'<path d="M0 0H{width:.2f}V{height:.2f}H0z" style="fill: #ffffff"/>'


def _axis(scale: Any) -> _Axis | None:
    """Return the axis of a scale, None where its limits or breaks are left to the data."""
    if type(scale).__name__ not in ("scale_x_continuous", "scale_y_continuous"):
        return None
    if scale.limits is None or isinstance(scale.breaks, bool) or callable(scale.breaks):
        return None
    low, high = map(float, scale.limits)
    breaks = [float(value) for value in scale.breaks]
    labels = scale.labels(breaks) if callable(scale.labels) else scale.labels
    if isinstance(labels, bool) or scale.trans is not None or any(scale.expand or ()):
        return None
    # plotnine's own where nothing is said
    spare = 0.05 * (high - low) if scale.expand is None else 0.0
    ticks = [(at, str(text)) for at, text in zip(breaks, labels, strict=True) if low <= at <= high]
    return _Axis(low - spare, high + spare, ticks)


def _layer(each: layer, plot: ggplot, scales: Mapping[str, Any]) -> _Layer | None:
    """Return the marks of a layer, None where it is of another kind or its aesthetics are more than columns."""
    geom = each.geom
    kind = type(geom).__name__
    data = plot.data if each._data is None else each._data
    mapping = {**(plot.mapping if each.inherit_aes else {}), **each.mapping}
    shift = getattr(each.position, "params", {}) if type(each.position).__name__ == "position_nudge" else None
    plain = type(each.stat).__name__ == "stat_identity" and (
        shift is not None or type(each.position).__name__ == "position_identity"
    )
    if kind not in _DRAWN or not plain or not isinstance(data, pd.DataFrame):
        return None
    columns = {name: _values(value, data) for name, value in mapping.items() if name not in geom.aes_params}
    known = {name: _scaled(values, scales.get(name)) for name, values in columns.items() if values is not None}
    if len(known) < len(columns) or any(values is None for values in known.values()):
        return None
    same = {**geom.DEFAULT_AES, **geom.aes_params}
    marks: list[Mark] = [
        {**same, **{name: values[i] for name, values in known.items() if values}} for i in range(len(data))
    ]
    if shift:
        marks = [{**m, "x": m["x"] + shift.get("x", 0), "y": m["y"] + shift.get("y", 0)} for m in marks]
    if kind == "geom_line":
        marks = _joined(marks, data, mapping)
    elif kind == "geom_point":
        # as plotnine: one shape after another
        marks = sorted(marks, key=lambda mark: str(mark["shape"]))
    return _Layer(kind, marks)


def _values(value: Any, data: pd.DataFrame) -> list[Any] | None:
    """Return the values of an aesthetic, one a row: those of a column, or a number; None for a formula."""
    if isinstance(value, int | float):
        return [value] * len(data)
    return data[value].tolist() if isinstance(value, str) and value in data.columns else None


def _scaled(values: list[Any], scale: Any) -> list[Any] | None:
    """Return values as a scale shows them: as they are, or by the table of a manual scale; None by any other."""
    kind = type(scale).__name__
    if scale is None or kind.endswith(("_identity", "_continuous")):
        return values
    table = scale.palette(0) if kind.endswith("_manual") else None
    if not isinstance(table, dict) or not set(values) <= set(table):
        return None
    return [table[value] for value in values]


def _joined(marks: Sequence[Mark], data: pd.DataFrame, mapping: Mapping[str, Any]) -> list[Mark]:
    """Return lines, each with its ``points`` from left to right: one a value of what tells lines apart."""
    column = next((mapping[name] for name in ("group", "color", "linetype") if mapping.get(name) in data.columns), None)
    codes = [0] * len(marks) if column is None else pd.Categorical(data[column]).codes.tolist()
    lines: list[Mark] = []
    for code in sorted(set(codes)):
        points = sorted((m for m, c in zip(marks, codes, strict=True) if c == code), key=lambda mark: mark["x"])
        lines.append({**points[0], "points": [(mark["x"], mark["y"]) for mark in points]})
    return lines


def _within(marks: Sequence[Mark], x: _Axis, y: _Axis) -> bool:
    """Return whether marks lie between the limits: plotnine leaves out those that do not."""
    for axis, names in ((x, _PLACES["x"]), (y, _PLACES["y"])):
        for mark in marks:
            places = [mark[name] for name in names if name in mark]
            places += [point[0 if axis is x else 1] for point in mark.get("points", ())]
            if not all(math.isfinite(place) and axis.holds(place) for place in places):
                return False
    return True


def _plain(mark: Mark) -> bool:
    """Return whether the shape, the type of line and the place of a text are among those that are written here."""
    known: dict[str, Mapping[str, object]] = {"shape": _CORNERS, "linetype": _DASHES, "ha": _ANCHORS, "va": _ABOVE}
    return not mark.get("angle") and all(mark[name] in among for name, among in known.items() if name in mark)


def _laid_out(x: _Axis, y: _Axis, title: str, width: float, height: float, typeface: Typeface) -> _Paper:
    """Return axes with room for their numbers and title; the first and last numbers may ask for more."""
    above, below = typeface.line(theme.SIZE)
    line = above + below
    margin = _MARGIN * width
    beside = max((_wide(text, typeface) for _, text in y.ticks), default=0.0)
    left = margin + (beside + _PAD if beside else 0.0)
    lines = max((text.count("\n") + 1 for _, text in x.ticks if text), default=0)
    bottom = margin + (lines * line + _PAD if lines else 0.0)
    if title:
        bottom += sum(typeface.line(theme.SIZE - 0.5)) + _ABOVE_TITLE * width
    halves = [(x.part(at) * width, _wide(text, typeface) / 2) for at, text in x.ticks if text]
    tops = [((1 - y.part(at)) * height, _middle(text, typeface)) for at, text in y.ticks if text]
    left += max(0.0, max((half - at for at, half in halves), default=0.0) - (left - margin))
    right = width - margin - max(0.0, max((at + half - width for at, half in halves), default=0.0))
    top = margin + max(0.0, max((up - at for at, up in tops), default=0.0))
    return _Paper(
        _Axis(x.low, x.high, x.ticks, left, right), _Axis(y.low, y.high, y.ticks, height - bottom, top), typeface
    )


def _wide(text: str, typeface: Typeface, points: float = theme.SIZE) -> float:
    return typeface.width_mm(text, points) * 72 / 25.4


def _middle(text: str, typeface: Typeface) -> float:
    """Return how far above its place a number of the upright axis begins: half the way to its last baseline."""
    above, below = typeface.line(theme.SIZE)
    return (above + (above + below) * text.count("\n")) / 2


def _axes(paper: _Paper, grid: str, title: str, width: float, height: float) -> Iterator[str]:
    """Yield the lines of the grid, the numbers of the axes and the title of the lower one."""
    x, y, typeface = paper.x, paper.y, paper.typeface
    above, below = typeface.line(theme.SIZE)
    rule = f"fill: none; stroke: {theme.GRID}; stroke-width: 0.6"
    for at, _ in x.ticks if grid == "x" else ():
        yield f'<path d="M{x.at(at):.2f} {y.start:.2f}V{y.end:.2f}" style="{rule}"/>'
    for at, _ in y.ticks if grid == "y" else ():
        yield f'<path d="M{x.start:.2f} {y.at(at):.2f}H{x.end:.2f}" style="{rule}"/>'
    for at, text in x.ticks:
        for number, said in enumerate(text.split("\n")):
            yield _text(said, x.at(at), y.start + _PAD + above + number * (above + below), theme.SIZE, "middle")
    for at, text in y.ticks:
        top = y.at(at) - _middle(text, typeface)
        for number, said in enumerate(text.split("\n")):
            yield _text(said, x.start - _PAD, top + above + number * (above + below), theme.SIZE, "end")
    if title:
        size = theme.SIZE - 0.5
        base = height - _MARGIN * width - typeface.line(size)[1]
        yield _text(title, (x.start + x.end) / 2, base, size, "middle", theme.SOFT)


def _text(
    said: str, x: float, y: float, size: float, anchor: str, colour: str = theme.INK, weight: str = "normal"
) -> str:
    if not said:
        return ""
    bold = "font-weight: 700; " if weight == "bold" else ""
    style = f"{bold}font-size: {size:g}px; text-anchor: {anchor}; fill: {colour}"
    return f'<text style="{style}" x="{x:.2f}" y="{y:.2f}">{escape(said, quote=False)}</text>'


def _stroke(mark: Mark) -> str:
    """Return the style of a line."""
    width = mark["size"] * _POINTS
    dashes = ",".join(f"{part * width:.2f}" for part in _DASHES[mark["linetype"]])
    seen = f"; stroke-opacity: {mark['alpha']:g}" if mark["alpha"] != 1 else ""
    dashed = f"; stroke-dasharray: {dashes}" if dashes else ""
    return f"fill: none; stroke: {mark['color']}{seen}; stroke-width: {width:.2f}{dashed}"


def _path(points: Sequence[tuple[float, float]], mark: Mark, paper: _Paper) -> str:
    places = [f"{paper.x.at(x):.2f} {paper.y.at(y):.2f}" for x, y in points]
    if len(set(places)) < 2:
        return ""
    return f'<path d="M{"L".join(places)}" style="{_stroke(mark)}"/>'


def _line(mark: Mark, paper: _Paper) -> str:
    return _path(mark["points"], mark, paper)


def _segment(mark: Mark, paper: _Paper) -> str:
    return _path([(mark["x"], mark["y"]), (mark["xend"], mark["yend"])], mark, paper)


def _range(mark: Mark, paper: _Paper) -> str:
    return _path([(mark["x"], mark["ymin"]), (mark["x"], mark["ymax"])], mark, paper)


def _upright(mark: Mark, paper: _Paper) -> str:
    at = mark["xintercept"]
    return _path([(at, paper.y.low), (at, paper.y.high)], mark, paper)


def _level(mark: Mark, paper: _Paper) -> str:
    at = mark["yintercept"]
    return _path([(paper.x.low, at), (paper.x.high, at)], mark, paper)


def _point(mark: Mark, paper: _Paper) -> str:
    x, y, size = paper.x.at(mark["x"]), paper.y.at(mark["y"]), (mark["size"] + mark["stroke"]) * _POINTS
    fill = mark["color"] if mark["fill"] is None else mark["fill"]
    style = f"fill: {fill}; stroke: {mark['color']}; stroke-width: {mark['stroke'] * _POINTS:.2f}"
    corners = _CORNERS[mark["shape"]]
    if not corners:
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{size / 2:.2f}" style="{style}"/>'
    places = "L".join(f"{x + across * size:.2f} {y - up * size:.2f}" for across, up in corners)
    return f'<path d="M{places}z" style="{style}"/>'


def _letters(mark: Mark, paper: _Paper) -> str:
    """Return the lines of a text, whose ink is in the middle of the height that each of them takes."""
    size, bold = mark["size"], mark["fontweight"] == "bold"
    lines = str(mark["label"]).split("\n")
    line = mark["lineheight"] * sum(paper.typeface.line(size))
    top = paper.y.at(mark["y"]) - _ABOVE[mark["va"]] * line * len(lines)
    out = []
    for number, said in enumerate(lines):
        above, below = paper.typeface.ink(said, size, bold)
        base = top + number * line + (line + above - below) / 2
        out.append(
            _text(said, paper.x.at(mark["x"]), base, size, _ANCHORS[mark["ha"]], mark["color"], mark["fontweight"])
        )
    return "\n".join(out)


_DRAWN: dict[str, Callable[[Mark, _Paper], str]] = {
    "geom_line": _line,
    "geom_segment": _segment,
    "geom_linerange": _range,
    "geom_vline": _upright,
    "geom_hline": _level,
    "geom_point": _point,
    "geom_text": _letters,
}
