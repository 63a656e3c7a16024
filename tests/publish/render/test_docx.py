"""A document for a word processor says what its page says: title, notice, tables, figures with their captions."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.render.docx import write_docx
from tests.publish.render.conftest import Rendered


@pytest.fixture(scope="module")
def written(rendered: Rendered, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("docx") / "fr" / "essai.docx"
    write_docx(rendered.staged, target, ["Équipe d’évaluation"])
    return target


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as opened:
        return opened.read(name).decode()


def test_its_words_are_those_of_the_page(written: Path) -> None:
    text = " ".join(re.sub(r"<[^>]+>", "", part(written, "word/document.xml")).split())
    assert "Données fictives simulées" in text
    assert "Figure 1 :" in text
    assert not re.search(r"[\U000F0000-\U000F007F]|\{\{<", text)


def test_a_figure_is_a_picture_with_its_alternative_text(written: Path) -> None:
    with zipfile.ZipFile(written) as opened:
        pictures = [name for name in opened.namelist() if name.startswith("word/media/")]
        assert [name.rpartition(".")[2] for name in pictures] == ["png"]
        assert opened.read(pictures[0]).startswith(b"\x89PNG")
    assert "15-24" in "".join(re.findall(r'descr="([^"]*)"', part(written, "word/document.xml")))


def test_its_author_is_who_signs_it(written: Path) -> None:
    assert "Équipe d’évaluation" in part(written, "docProps/core.xml")


def test_a_document_that_cannot_be_converted_is_named(tmp_path: Path) -> None:
    staged = tmp_path / "a.qmd"
    staged.write_text("---\ntitle: A\nfilters: [absent.lua]\n---\n\nTexte.\n", encoding="utf-8")
    with pytest.raises(PublishError, match=r"a\.qmd"):
        write_docx(staged, tmp_path / "a.docx", [])
