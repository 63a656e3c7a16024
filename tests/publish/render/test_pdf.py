"""Typst enforces the standards: what is not accessible does not become a PDF."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.errors import PublishError
from pipeline.publish.render.pdf import compile_pdf
from pipeline.wording.language import of
from tests.publish.render import project

HEAD = '#set document(title: "Essai")\n#set text(lang: "fr")\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "essai.typ"
    path.write_text(HEAD + text, encoding="utf-8")
    (folder / "demand.svg").write_text(project.SVG, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('#image("demand.svg")', "alt"),
        ("== Deux", "heading"),
        ('#image("../demand.svg", alt: "x")', "root"),
        ("#inconnu", "inconnu"),
    ],
)
def test_what_the_standards_forbid_is_refused_with_typsts_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(PublishError, match="Typst refuses") as caught:
        compile_pdf(write(tmp_path, text), 2006)
    assert reason in str(caught.value.found)


def test_the_date_of_a_pdf_is_that_of_its_edition(tmp_path: Path) -> None:
    import pikepdf

    source = write(tmp_path, "= Un")
    (tmp_path / "a.pdf").write_bytes(compile_pdf(source, 2006))
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20061231")
    assert compile_pdf(source, 2006) == (tmp_path / "a.pdf").read_bytes()


@pytest.mark.parametrize(("lang", "line"), [("fr", "Commande : Région"), ("en", "Commande: Région")])
def test_the_colons_of_a_cover_are_spaced_as_its_language_has_them(root: Path, lang: str, line: str) -> None:
    source = project.write(root, f"cover-{lang}", "Texte.\n")
    pdf = root / f"cover-{lang}.pdf"
    around = {"colon": of(lang).COLON, "cover": [{"label": "Commande", "text": "Région"}]}
    project.render(root, source, {"pdf": pdf}, {"lang": lang, "publication": project.PUBLICATION | around})
    # a PDF does not tell one width of space from another
    assert line in PdfReader(pdf).pages[0].extract_text().replace("\xa0", " ")
