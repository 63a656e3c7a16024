"""The typeface of figures: that of the page, by whose measures they are laid out and which each drawing carries."""

from __future__ import annotations

import base64
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import DrawError

#: What a letter that the typeface lacks is written with; matplotlib and Typst are given it too.
SPARE = "DejaVu Sans"
_WEIGHTS = {"regular": 400, "bold": 700}


@dataclass(frozen=True)
class Typeface:
    """A typeface in a folder of the theme.

    family : its name.   folder : holds ``*-Regular.ttf``, ``*-Bold.ttf``, by which figures are laid out, and for
    either weight ``<page>-regular.woff2`` or ``.woff``, the letters of the pages' languages alone.
    """

    folder: Path
    family: str = "Source Sans 3"
    page: str = "page"

    def settings(self) -> dict[str, Any]:
        """Return the settings by which matplotlib finds the typeface, which it is told of."""
        _register(self.folder)
        return {"font.family": "sans-serif", "font.sans-serif": [self.family, SPARE]}

    def width_mm(self, text: str, points: float, bold: bool = False) -> float:
        """Return the width in mm of the longest line of a text set in so many points."""
        em = max((sum(_advance(self.folder, bold, letter) for letter in line) for line in text.split("\n")), default=0)
        return em * points * 25.4 / 72

    def line(self, points: float) -> tuple[float, float]:
        """Return how far a line reaches above and below its baseline, in points."""
        above, below = _line(self.folder)
        return above * points, below * points

    def ink(self, text: str, points: float, bold: bool = False) -> tuple[float, float]:
        """Return how far the letters of a line reach above and below its baseline, in points."""
        reached = [_ink(self.folder, bold, letter) for letter in text] or [(0.0, 0.0)]
        return max(up for up, _ in reached) * points, max(down for _, down in reached) * points

    def embedded(self, svg: str) -> str:
        """Return a drawing that carries the weights that it uses: it looks alike on a page, alone and on paper."""
        weights = ("regular", "bold") if "bold" in svg or "font-weight" in svg else ("regular",)
        faces = "".join(_face(self.folder, self.family, self.page, weight) for weight in weights)
        return svg.replace("<defs>", f"<style>{faces}</style><defs>", 1)


@functools.cache
def _register(folder: Path) -> None:
    from matplotlib import font_manager

    found = sorted(folder.glob("*.ttf"))
    if not found:
        raise DrawError("the typeface of figures is missing", where=str(folder), allowed="*-Regular.ttf, *-Bold.ttf")
    for path in found:
        font_manager.fontManager.addfont(path)


@functools.cache
def _font(folder: Path, bold: bool) -> Any:
    from matplotlib.ft2font import FT2Font

    _register(folder)
    return FT2Font(str(next(folder.glob("*-Bold.ttf" if bold else "*-Regular.ttf"))))


@functools.cache
def _advance(folder: Path, bold: bool, letter: str) -> float:
    """Return the width of a letter in em; one that the typeface lacks counts as a wide one."""
    from matplotlib.ft2font import LoadFlags

    font = _font(folder, bold)
    if not font.get_char_index(ord(letter)):
        return 1.0
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_SCALE)
    return float(glyph.horiAdvance) / float(font.units_per_EM)


@functools.cache
def _line(folder: Path) -> tuple[float, float]:
    """Return how far a line reaches above and below its baseline in em, as the typeface says it."""
    font = _font(folder, False)
    said = font.get_sfnt_table("OS/2")
    return said["sTypoAscender"] / font.units_per_EM, -said["sTypoDescender"] / font.units_per_EM


@functools.cache
def _ink(folder: Path, bold: bool, letter: str) -> tuple[float, float]:
    """Return how far a letter reaches above and below the baseline in em; one that the typeface lacks, as a capital."""
    from matplotlib.ft2font import LoadFlags

    font = _font(folder, bold)
    if not font.get_char_index(ord(letter)):
        return 0.7, 0.0
    _, low, _, high = font.load_char(ord(letter), flags=LoadFlags.NO_SCALE).bbox
    return high / font.units_per_EM, -low / font.units_per_EM


@functools.cache
def _face(folder: Path, family: str, page: str, weight: str) -> str:
    path = next(folder.glob(f"{page}-{weight}.woff*"))
    held = f"data:font/{path.suffix[1:]};base64,{base64.b64encode(path.read_bytes()).decode()}"
    return f'@font-face{{font-family:"{family}";font-weight:{_WEIGHTS[weight]};src:url({held})}}'
