"""A publication's own look: its logo and its colour, from which every other tone is made with enough contrast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from pipeline.errors import EvaluationError
from pipeline.evaluation.declared import Strict
from pipeline.instrument import Text

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
_Rgb = tuple[float, float, float]

#: Paper by day and by night, as the theme has it, and what lies on it.
WHITE, NIGHT, BLACK = "#ffffff", "#10191c", "#000000"
#: What the contents stand on, by day and by night.
WASH, NIGHT_WASH = "#f5f8f8", "#172428"
#: Contrast of text, WCAG 2.1, success criterion 1.4.3.
ENOUGH = 4.5
#: Parts of paper in a pale tone, of black in a dark one.
_PALE, _DARK, _NIGHT_PALE = 0.9, 0.35, 0.75
_STEPS = 20
#: What a page holds of a logo, in bytes: every page has a copy.
LARGEST_LOGO = 60_000
LOGO_FORMATS = (".svg", ".png")
FONT_FORMATS = (".ttf", ".otf")
#: Letters and signs that every page has.
LETTERS = "abcxyzABCXYZ0123456789àâçéèêëîïôùûœÉÀŒ«»’–€%+"


class Logo(Strict):
    """A logo at the head of every page."""

    file: str
    """SVG or PNG below the evaluation's folder, 60 kB at most."""
    says: Text
    """What it says to those who do not see it: the name of the institution."""


class Letters(Strict):
    """A typeface of the house, for pages, figures and paper alike."""

    family: Annotated[str, Field(pattern=r"^[\w -]{1,60}$")]
    """Its name, as the files have it."""
    regular: str
    """TTF or OTF below the evaluation's folder, weight 400."""
    bold: str = ""
    """The same in weight 700; the regular one stands for it where there is none."""


class Look(Strict):
    """The look of one publication; the theme's own where nothing is told."""

    accent: Colour | None = None
    """Colour of headings, links and rules, as #rrggbb; dark enough to be read on white."""
    logo: Logo | None = None
    """Logo at the head of every page."""
    typeface: Letters | None = None
    """Typeface of pages, figures and paper; the theme's where there is none."""

    @field_validator("accent")
    @classmethod
    def _legible(cls, value: str | None) -> str | None:
        if value is None:
            return value
        reached = min(contrast(value, paper) for paper in (WHITE, WASH, blend(value, WHITE, _PALE)))
        if reached < ENOUGH:
            raise ValueError(
                f"{value} is too pale for text: its contrast with the paper is {reached:.1f}; "
                f"{ENOUGH} is the least that can be read (WCAG 2.1): take a darker tone"
            )
        return value

    @property
    def palette(self) -> dict[str, str]:
        """Return the tones that the templates take, six digits each; empty where the theme's own stand."""
        if self.accent is None:
            return {}
        night = _bright(self.accent)
        tones = {
            "accent": self.accent,
            "dark": blend(self.accent, BLACK, _DARK),
            "pale": blend(self.accent, WHITE, _PALE),
            "night": night,
            "night-dark": blend(night, WHITE, _DARK),
            "night-pale": blend(self.accent, NIGHT, _NIGHT_PALE),
        }
        return {name: tone.removeprefix("#") for name, tone in tones.items()}


def logo_file(look: Look, folder: Path, where: str) -> Path | None:
    """Return the file of the logo, None where there is none.

    Raises
    ------
    EvaluationError
        Where the file is absent, of another format, too large, or outside the evaluation's folder.
    """
    if look.logo is None:
        return None
    path = (folder / look.logo.file).resolve()
    fine = path.is_file() and path.suffix in LOGO_FORMATS and path.is_relative_to(folder.resolve())
    if not fine or path.stat().st_size > LARGEST_LOGO:
        raise EvaluationError(
            "the logo cannot stand on the pages",
            where=where,
            found=look.logo.file,
            allowed=f"a file of the evaluation's folder, {' or '.join(LOGO_FORMATS)}, of at most {LARGEST_LOGO} bytes",
        )
    return path


def typeface_files(look: Look, folder: Path, where: str) -> list[Path]:
    """Return the files of the typeface; none where it is the theme's.

    Raises
    ------
    EvaluationError
        Where a file is absent, of another format or outside the evaluation's folder, or lacks letters of French.
    """
    named = [name for name in (look.typeface.regular, look.typeface.bold) if name] if look.typeface else []
    paths = [(folder / name).resolve() for name in named]
    for path in paths:
        if not (path.is_file() and path.suffix in FONT_FORMATS and path.is_relative_to(folder.resolve())):
            raise EvaluationError(
                "the typeface cannot be used",
                where=where,
                found=path.name,
                allowed=f"files of the evaluation's folder, {' or '.join(FONT_FORMATS)}",
            )
        if lacking := _lacking(path):
            raise EvaluationError(
                "the typeface lacks letters, or is none", where=where, found=f"{path.name}: {lacking}", allowed=LETTERS
            )
    return paths


def _lacking(path: Path) -> str:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, lazy=True) as font:
            known = font.getBestCmap() or {}
    except (TTLibError, OSError, ValueError, KeyError, AssertionError):
        return LETTERS
    return "".join(letter for letter in LETTERS if ord(letter) not in known)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.1, definition of contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def blend(colour: str, other: str, part: float) -> str:
    """Return a colour with so large a part of another."""
    parts = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round((a + (b - a) * part) * 255):02x}" for a, b in parts)


def _bright(accent: str) -> str:
    """Return the tone of a colour that is read on dark paper, pale boxes included."""
    papers = (NIGHT, NIGHT_WASH, blend(accent, NIGHT, _NIGHT_PALE))
    tones = (blend(accent, WHITE, step / _STEPS) for step in range(_STEPS + 1))
    return next(t for t in tones if min(contrast(t, paper) for paper in papers) >= ENOUGH)


def _rgb(colour: str) -> _Rgb:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
