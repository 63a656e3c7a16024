"""A brand's typeface serves figures, pages and paper; one that lacks letters is refused before any result."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from pipeline.errors import EvaluationError
from pipeline.evaluation import load
from pipeline.evaluation.brand import FILE, with_brand
from pipeline.evaluation.look import Look, typeface_files
from pipeline.publish.render.inlining import style
from pipeline.stages.typefaces import STYLE, THEME, typeface_of

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "reports" / "theme" / "fonts"
#: As Quarto's guide writes it: the files of one family, and another that would have to be fetched.
BRAND = """
typography:
  fonts:
    - family: House Sans
      source: file
      files:
        - fonts/house.ttf
        - {path: fonts/house-bold.ttf, weight: 700}
        - {path: fonts/slanted.ttf, style: italic}
    - {family: Open Sans, source: google}
  base: House Sans
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fonts").mkdir()
    shutil.copyfile(FONTS / "SourceSans3-Regular.ttf", tmp_path / "fonts" / "house.ttf")
    shutil.copyfile(FONTS / "SourceSans3-Bold.ttf", tmp_path / "fonts" / "house-bold.ttf")
    (tmp_path / FILE).write_text(BRAND, encoding="utf-8")
    return tmp_path


def test_the_files_of_the_brand_serve_figures_pages_and_paper(folder: Path, tmp_path: Path) -> None:
    look = with_brand(Look(), folder, "fr")
    assert [p.name for p in typeface_files(look, folder, "here")] == ["house.ttf", "house-bold.ttf"]
    miniature = load("miniature", ROOT)
    settings = miniature.settings.model_copy(update={"look": look})
    evaluation = dataclasses.replace(miniature, root=folder, settings=settings)
    (folder / "surveys").mkdir()
    (folder / "surveys" / "miniature").symlink_to(folder)
    out = tmp_path / "out"
    face = typeface_of(evaluation, out)
    theirs = style(out / THEME / STYLE)
    assert 'body { font-family: "House Sans", "Source Sans 3"' in theirs
    assert re.findall(r"src: url\(data:font/(\w+);base64,.{1000}", theirs) == ["woff", "woff"]
    svg = face.embedded("<svg><defs></defs><text style='font-weight: bold'>48 %</text></svg>")
    assert svg.count('@font-face{font-family:"House Sans"') == 2
    assert face.width_mm("élève", 10) == pytest.approx(type(face)(FONTS).width_mm("élève", 10))
    held = out / THEME / "fonts" / "brand-regular.woff"
    known = TTFont(held).getBestCmap()
    assert {ord(letter) for letter in "éœ\u202f€"} <= set(known)
    assert held.stat().st_size < 60_000


@pytest.mark.parametrize("base", ["Open Sans", "Unheard"])
def test_a_typeface_that_would_have_to_be_fetched_is_left_alone(folder: Path, base: str) -> None:
    (folder / FILE).write_text(BRAND.replace("base: House Sans", f"base: {base}"), encoding="utf-8")
    assert with_brand(Look(), folder, "fr").typeface is None


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [("a.ttf", None, "cannot be used"), ("a.woff", b"x", "cannot be used"), ("a.ttf", b"no typeface", "lacks letters")],
)
def test_a_typeface_without_its_letters_is_refused(tmp_path: Path, file: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / file).write_bytes(content)
    look = Look.model_validate({"typeface": {"family": "A", "regular": file}})
    with pytest.raises(EvaluationError, match=said):
        typeface_files(look, tmp_path, "here")
