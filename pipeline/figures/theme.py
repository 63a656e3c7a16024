"""One look for every figure: sober, colour-blind safe, telling in grey too, numbers written in French."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.wording import numbers

if TYPE_CHECKING:
    from plotnine.themes.theme import theme as Theme

#: The typeface of the page, by the name under which matplotlib is told of it (`pipeline.figures.typeface`).
FONT = "sans-serif"
SIZE = 9.5
INK = "#1f2933"
SOFT = "#52606d"
GRID = "#dfe4ea"
#: From light to dark, so that the newest wave is the strongest in print and in grey.
SEQUENCE = ("#5b8db8", "#12456b")
#: What has not changed beside what has.
QUIET = ("#b4bec8", "#7b8894")
#: Parts of a stacked bar, from the first answer of a scale to the last: all but the last bear dark numbers.
PARTS = ("#e3ebf2", "#c5d8e8", "#9fc0dd", "#6fa0cb", "#1f5f92")
MANY = ("#8a9ba8", "#6f97b5", "#4f86b0", "#1f5f92", "#12456b", "#0a2540")
#: Two populations side by side: persons in blue, visits in orange (Okabe and Ito's vermilion, darkened).
PERSONS, VISITS = "#12456b", "#b85413"
#: Groups told apart by hue, lightness, marker and line: distinguishable without colour.
GROUPS = ("#0a2540", "#b85413", "#2b78a8", "#806500", "#6b4c9a", "#4d7040", "#8c2d4a")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES: tuple[str, ...] = ("solid", "dashed", "dashdot", "dotted", "solid", "dashed", "dashdot")
#: Above, comparable, below, insufficient; like the classes of maps, pale enough for dark names on them.
ABOVE, COMPARABLE, BELOW, INSUFFICIENT = "#7aa9cf", "#d3dfe9", "#e9b48a", "#f7f8f9"
#: Even the palest class is darker than land without a number.
MAP_CLASSES = ("#d3e3f0", "#aecbe3", "#84aed3", "#5f94c4")
NO_DATA = "#ffffff"


@cache
def base_theme(grid: str = "x", legend: bool = True) -> Theme:
    """Return the theme; ``grid`` says on which axis lines are drawn (``x``, ``y`` or none)."""
    # colours alone need no plotnine, whose import takes a quarter of a second
    from plotnine import element_blank, element_line, element_rect, element_text, theme, theme_minimal

    line = element_line(color=GRID, size=0.6)
    return theme_minimal(base_size=SIZE, base_family=FONT) + theme(
        text=element_text(color=INK, family=FONT),
        axis_text=element_text(color=INK, size=SIZE),
        axis_text_y=element_text(color=INK, size=SIZE, ma="right"),
        axis_title=element_text(color=SOFT, size=SIZE - 0.5),
        axis_title_y=element_blank(),
        panel_grid_major_x=line if "x" in grid else element_blank(),
        panel_grid_major_y=line if "y" in grid else element_blank(),
        panel_grid_minor=element_blank(),
        axis_ticks=element_blank(),
        legend_position="top" if legend else "none",
        legend_title=element_blank(),
        legend_text=element_text(size=SIZE, margin={"r": 8, "l": 2}),
        legend_margin=0,
        legend_box_margin=0,
        legend_box_spacing=0.01,
        legend_key=element_blank(),
        legend_key_size=12,
        legend_justification="left",
        plot_background=element_rect(fill="white", color="white"),
        panel_background=element_blank(),
        plot_margin=0.012,
    )


def series_colours(count: int) -> list[str]:
    """Return one colour a wave, the last the darkest."""
    if count <= 1:
        return [SEQUENCE[-1]]
    return list(SEQUENCE) if count == 2 else list(MANY[-count:])


def axis_labels(unit: str, lang: str) -> Callable[[Sequence[Any]], list[str]]:
    """Return the writer of axis numbers in a unit: « 20 % », « + 5 », « 1 500 »."""

    def write(values: Sequence[Any]) -> list[str]:
        if unit == "share":
            return [numbers.share(v, lang) for v in values]
        if unit in ("point", "score"):
            return [numbers.decimal(v, lang, signed=True) for v in values]
        if unit == "evolution":
            return [numbers.evolution(v, lang, 0) for v in values]
        grain = 0 if all(float(v).is_integer() for v in values) else 2 if max(values) < 1 else 1
        return [numbers.decimal(v, lang, grain) for v in values]

    return write
