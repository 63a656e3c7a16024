"""Parts of a whole: a stacked bar a wave, its parts in the order of the scale and named above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    geom_point,
    geom_rect,
    geom_text,
    ggplot,
    scale_color_identity,
    scale_fill_identity,
    theme_void,
)
from plotnine import theme as plot_theme

from pipeline.figures import theme
from pipeline.figures.output import Paper
from pipeline.figures.plots.axes import x_axis, y_axis
from pipeline.figures.plots.key import fold

#: Height in mm of a bar with the space around it, and of a line of the key.
_BAR_MM, _KEY_MM = 11.0, 5.5
_VALUE_SIZE = theme.SIZE
_INKS = {theme.PARTS[-1]: "#ffffff"}


def stacked_bars(
    data: pd.DataFrame, waves: Sequence[str], answers: Sequence[str], shaded: Sequence[str], paper: Paper
) -> tuple[ggplot, float]:
    """Return a bar a wave, divided into its answers, and the height in mm it needs.

    Parameters
    ----------
    data : row (answer), series (wave), estimate, text (`pipeline.figures.plots.marks.marks_frame`).
    waves, answers : in order.   shaded : the answers, from the palest to the darkest.   paper : what they are drawn on.
    """
    shades = dict(zip(shaded, _shades(len(answers)), strict=True))
    colours = {answer: shades[answer] for answer in answers}
    left = max(paper.mm(wave, theme.SIZE, bold=True) for wave in waves) + 4
    scale = (paper.width - left - 4) / data.groupby("series")["estimate"].sum().max()
    key, lines = _key(colours, paper)
    top = _KEY_MM * lines + 2
    parts = data.assign(
        order=data["row"].map(answers.index), y=[-top - _BAR_MM * (waves.index(w) + 0.5) for w in data["series"]]
    ).sort_values(["series", "order"], kind="stable")
    ends = parts.groupby("series", sort=False)["estimate"].cumsum() * scale + left
    parts = parts.assign(
        low=ends - parts["estimate"] * scale,
        high=ends,
        fill=parts["row"].map(colours),
        ink=[_INKS.get(colours[a], theme.INK) for a in parts["row"]],
    )
    parts = parts.assign(middle=(parts["low"] + parts["high"]) / 2)
    needed = np.array([paper.mm(text, _VALUE_SIZE, bold=True) + 1 for text in parts["text"]])
    heads = pd.DataFrame({"x": 0.0, "y": [-top - _BAR_MM * (i + 0.5) for i in range(len(waves))], "text": list(waves)})
    height = top + _BAR_MM * len(waves) + 1
    letters: dict[str, Any] = {"family": theme.FONT, "fontweight": "bold"}
    layers = [
        geom_rect(
            aes(xmin="low", xmax="high", ymin="y - 3.6", ymax="y + 3.6", fill="fill"), parts, color="white", size=0.5
        ),
        geom_text(
            aes("middle", "y", label="text", color="ink"),
            parts[needed <= (parts["high"] - parts["low"])],
            size=_VALUE_SIZE,
            **letters,
        ),
        geom_text(aes("x", "y", label="text"), heads, ha="left", size=theme.SIZE, color=theme.INK, **letters),
        *key,
        scale_fill_identity(),
        scale_color_identity(),
        x_axis(limits=(-1, paper.width - 1), expand=(0, 0)),
        y_axis(limits=(-height, 0), expand=(0, 0)),
        theme_void(base_size=theme.SIZE, base_family=theme.FONT),
        plot_theme(legend_position="none", plot_margin=0.0),
    ]
    return ggplot() + layers, round(height, 1)


def _shades(count: int) -> list[str]:
    """Return as many tones as there are answers, the last the darkest."""
    return list(theme.PARTS[-count:]) if count != 2 else [theme.PARTS[0], theme.PARTS[-1]]


def _key(colours: dict[str, str], paper: Paper) -> tuple[list[Any], int]:
    """Return squares with the names of the answers, in the order of the bar, and on how many lines they stand."""
    places = list(fold((5.0 + paper.mm(name, theme.SIZE) for name in colours), paper.width - 2, gap=4.0))
    key = pd.DataFrame(
        {
            "x": [at + 1.5 for at, _ in places],
            "y": [-_KEY_MM * (line + 0.5) for _, line in places],
            "text": list(colours),
            "fill": list(colours.values()),
        }
    )
    return [
        geom_point(aes("x", "y", fill="fill"), key, shape="s", size=3.4, color="#6b7a88", stroke=0.3),
        geom_text(
            aes("x", "y", label="text"),
            key,
            nudge_x=2.6,
            ha="left",
            size=theme.SIZE,
            color=theme.INK,
            family=theme.FONT,
        ),
    ], places[-1][1] + 1
