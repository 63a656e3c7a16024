"""The marks shared by figures: dots with their intervals, one row a category, one mark a series."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    geom_hline,
    geom_point,
    geom_segment,
    geom_text,
    geom_vline,
    ggplot,
    labs,
    scale_color_identity,
    scale_fill_identity,
    scale_shape_identity,
)

from pipeline.figures import theme
from pipeline.figures.output import Paper
from pipeline.figures.plots.axes import x_axis, y_axis
from pipeline.figures.plots.key import fold
from pipeline.figures.scope import Scope, has_interval
from pipeline.wording import numbers, typography

#: Height of a line of the key that names the series.
_KEY_MM = 6.0
#: Points of the numbers printed beside marks.
VALUE_SIZE = theme.SIZE - 0.5


@dataclass(frozen=True)
class Look:
    """How series look: names in order, colours, markers; the unit of the axis and its title.

    ``bold`` series have their numbers in bold, the last one unless given.   ``stressed`` rows keep the colour of
    their series where others turn grey; every row does where it is None.
    """

    series: tuple[str, ...]
    colours: tuple[str, ...]
    unit: str = "share"
    axis: str = ""
    zero: bool = False
    divide_after: tuple[int, ...] = ()
    reference: float | None = None
    one_a_row: bool = False
    bold: tuple[str, ...] = ()
    stressed: frozenset[str] | None = None
    markers: tuple[str, ...] = theme.MARKERS


def waves_look(series: Sequence[str], **more: object) -> Look:
    """Return the look of successive waves, the newest darkest."""
    colours = theme.series_colours(len(series))
    return Look(tuple(series), tuple(colours), **more)  # type: ignore[arg-type]


def marks_frame(rows: pd.DataFrame, row: Iterable[str], series: Iterable[str], lang: str) -> pd.DataFrame:
    """Return what :func:`dots` draws from published result rows, with the text printed beside each mark."""
    out = rows[["estimate", "lower", "upper", "unit", "measure", "quality", "result_id"]].copy()
    out["row"], out["series"] = list(row), list(series)
    doubtful = out["quality"] == "caution"
    # a warning on every mark warns of none: then the note alone says it
    out["caution"] = doubtful if not doubtful.all() else False
    out["doubtful"] = doubtful
    out["text"] = [_value(e, u, m, lang) for e, u, m in zip(out["estimate"], out["unit"], out["measure"], strict=True)]
    out["text"] += [f"{numbers.NARROW}*" if c else "" for c in out["caution"]]
    for bound in ("lower", "upper"):
        out[bound] = out[bound].where(out[bound].notna(), out["estimate"])
    return out.reset_index(drop=True)


def dots(data: pd.DataFrame, rows: Sequence[str], look: Look, lang: str, paper: Paper) -> tuple[ggplot, float]:
    """Return marks with intervals, rows from top to bottom, and the height in mm they need.

    Parameters
    ----------
    data : row, series, estimate, lower, upper, caution, text (one line a mark, see :func:`marks_frame`).
    rows : names of the rows.
    look : series, colours and axis.
    lang : language of the axis.
    paper : what they are drawn on.
    """
    shown = [s for s in look.series if s in set(data["series"])]
    tracks = 1 if look.one_a_row else len(shown)
    place = {name: len(rows) - 1 - i for i, name in enumerate(rows)}
    ticks = [wrapped(r, 20 if paper.narrow else 32) for r in rows]
    row_mm = max(2.6 + 4.1 * tracks, 1.2 + 3.9 * max(tick.count("\n") + 1 for tick in ticks))
    panel = panel_mm(ticks, paper)
    marks = _placed(data, place, shown, look)
    low, high = _limits(data, look, panel, paper)
    top = len(rows) - 0.45
    if len(shown) > 1:
        key = _key(shown, look, (high - low) / panel, low, panel, paper)
        lines = 1 + key["line"].max()
        key["y"] = top + (_KEY_MM * (lines - key["line"] - 0.5)) / row_mm
        top += _KEY_MM * lines / row_mm
        marks = pd.concat([marks, key.drop(columns="line")], ignore_index=True)
    # one addition of a list: every single one would copy the plot and its theme
    parts: list[Any] = [
        *_guide_lines(look, len(rows)),
        *_dots(),
        *[scale_color_identity(), scale_fill_identity(), scale_shape_identity()],
        y_axis(breaks=list(place.values()), labels=ticks, limits=(-0.55, top), expand=(0, 0)),
        x_axis(
            labels=theme.axis_labels(look.unit, lang),
            limits=(low, high),
            expand=(0, 0),
            breaks=steps(low, high),
        ),
        labs(x=look.axis),
        theme.base_theme("x", legend=False),
        *_values(marks, (high - low) / panel),
    ]
    return ggplot(marks, aes("estimate", "y", color="colour")) + parts, round(13 + (top + 0.55) * row_mm, 1)


def _placed(data: pd.DataFrame, place: dict[str, int], shown: list[str], look: Look) -> pd.DataFrame:
    """Return the marks with their height ``y``, whether they are ``strong``, and how they look."""
    tracks = 1 if look.one_a_row else len(shown)
    track = [0 if look.one_a_row else shown.index(s) for s in data["series"]]
    step = 0.78 / tracks
    colour = dict(zip(look.series, look.colours, strict=False))
    marker = dict(zip(look.series, look.markers, strict=False))
    stressed = data["row"].isin(look.stressed or ()) | (look.stressed is None)
    greys = dict(zip(shown, theme.QUIET[-len(shown) :], strict=False))
    colours = [
        colour[s] if keep else greys.get(s, theme.QUIET[-1]) for s, keep in zip(data["series"], stressed, strict=True)
    ]
    return data.assign(
        y=[place[r] + step * ((tracks - 1) / 2 - t) for r, t in zip(data["row"], track, strict=True)],
        strong=(data["series"].isin(look.bold or shown[-1:]) | look.one_a_row) & stressed,
        colour=colours,
        fill=["white" if c else colour for c, colour in zip(data["caution"], colours, strict=True)],
        shape=[marker[s] for s in data["series"]],
    )


def _key(shown: list[str], look: Look, mm: float, low: float, panel: float, paper: Paper) -> pd.DataFrame:
    """Return the marks that name the series, on a line above the rows (on more lines where they do not fit).

    They are marks like the others: plotnine's own legend takes as long to draw as the whole figure.
    """
    colour = dict(zip(look.series, look.colours, strict=False))
    marker = dict(zip(look.series, look.markers, strict=False))
    places = list(fold((6.0 + paper.mm(name, VALUE_SIZE) for name in shown), panel - 2.0, gap=3.0))
    place = [low + mm * (2.0 + at) for at, _ in places]
    return pd.DataFrame(
        {
            "estimate": place,
            "lower": place,
            "upper": place,
            "line": [line for _, line in places],
            "text": shown,
            "colour": [colour[name] for name in shown],
            "fill": [colour[name] for name in shown],
            "shape": [marker[name] for name in shown],
            "strong": False,
        }
    )


def _guide_lines(look: Look, rows: int) -> list[Any]:
    lines: list[Any] = []
    if look.zero:
        lines.append(geom_vline(xintercept=0, color=theme.SOFT, size=0.5))
    if look.reference is not None:
        lines.append(geom_vline(xintercept=look.reference, color="#9aa5b1", size=0.6, linetype="dashed"))
    lines += [geom_hline(yintercept=rows - at - 0.5, color=theme.GRID, size=0.6) for at in look.divide_after]
    return lines


def _dots() -> list[Any]:
    return [
        geom_segment(aes(x="lower", xend="upper", yend="y"), size=0.9, alpha=0.75),
        geom_point(aes(shape="shape", fill="fill"), size=2.6, stroke=0.7),
    ]


def _values(marks: pd.DataFrame, mm: float) -> list[Any]:
    """Return the printed numbers, a millimetre after their mark or interval; those that matter most in bold ink."""
    marks = marks.assign(upper=np.maximum(marks["upper"], marks["estimate"] + 1.3 * mm))
    layers: list[Any] = []
    for strong, colour, weight in ((False, theme.SOFT, "normal"), (True, theme.INK, "bold")):
        part = marks.loc[marks["strong"] == strong, ["y", "upper", "text"]]
        if len(part):
            layers.append(
                geom_text(
                    aes(x="upper", y="y", label="text"),
                    data=part,
                    inherit_aes=False,
                    color=colour,
                    fontweight=weight,
                    ha="left",
                    nudge_x=1.4 * mm,
                    size=VALUE_SIZE,
                    family=theme.FONT,
                )
            )
    return layers


def wrapped(label: str, width: int = 27) -> str:
    """Return a row's label on balanced lines of at most ``width`` characters, no-break spaces kept."""
    text = label.replace(numbers.NO_BREAK, "\0")
    lines = textwrap.wrap(text, width)
    for narrower in range(width - 1, width // 2, -1):
        tried = textwrap.wrap(text, narrower, break_long_words=False)
        if len(tried) > len(lines) or max(map(len, tried)) > width:
            break
        lines = tried
    return "\n".join(lines).replace("\0", numbers.NO_BREAK)


def panel_mm(ticks: Sequence[str], paper: Paper) -> float:
    """Return the width left for the marks beside row labels, in mm."""
    return paper.width - max(paper.mm(tick, theme.SIZE) for tick in ticks) - 6


def caution_note(data: pd.DataFrame, scope: Scope) -> tuple[str, ...]:
    """Return the sentence that explains the hollow marks, or says that all that is drawn is to be read with caution."""
    if len(data) and bool(data["doubtful"].all()):
        return (scope.say("note.all_doubtful"),)
    if not bool(data["caution"].any()):
        return ()
    return (scope.say("note.hollow", sign=typography.apply(scope.text("sign=*"), scope.lang)),)


def described(row: pd.Series, lang: str, interval: bool = True) -> str:
    """Return a number with its interval for an alternative text: « 48 % (entre 45 % et 52 %) »."""
    own = numbers.estimate(row["estimate"], row["unit"], lang, measure=row["measure"])
    if not interval or not has_interval(row):
        return own
    bounds = numbers.interval(row["lower"], row["upper"], row["unit"], lang, measure=row["measure"])
    return f"{own} ({bounds})"


def _value(estimate: float, unit: str, measure: str, lang: str) -> str:
    if unit == "point":
        return numbers.decimal(estimate, lang, signed=True)
    return numbers.estimate(estimate, unit, lang, measure=measure)


def _limits(data: pd.DataFrame, look: Look, panel: float, paper: Paper) -> tuple[float, float]:
    low, high = float(data["lower"].min()), float(data["upper"].max())
    if look.zero:
        low, high = min(low, 0.0), max(high, 0.0)
    elif look.unit in ("share", "mean", "count", "rate"):
        low = 0.0
    span = (high - low) or 1.0
    # the room on the right holds the printed numbers
    room = 4 + max(paper.mm(text, VALUE_SIZE, bold=True) for text in data["text"])
    high += span * room / max(panel - room, 20)
    return (low - span * 0.03 if low else 0.0), high


def steps(low: float, high: float) -> list[float]:
    """Return at most seven round axis steps between two limits."""
    span = high - low
    for step in (m * 10.0**e for e in range(-3, 9) for m in (1, 2, 5)):
        if span / step <= 6:
            first = int(low / step) - 1
            values = [round((first + i) * step, 10) for i in range(10)]
            return [v for v in values if low <= v <= high]
    return [low, high]
