"""The first plane of a correspondence analysis: the answers that make it, named in two columns beside their points."""

from __future__ import annotations

import textwrap

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
    scale_x_continuous,
    scale_y_continuous,
    theme,
)

from pipeline.figures import theme as look
from pipeline.figures import typology, writing
from pipeline.figures.output import Absent, Figure
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.wording import numbers
from pipeline.wording.numbers import NO_BREAK

_WIDTH, _HEIGHT = 160.0, 105.0
#: Room for names left and right, in widths of the cloud.
_ROOM = 1.25
_LINES = 13
#: Letters of a line of a name.
_LETTERS = 37


def plane(
    scope: Scope, *, analysis: str = "typology", most: int = 20, caption: writing.Captions | None = None
) -> Figure | Absent:
    """Draw the answers that contribute most to the two first axes."""
    rows = typology.numbers_of(scope, analysis)
    coordinates = published(rows[rows["measure"] == "coordinate"])
    shares = published(rows[rows["measure"] == "contribution"])
    if coordinates.empty or shares.empty:
        return Absent(why_absent(rows, scope))
    keys = ["indicator", "category"]
    weight = shares.groupby(keys, sort=False)["estimate"].max().nlargest(most).index
    wide = coordinates.pivot_table(index=keys, columns="axis", values="estimate", sort=False).reindex(weight)
    names = [typology.said(scope, analysis, i, c) for i, c in wide.index]
    data = pd.DataFrame({"x": wide["1"].to_numpy(), "y": wide["2"].to_numpy(), "name": names})
    when = str(coordinates["time"].iloc[0])
    used = coordinates[pd.MultiIndex.from_frame(coordinates[keys]).isin(weight)]
    inertia = rows[(rows["measure"] == "inertia") & (rows["method"] == "benzecri") & rows["axis"].isin(["1", "2"])]
    used = pd.concat([used, inertia])
    text = writing.chosen(caption, scope.lang, "Premier plan factoriel", when)
    return Figure(
        _drawn(data, inertia, scope),
        alt=_alt(data, text, [_axis(inertia, axis, scope) for axis in ("1", "2")], scope),
        notes=writing.notes_of(scope, used, text, _reading(data, scope), (_explained(scope.lang),)),
        width_mm=_WIDTH,
        height_mm=_HEIGHT,
    )


def _drawn(data: pd.DataFrame, inertia: pd.DataFrame, scope: Scope) -> ggplot:
    span = float(np.ptp(data["x"]))
    wrapped = [textwrap.fill(name, _LETTERS, break_long_words=False) for name in data["name"]]
    data = data.assign(left=data["x"] < data["x"].median(), name=wrapped)
    low, high = data["x"].min() - 0.06 * span, data["x"].max() + 0.06 * span
    data["label_x"] = np.where(data["left"], low, high)
    data["label_y"] = 0.0
    for side in (True, False):
        rows = data["left"] == side
        data.loc[rows, "label_y"] = spread(data.loc[rows, "y"].to_numpy(), float(np.ptp(data["y"])) / _LINES)
    sides = [(data[data["left"]], "right", -0.02), (data[~data["left"]], "left", 0.02)]
    plot = (
        ggplot(data)
        + geom_hline(yintercept=0, color=look.GRID)
        + geom_vline(xintercept=0, color=look.GRID)
        + geom_segment(aes("x", "y", xend="label_x", yend="label_y"), color="#b4bec8", size=0.3)
        + geom_point(aes("x", "y"), color=look.PERSONS, size=1.8)
    )
    for part, align, shift in sides:
        plot += geom_text(
            aes("label_x", "label_y", label="name"),
            data=part,
            ha=align,
            nudge_x=shift * span,
            size=8,
            lineheight=1.05,
            family=look.FONT,
            color=look.INK,
        )
    return (
        plot
        + scale_x_continuous(limits=(low - _ROOM * span, high + _ROOM * span), breaks=[])
        + scale_y_continuous(breaks=[])
        + labs(x=_axis(inertia, "1", scope), y=_axis(inertia, "2", scope))
        + look.base_theme(grid="", legend=False)
        + theme(axis_text=element_blank(), axis_title_y=element_text(color=look.SOFT, size=look.SIZE - 0.5, angle=90))
    )


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
    found = inertia.loc[inertia["axis"] == axis, "estimate"]
    ordinals = {"fr": ("Premier axe", "Second axe"), "en": ("First axis", "Second axis")}
    name = ordinals[scope.lang][int(axis) - 1]
    if found.empty or pd.isna(found.iloc[0]):
        return name
    value = numbers.share(float(found.iloc[0]), scope.lang)
    return f"{name} ({value} {'de l’inertie corrigée' if scope.lang == 'fr' else 'of corrected inertia'})"


def _alt(data: pd.DataFrame, text: str, axes: list[str], scope: Scope) -> str:
    ordered = data.sort_values("x")
    left, right = ordered.head(5)["name"], ordered.tail(5)["name"][::-1]
    if scope.lang == "fr":
        return (
            f"Nuage de points. {text}. {' ; '.join(axes)}."
            f" À gauche sur le premier axe{NO_BREAK}: {numbers.listing(list(left), 'fr')}."
            f" À droite{NO_BREAK}: {numbers.listing(list(right), 'fr')}."
        )
    return (
        f"Scatter plot. {text}. {'; '.join(axes)}. Left on the first axis: {numbers.listing(list(left), 'en')}."
        f" Right: {numbers.listing(list(right), 'en')}."
    )


def _reading(data: pd.DataFrame, scope: Scope) -> str:
    ordered = data.sort_values("x")
    near, far = ordered["name"].iloc[-1], ordered["name"].iloc[0]
    if scope.lang == "fr":
        return (
            f"les espaces qui répondent «{NO_BREAK}{near}{NO_BREAK}» s'opposent, sur le premier axe, à ceux qui"
            f" répondent «{NO_BREAK}{far}{NO_BREAK}»."
        )
    return f"spaces that answer “{near}” stand opposite those that answer “{far}” on the first axis."


def _explained(lang: str) -> str:
    if lang == "fr":
        return (
            "Deux réponses proches sont souvent données ensemble. Seules figurent les réponses qui contribuent le plus"
            " aux deux axes ; le sens des axes est arbitraire."
        )
    return "Answers that lie near each other are often given together; the direction of axes is arbitrary."
