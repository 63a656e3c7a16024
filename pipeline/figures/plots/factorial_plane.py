"""The first plane of a correspondence analysis: the answers that make it, named in two columns beside their points."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from plotnine import (
    aes,
    element_blank,
    element_text,
    geom_hline,
    geom_point,
    geom_segment,
    geom_text,
    geom_vline,
    ggplot,
    labs,
    theme,
)

from pipeline.figures import notes, typology, writing
from pipeline.figures import theme as look
from pipeline.figures.output import Absent, Figure, Paper
from pipeline.figures.plots.axes import x_axis, y_axis
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.results import at_most_one, shared
from pipeline.wording import numbers
from pipeline.wording.language import of

_HEIGHT = 105.0
#: Room for names left and right, in widths of the cloud.
_ROOM = 1.25
_LINES = 13
#: Letters of a line of a name.
_LETTERS, _LETTERS_NARROW = 37, 21


def plane(
    scope: Scope,
    *,
    analysis: str,
    place: str,
    weight: str,
    axis: str,
    most: int = 20,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw the answers that contribute most to the two first axes.

    ``place`` and ``weight`` are the measures of an answer on an axis, ``axis`` that of what an axis explains.
    """
    rows = typology.numbers_of(scope, analysis)
    coordinates = published(rows[rows["measure"] == place])
    shares = published(rows[rows["measure"] == weight])
    if coordinates.empty or shares.empty:
        return Absent(why_absent(rows, scope))
    keys = ["indicator", "category"]
    largest = shares.groupby(keys, sort=False)["estimate"].max().nlargest(most).index
    wide = coordinates.pivot_table(index=keys, columns="axis", values="estimate", sort=False).reindex(largest)
    names = [typology.said(scope, analysis, i, c) for i, c in wide.index]
    data = pd.DataFrame({"x": wide["1"].to_numpy(), "y": wide["2"].to_numpy(), "name": names})
    when = str(shared(coordinates, "time"))
    used = coordinates[pd.MultiIndex.from_frame(coordinates[keys]).isin(largest)]
    inertia = rows[(rows["measure"] == axis) & (rows["method"] == "benzecri") & rows["axis"].isin(["1", "2"])]
    used = pd.concat([used, inertia])
    text = writing.captioned(scope, caption, used, when)
    return Figure(
        partial(_drawn, data, inertia, scope),
        alt=_alt(data, text, [_axis(inertia, which, scope) for which in ("1", "2")], scope),
        notes=notes.notes_of(scope, used, text, _reading(data, scope), (scope.say("factorial-plane.note"),)),
    )


def _drawn(data: pd.DataFrame, inertia: pd.DataFrame, scope: Scope, paper: Paper) -> tuple[ggplot, float]:
    span = float(np.ptp(data["x"]))
    letters = _LETTERS_NARROW if paper.narrow else _LETTERS
    wrapped = [textwrap.fill(name, letters, break_long_words=False) for name in data["name"]]
    data = data.assign(left=data["x"] < data["x"].median(), name=wrapped)
    lines = _LINES * (0.9 if paper.narrow else 1.0)
    low, high = data["x"].min() - 0.06 * span, data["x"].max() + 0.06 * span
    data["label_x"] = np.where(data["left"], low, high)
    data["label_y"] = 0.0
    for side in (True, False):
        rows = data["left"] == side
        data.loc[rows, "label_y"] = spread(data.loc[rows, "y"].to_numpy(), float(np.ptp(data["y"])) / lines)
    sides = [(data[data["left"]], "right", -0.02), (data[~data["left"]], "left", 0.02)]
    names = [
        geom_text(
            aes("label_x", "label_y", label="name"),
            data=part,
            ha=align,
            nudge_x=shift * span,
            size=8,
            lineheight=1.05,
            family=look.FONT,
            color=look.INK,
        )
        for part, align, shift in sides
    ]
    parts: list[Any] = [
        geom_hline(yintercept=0, color=look.GRID),
        geom_vline(xintercept=0, color=look.GRID),
        geom_segment(aes("x", "y", xend="label_x", yend="label_y"), color="#b4bec8", size=0.3),
        geom_point(aes("x", "y"), color=look.PERSONS, size=1.8),
        *names,
        x_axis(limits=(low - _ROOM * span, high + _ROOM * span), breaks=[]),
        y_axis(breaks=[]),
        labs(x=_axis(inertia, "1", scope), y=_axis(inertia, "2", scope)),
        # a theme of its own: what is added to a plot's theme is added to the theme of other plots too
        look.base_theme(grid="", legend=False)
        + theme(axis_text=element_blank(), axis_title_y=element_text(color=look.SOFT, size=look.SIZE - 0.5, angle=90)),
    ]
    return ggplot(data) + parts, _HEIGHT * (1.9 if paper.narrow else 1.0)


def spread(wanted: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Return places at least ``gap`` apart, in the order of ``wanted`` and centred on it."""
    order = np.argsort(wanted, kind="stable")
    places = wanted[order].astype(np.float64)
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    places -= np.mean(places) - np.mean(wanted)
    out = np.empty(len(places))
    out[order] = places
    return out


def _axis(inertia: pd.DataFrame, axis: str, scope: Scope) -> str:
    """Return « Premier axe (94 % de l'inertie corrigée) »."""
    found = at_most_one(inertia[inertia["axis"] == axis], f"axis {axis}")
    value = "" if found is None or pd.isna(found["estimate"]) else numbers.share(float(found["estimate"]), scope.lang)
    return scope.say("factorial-plane.first" if axis == "1" else "factorial-plane.second", value=value)


def _alt(data: pd.DataFrame, text: str, axes: list[str], scope: Scope) -> str:
    ordered = data.sort_values("x")
    left, right = ordered.head(5)["name"], ordered.tail(5)["name"][::-1]
    return scope.say(
        "factorial-plane.alt",
        caption=text,
        axes=of(scope.lang).joined(axes, ";"),
        left=numbers.listing(list(left), scope.lang),
        right=numbers.listing(list(right), scope.lang),
    )


def _reading(data: pd.DataFrame, scope: Scope) -> str:
    ordered = data.sort_values("x")
    near, far = ordered["name"].iloc[-1], ordered["name"].iloc[0]
    return scope.say("factorial-plane.reading", near=near, far=far)
