"""Writing a plot as a small SVG whose text is text, the same byte for byte from run to run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from plotnine import ggplot

    from pipeline.figures.typeface import Typeface

_SETTINGS: Any = {
    "svg.fonttype": "none",
    # a label with two dollar signs is no formula
    "text.parse_math": False,
    "svg.hashsalt": "evaluation-pipeline",
    "path.simplify": True,
    "path.simplify_threshold": 0.4,
}
_NO_METADATA: dict[str, None] = {"Date": None, "Creator": None, "Format": None, "Type": None}
_PLAIN: dict[str, Any] = {"Software": None}
_LONG_DECIMALS = re.compile(r"(\d+\.\d{2})\d+")
_COORDINATES = re.compile(r" [dxy]=\"[^\"]*|translate\([^)]*")
#: What matplotlib says of a text that all texts share, or that says nothing.
_FAMILY = re.compile(r"font-family: [^;\"]*(?:; |(?=\"))")
_UNTURNED = re.compile(r" transform=\"rotate\(-0 [^\"]*\)\"")
#: Groups have names that nothing refers to.
_NAMED_GROUP = re.compile(r"<g id=\"[^\"]*\">")

#: What all lines share, as a style that would reach beyond a drawing within a page, and as attributes of its own.
_JOINED = '<style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>'
_SHARED = """font-family="'{family}', sans-serif" stroke-linejoin="round\""""

#: Dots an inch of a picture: sharp on a slide.
_DPI = 200

#: Outlines of territories: thirty corners or more, straight lines only.
_OUTLINE = re.compile(r' d="(M [\d. ]+(?:L [\d. -]+){30,}z?\s*)"')


def save(
    plot: ggplot, path: Path, width_mm: float, height_mm: float, typeface: Typeface, picture: bool = False
) -> None:
    """Write ``plot`` to ``path`` as SVG of the given size, and as a PNG ``picture`` beside it where asked."""
    import matplotlib
    from matplotlib import pyplot
    from plotnine import theme

    settings = {**_SETTINGS, **typeface.settings()}
    with matplotlib.rc_context(settings):
        figure = (plot + theme(figure_size=(width_mm / 25.4, height_mm / 25.4))).draw(show=False)
        try:
            with matplotlib.rc_context(settings):
                # laid out here, once: saving would draw the whole figure for it, and then again to write it
                engine = figure.get_layout_engine()
                if engine is not None:
                    engine.execute(figure)
                    figure.set_layout_engine("none")
                for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
                    # plotnine writes titles of axes itself: to place the empty ones measures all numbers once more
                    axis.set_label_coords(0, 0)
                _print(figure, path, picture)
        finally:
            pyplot.close(figure)
    drawn = smaller(path.read_text(encoding="utf-8"), typeface.family)
    path.write_text(typeface.embedded(drawn), encoding="utf-8")


def _print(figure: Figure, path: Path, picture: bool) -> None:
    """Write a figure that is laid out as SVG, and as a PNG where asked; savefig would draw each of them twice."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.offsetbox import OffsetBox

    pixels = path.with_suffix(".png")
    if figure.findobj(OffsetBox):
        # the keys of a legend take their size from the first time
        figure.savefig(path, format="svg", metadata=_NO_METADATA)
        if picture:
            figure.savefig(pixels, dpi=_DPI, metadata=_PLAIN)
        return
    FigureCanvasSVG(figure).print_svg(path, metadata=_NO_METADATA)
    if picture:
        figure.set_dpi(_DPI)
        FigureCanvasAgg(figure).print_png(pixels, metadata=_PLAIN)


def smaller(svg: str, family: str) -> str:
    """Return an SVG with coordinates to a hundredth of a point, its typeface said once and no idle white space."""
    svg = re.sub(r"<\?xml[^>]*>\s*|<!DOCTYPE[^>]*>\s*", "", svg, flags=re.DOTALL)
    svg = _COORDINATES.sub(lambda found: _LONG_DECIMALS.sub(r"\1", found.group()).replace("\n", ""), svg)
    svg = _OUTLINE.sub(lambda found: f' d="{_relative(found.group(1))}"', svg)
    svg = _NAMED_GROUP.sub("<g>", _UNTURNED.sub("", _FAMILY.sub("", svg)))
    svg = svg.replace(_JOINED, "", 1).replace("<svg", f"<svg {_SHARED.format(family=family)}", 1)
    return re.sub(r"\n\s*", "\n", svg)


def _relative(path: str) -> str:
    """Return an outline in steps of a tenth of a point from corner to corner: half the bytes of absolute places."""
    out, x, y = [], 0, 0
    for command, place in re.findall(r"([MLz])([^MLz]*)", path):
        if command == "z":
            out.append("z")
            continue
        px, py = (round(float(v) * 10) for v in place.split())
        if command == "M":
            out.append(f"M{px / 10:g} {py / 10:g}l")
        elif (px, py) != (x, y):
            dx, dy = px - x, py - y
            out.append(f"{'' if dx < 0 else ' '}{_tenths(dx)}{'' if dy < 0 else ' '}{_tenths(dy)}")
        x, y = px, py
    return "".join(out)


def _tenths(value: int) -> str:
    return f"{value / 10:g}".replace("0.", ".", 1) if abs(value) < 10 else f"{value / 10:g}"
