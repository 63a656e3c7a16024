"""The typeface of one publication: the theme's, or that of its brand made ready for figures, pages and paper."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.evaluation import Evaluation
from pipeline.evaluation.look import Letters

if TYPE_CHECKING:
    from pipeline.figures.typeface import Typeface

#: The folder of the stage draw that is laid over the theme, and the style that it adds.
THEME, STYLE = "theme", "brand.css"
#: What a page holds of a typeface: the letters and signs of its languages, spaces of figures included.
_HELD = (
    *((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2026), (0x202F, 0x203A), (0x20AC, 0x20AC), (0x2122, 0x2122)),
    *((0x2190, 0x2193), (0x2212, 0x2212), (0x2248, 0x2265), (0x25A0, 0x25CF)),
)
_WEIGHTS = {"regular": "400", "bold": "600 700"}


def typeface_folder(evaluation: Evaluation) -> Path:
    """Return the folder of the typeface of the theme."""
    return evaluation.root / "reports" / "theme" / "fonts"


def typeface_of(evaluation: Evaluation, out: Path) -> Typeface:
    """Return the typeface of figures; that of a brand is written below ``out`` for pages and paper too."""
    from pipeline.figures.typeface import Typeface

    letters = evaluation.settings.look.typeface
    if letters is None:
        return Typeface(typeface_folder(evaluation))
    fonts = out / THEME / "fonts"
    fonts.mkdir(parents=True)
    for weight in _WEIGHTS:
        content = (evaluation.folder / _file(letters, weight)).read_bytes()
        (fonts / f"brand-{weight.capitalize()}.ttf").write_bytes(content)
        (fonts / f"brand-{weight}.woff").write_bytes(_subset(fonts / f"brand-{weight.capitalize()}.ttf"))
    (out / THEME / STYLE).write_text(_style(letters.family), encoding="utf-8")
    return Typeface(fonts, letters.family, "brand")


def _file(letters: Letters, weight: str) -> str:
    return letters.bold or letters.regular if weight == "bold" else letters.regular


def _subset(path: Path) -> bytes:
    """Return the letters that pages hold, compressed; the same bytes for the same file."""
    import io

    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=["kern", "liga", "locl", "tnum"], hinting=False)
    options.notdef_outline = True
    # tables of makers' tools are of no use to a page, and fontTools says of each that it leaves it out
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    font = subset.load_font(str(path), options)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=[code for first, last in _HELD for code in range(first, last + 1)])
    chosen.subset(font)
    held = io.BytesIO()
    subset.save_font(font, held, options)
    return held.getvalue()


def _style(family: str) -> str:
    """Return the rules that set pages in a brand's typeface, before that of the theme."""
    faces = (
        f'@font-face {{ font-family: "{family}"; font-weight: {weights}; src: url("fonts/brand-{name}.woff"); }}'
        for name, weights in _WEIGHTS.items()
    )
    return "\n".join([*faces, f'body {{ font-family: "{family}", "Source Sans 3", system-ui, sans-serif; }}', ""])
