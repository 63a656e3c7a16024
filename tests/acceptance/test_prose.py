"""Contract 6: every number that a page prints leads to a result, a declared fact or date, or the questionnaire."""

import re
from pathlib import Path

import pytest
from lxml import html

from pipeline.evaluation import load
from tests.acceptance.prose import Ground, ground_of, untraced, words_read

SITE = "reports/_site/miniature"


@pytest.fixture(scope="module")
def ground(built: Path) -> Ground:
    return ground_of(load("miniature", built))


def test_every_number_of_every_page_is_traced(built: Path, ground: Ground) -> None:
    pages = sorted((built / SITE).rglob("*.html"))
    assert len(pages) >= 8
    faults = {page.name: found for page in pages if (found := untraced(page, ground))}
    assert not faults, faults


def test_the_walk_sees_a_number_typed_in_prose(built: Path, ground: Ground, tmp_path: Path) -> None:
    text = (built / SITE / "report.html").read_text(encoding="utf-8")
    page = tmp_path / "report.html"
    page.write_text(text.replace("Quatre populations", "Les 37 populations", 1), encoding="utf-8")
    assert [fault.partition(" in ")[0] for fault in untraced(page, ground)] == ["prose: 37"]


def test_the_walk_sees_a_number_that_is_not_its_results(built: Path, ground: Ground, tmp_path: Path) -> None:
    text = (built / SITE / "brief.html").read_text(encoding="utf-8")
    page = tmp_path / "brief.html"
    start = text.index('class="number"')
    end = text.index("<", start)
    page.write_text(text[:start] + text[start : text.index(">", start) + 1] + "7,77" + text[end:], encoding="utf-8")
    assert any("7,77" in fault for fault in untraced(page, ground))


def test_the_brief_has_at_most_750_words_and_no_p_value(built: Path) -> None:
    tree = html.parse(str(built / SITE / "brief.html")).getroot()
    text = " ".join(tree.xpath("//main//text()[not(ancestor::svg)]"))
    assert len(words_read(built / SITE / "brief.html")) <= 750
    assert "p =" not in text
    assert "valeur p" not in text
    assert not re.search(r"\d,\d+\u202f%", text)
