"""Writing a plot as a small SVG that is the same byte for byte from run to run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotnine import ggplot

#: Text becomes outlines, so that browsers and Typst show the same letters without asking for a font.
_SETTINGS: Any = {
    "svg.fonttype": "path",
    # a label with two dollar signs is no formula
    "text.parse_math": False,
    "svg.hashsalt": "evaluation-pipeline",
    "path.simplify": True,
    "path.simplify_threshold": 0.4,
}
_NO_METADATA: dict[str, None] = {"Date": None, "Creator": None, "Format": None, "Type": None}
_LONG_DECIMALS = re.compile(r"(\d+\.\d{2})\d+")
#: Coordinates only: the scale of a letter's outline needs all its decimals.
_COORDINATES = re.compile(r"(?<= d=\")[^\"]*|(?<=translate\()[^)]*")

#: Dots an inch of a picture: sharp on a slide.
_DPI = 200

#: Where a letter stands in its word, in hundredths of its size.
_LETTER_PLACE = re.compile(r' transform="translate\((\d+\.\d)\d* 0\)"(?=/>)')

#: Outlines of territories: thirty corners or more, straight lines only.
_OUTLINE = re.compile(r' d="(M [\d. ]+(?:L [\d. -]+){30,}z?\s*)"')


def save(plot: ggplot, path: Path, width_mm: float, height_mm: float, picture: bool = False) -> None:
    """Write ``plot`` to ``path`` as SVG of the given size, and as a PNG ``picture`` beside it where asked."""
    import matplotlib
    from matplotlib import pyplot
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.offsetbox import OffsetBox
    from plotnine import theme

    with matplotlib.rc_context(_SETTINGS):
        figure = (plot + theme(figure_size=(width_mm / 25.4, height_mm / 25.4))).draw(show=False)
        try:
            with matplotlib.rc_context(_SETTINGS):
                # laid out here, once: saving would draw the whole figure for it, and then again to write it
                engine = figure.get_layout_engine()
                if engine is not None:
                    engine.execute(figure)
                    figure.set_layout_engine("none")
                if figure.findobj(OffsetBox):
                    # savefig draws twice, and the keys of a legend take their size from the first time
                    figure.savefig(path, format="svg", metadata=_NO_METADATA)
                else:
                    FigureCanvasSVG(figure).print_svg(path, metadata=_NO_METADATA)
                if picture:
                    figure.savefig(path.with_suffix(".png"), dpi=_DPI, metadata={"Software": None})
        finally:
            pyplot.close(figure)
    path.write_text(smaller(path.read_text(encoding="utf-8")), encoding="utf-8")


def smaller(svg: str) -> str:
    """Return an SVG with coordinates to a hundredth of a point, short letter names and no idle white space."""
    svg = re.sub(r"<!DOCTYPE[^>]*>\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("DejaVuSans-Bold-", "db").replace("DejaVuSans-", "d")
    svg = _COORDINATES.sub(lambda found: _LONG_DECIMALS.sub(r"\1", found.group()).replace("\n", ""), svg)
    svg = _OUTLINE.sub(lambda found: f' d="{_relative(found.group(1))}"', svg)
    svg = _LETTER_PLACE.sub(r' x="\1"', svg)
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
