"""A brand file gives colour and logo where the evaluation has none of its own, and is held to the same contrast."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import EvaluationError
from pipeline.evaluation.brand import FILE, with_brand
from pipeline.evaluation.look import Look

#: The example of Quarto's guide, shortened.
BRAND = """
meta: {name: {short: RB, full: Région Bretagne}}
logo:
  images:
    emblem: {path: emblem.svg, alt: Emblème de la Région}
    band: band.png
  small: emblem
  medium: {light: band, dark: emblem}
color:
  palette: {night: "#1f3a93", main: night}
  foreground: "#222222"
  primary: main
typography:
  base: {family: Inter, size: 1rem}
"""


def read(folder: Path, text: str, look: Look | None = None) -> Look:
    (folder / FILE).write_text(text, encoding="utf-8")
    return with_brand(look or Look(), folder, "fr")


def test_colour_and_logo_are_those_of_the_brand(tmp_path: Path) -> None:
    look = read(tmp_path, BRAND)
    assert look.accent == "#1f3a93"
    assert look.logo is not None
    # the medium one, by day; it says the name of the house, for it has no words of its own
    assert (look.logo.file, look.logo.says.in_language("fr")) == ("band.png", "Région Bretagne")


def test_a_picture_says_its_own_words(tmp_path: Path) -> None:
    look = read(tmp_path, BRAND.replace("medium: {light: band, dark: emblem}", "large: band"))
    assert look.logo is not None
    assert (look.logo.file, look.logo.says.in_language("fr")) == ("emblem.svg", "Emblème de la Région")


@pytest.mark.parametrize("text", ["", "color: {palette: {blue: '#1f3a93'}}\n", "typography: {base: Inter}\n"])
def test_what_a_brand_does_not_tell_stays_the_theme_s(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == Look()


def test_what_the_evaluation_declares_stands_over_the_brand(tmp_path: Path) -> None:
    assert read(tmp_path, BRAND, Look(accent="#7a1f3d")).accent == "#7a1f3d"


def test_without_a_brand_file_nothing_changes(tmp_path: Path) -> None:
    assert with_brand(Look(accent="#7a1f3d"), tmp_path, "fr") == Look(accent="#7a1f3d")


@pytest.mark.parametrize(
    ("text", "said", "key"),
    [
        ("color: {primary: '#ffcc00'}\n", "too pale for text", "key color.primary"),
        ("color: {primary: mauve}\n", "match pattern", "key color.primary"),
        ("color: {primary: [1]}\n", "string", f"{FILE}:1"),
        ("color: {primary: '#1f3a93'\n", "readable YAML", FILE),
        ("color: {palette: {a: b, b: a}, primary: a}\n", "match pattern", "key color.primary"),
    ],
)
def test_a_brand_that_does_not_fit_is_refused_with_file_and_key(tmp_path: Path, text: str, said: str, key: str) -> None:
    with pytest.raises(EvaluationError) as fault:
        read(tmp_path, text)
    assert said in str(fault.value)
    assert key in str(fault.value.where)
