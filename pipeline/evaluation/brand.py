"""A house's brand file, as Quarto documents it: colour, logo and typeface, where the evaluation declares none itself.

Quarto, "Guide to using brand.yml" (quarto.org/docs/authoring/brand.html). Keys that pages do not take are left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import EvaluationError
from pipeline.evaluation.look import Look
from pipeline.instrument import read_yaml, validate

FILE = "_brand.yml"
_SIZES = ("medium", "small", "large")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Light(_Part):
    light: str


class _Picture(_Part):
    path: str
    alt: str = ""


class _Logos(_Part):
    images: dict[str, str | _Picture] = {}
    small: str | _Light | None = None
    medium: str | _Light | None = None
    large: str | _Light | None = None


class _Colours(_Part):
    palette: dict[str, str] = {}
    primary: str | None = None


class _FontFile(_Part):
    path: str
    weight: int | str = 400
    style: str = "normal"


class _Font(_Part):
    family: str
    source: str = "google"
    files: list[str | _FontFile] = []


class _Base(_Part):
    family: str


class _Typography(_Part):
    fonts: list[_Font] = []
    base: str | _Base | None = None


class _Names(_Part):
    short: str = ""
    full: str = ""


class _About(_Part):
    name: str | _Names = ""


class Brand(_Part):
    """What of a brand file pages take."""

    meta: _About = _About()
    logo: str | _Logos | None = None
    color: _Colours = _Colours()
    typography: _Typography = _Typography()

    @property
    def accent(self) -> str | None:
        """Return the primary colour, by the name that it may have in the palette."""
        named = self.color.primary
        for _ in self.color.palette:
            named = self.color.palette.get(named or "", named)
        return named

    @property
    def picture(self) -> tuple[str, str] | None:
        """Return the file of the logo and what it says: the medium one, else the small, else the large."""
        if self.logo is None or isinstance(self.logo, str):
            return (self.logo, self._name) if self.logo else None
        sizes = [getattr(self.logo, size) for size in _SIZES]
        chosen = next((s.light if isinstance(s, _Light) else s for s in sizes if s), None)
        if chosen is None:
            return None
        image = self.logo.images.get(chosen, chosen)
        return (image, self._name) if isinstance(image, str) else (image.path, image.alt or self._name)

    @property
    def typeface(self) -> dict[str, str] | None:
        """Return the typeface of running text where the brand holds its files; others would have to be fetched."""
        base = self.typography.base
        family = base.family if isinstance(base, _Base) else base
        fonts = [f for f in self.typography.fonts if f.family == family and f.source == "file"]
        files = [_FontFile(path=f) if isinstance(f, str) else f for font in fonts for f in font.files]
        weights = {str(f.weight): f.path for f in reversed(files) if f.style == "normal"}
        regular = weights.get("400") or weights.get("normal")
        if not (family and regular):
            return None
        return {"family": family, "regular": regular, "bold": weights.get("700") or weights.get("bold") or ""}

    @property
    def _name(self) -> str:
        name = self.meta.name
        return name if isinstance(name, str) else name.full or name.short


def with_brand(look: Look, folder: Path, lang: str) -> Look:
    """Return a look with what the brand file of an evaluation's folder tells and ``look`` leaves open.

    Raises
    ------
    EvaluationError
        Where the file cannot be read, or its colour cannot be read on paper.
    """
    path = folder / FILE
    if not path.is_file():
        return look
    content, node = read_yaml(path, EvaluationError)
    brand = validate(Brand, content or {}, node, path, EvaluationError)
    told: dict[str, Any] = look.model_dump(exclude_none=True)
    if brand.accent:
        told.setdefault("accent", brand.accent)
    if brand.picture:
        told.setdefault("logo", {"file": brand.picture[0], "says": {lang: brand.picture[1]}})
    if brand.typeface:
        told.setdefault("typeface", brand.typeface)
    try:
        return Look.model_validate(told)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False)[0]
        key = {"accent": "color.primary", "logo": "logo", "typeface": "typography"}.get(str(first["loc"][0]), "")
        raise EvaluationError(
            f"the brand does not fit pages: {str(first['msg']).removeprefix('Value error, ')}",
            where=f"{path}, key {key}",
            found=first.get("input"),
            action="correct it there, or declare another under look: in evaluation.yaml",
        ) from None
