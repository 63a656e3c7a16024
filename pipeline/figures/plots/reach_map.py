"""Map of reach: communes with an open space, and those whose nearest one is far, by band of distance."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    geom_point,
    geom_polygon,
    ggplot,
    scale_fill_identity,
    scale_size_identity,
)

from pipeline.figures import notes, writing
from pipeline.figures.output import Absent, Figure, Paper
from pipeline.figures.plots.maps import key_of, without_axes
from pipeline.figures.scope import Scope, Shapes, published, why_absent
from pipeline.results import shared
from pipeline.wording import numbers

_COLOURS = ("#1f5f92", "#d08a4e", "#a84a10", "#4a1d00")
_MARKERS = ("o", "s", "^", "D")
_SIZES = (1.5, 1.3, 2.4, 2.8)


def distances(scope: Scope, *, analysis: str, caption: writing.Captions | None = None) -> Figure | Absent:
    """Draw a point a commune that has an open space, or whose nearest one lies beyond the first distance."""
    every = scope.rows(analysis, "nearest", "distance", population="inhabitants", by="commune")
    rows = published(every)
    if rows.empty or scope.shapes is None or scope.shapes.communes is None:
        return Absent(why_absent(every, scope))
    when = str(shared(rows, "time"))
    shares = scope.rows(analysis, measure="share", population="inhabitants", time=when)
    shares = shares[shares["indicator"].str.startswith("within_")]
    far = shares["indicator"].str.removeprefix("within_").astype(float)
    shares, limits = shares.loc[far.sort_values().index], sorted(far)
    names = [scope.text(f"band={b}") for b in ("0", *(f"{a:g}-{b:g}" for a, b in pairwise(limits)), f"{limits[-1]:g}+")]
    kilometres = rows["estimate"].to_numpy(float)
    band = np.searchsorted(limits, kilometres, side="right")
    data = pd.DataFrame({"code": rows["code"].to_numpy(), "band": band})[(kilometres == 0) | (band > 0)]
    text = writing.captioned(scope, caption, rows, numbers.period(when, scope.lang))
    drawing = partial(_drawn, data.merge(scope.shapes.communes, on="code"), names, scope.shapes)
    first = shares.iloc[0]
    return Figure(
        drawing,
        alt=_alt(shares, text, scope),
        notes=notes.notes_of(
            scope,
            shares,
            text,
            writing.reading_of_reach(first, scope.within(first), scope),
            (scope.say("map-reach.note"),),
        ),
    )


def _drawn(data: pd.DataFrame, names: list[str], shapes: Shapes, paper: Paper) -> tuple[ggplot, float]:
    chosen = sorted(data["band"].unique())
    smaller = 0.6 if paper.narrow else 1.0
    data = data.sort_values("band").assign(
        fill=lambda d: [_COLOURS[b] for b in d["band"]],
        shape=lambda d: [_MARKERS[b] for b in d["band"]],
        size=lambda d: [_SIZES[b] * smaller for b in d["band"]],
    )
    region = shapes.region.polygons
    key, frame, height = key_of(
        {names[b]: _COLOURS[b] for b in chosen}, region, paper, {names[b]: _MARKERS[b] for b in chosen}
    )
    # one addition of a list: every single one would copy the plot and its outlines
    parts: list[Any] = [
        geom_polygon(aes(group="group"), data=region, fill="#f4f5f7", color="#9aa5b1", size=0.3),
        geom_polygon(aes(group="group"), data=shapes.units.polygons, fill=None, color="#c4cbd2", size=0.2),
        geom_point(aes(fill="fill", shape="shape", size="size"), color="white", stroke=0.1),
        *key,
        scale_fill_identity(),
        scale_size_identity(),
        *without_axes(frame),
    ]
    return ggplot(data, aes("x", "y")) + parts, height


def _alt(shares: pd.DataFrame, text: str, scope: Scope) -> str:
    told = published(shares)
    body = ", ".join(
        f"{scope.text(i.replace('within_', 'distance='))} {numbers.share(v, scope.lang, 1)}"
        for i, v in zip(told["indicator"], told["estimate"], strict=True)
    ) or why_absent(shares, scope)
    return scope.say("map-reach.alt", caption=text, values=body)
