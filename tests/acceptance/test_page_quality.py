"""Every page of the PDFs of a site, as a reader sees it: the default, a programme of few spaces, and fifteen waves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import typst

from tests.acceptance.conftest import DEFAULT
from tests.acceptance.page_quality import faults
from tests.shared_builds import BAROMETRE

pytestmark = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils read the pages")

FONTS = Path(__file__).parents[2] / "reports" / "theme" / "fonts"
#: How long a report of the default evaluation may be; its summary has four pages.
SHORTEST, LONGEST, SUMMARY = 20, 24, 4


def made(folder: Path, text: str, page: str = "") -> Path:
    """Return a PDF of a Typst text, with a page of HTML that says the same words."""
    path = folder / "a.pdf"
    head = '#set page(width: 100mm, height: 100mm)\n#set text(font: "Source Sans 3")\n'
    path.write_bytes(bytes(typst.compile(f"{head}{text}".encode(), font_paths=[str(FONTS)], ignore_system_fonts=True)))
    path.with_suffix(".html").write_text(f"<html><body><main>{page}</main></body></html>", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "page", "fault"),
    [
        ("#place(top)[Bonjour]#place(top, dx: 2mm)[Merci]", "", " over "),
        ("#place(top, dx: 75mm)[Extraordinairement]", "", "leaves the page"),
        ("Ensemble15-24", "<p>Ensemble</p><p>15-24</p>", "'Ensemble15-24' runs together"),
        ("a#pagebreak()b#pagebreak()c", "", "p. 2: filled to"),
        ('#text(font: "DejaVu Sans Mono")[a]', "", "the typeface DejaVuSansMono"),
    ],
)
def test_what_a_printer_would_send_back_is_found(tmp_path: Path, text: str, page: str, fault: str) -> None:
    assert any(fault in each for each in faults(made(tmp_path, text, page)))


def test_a_page_that_ends_a_chapter_may_be_short(tmp_path: Path) -> None:
    text = "a#pagebreak()b#pagebreak()2 Qui vient"
    assert not faults(made(tmp_path, text, "<h2>2 Qui vient</h2>"))


@pytest.mark.slow
def test_the_pages_of_the_default_site_are_fit_to_print(default: Path) -> None:
    site = default / "reports/_site" / DEFAULT
    assert not faults_of(site)
    for place in (site, site / "en"):
        assert SHORTEST <= length(place / "report.pdf") <= LONGEST
        assert length(place / "summary.pdf") == SUMMARY


@pytest.mark.slow
@pytest.mark.skipif("PIPELINE_REAL_DATA" not in os.environ, reason="set PIPELINE_REAL_DATA to the Baromètre's folder")
def test_the_pages_of_fifteen_waves_are_fit_to_print(barometre: Path) -> None:
    assert not faults_of(barometre / "reports/_site" / BAROMETRE)


def faults_of(site: Path) -> list[str]:
    return [text for path in sorted(site.rglob("*.pdf")) for text in faults(path, flowing=path.stem != "slides")]


def length(path: Path) -> int:
    import pikepdf

    with pikepdf.open(path) as pdf:
        return len(pdf.pages)
