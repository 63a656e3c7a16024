"""Chapters made of statements, from a published evaluation: true numbers, two languages that say the same."""

import json
import re
from pathlib import Path

import pytest
from lxml import html

from pipeline.evaluation import load
from tests.acceptance.conftest import pipeline
from tests.acceptance.prose import ground_of, untraced

pytestmark = pytest.mark.slow
SITE, STAGED = "reports/_site/miniature", "build/miniature/publish/chapters"
#: Words of one language that a page of the other never holds.
FRENCH = re.compile(r"\b(des|une|les|depuis|usagers|entre)\b")


@pytest.fixture
def published(project: Path) -> Path:
    path = project / "surveys" / "miniature" / "evaluation.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("languages: [fr]", "languages: [fr]\nchapters: [fr, en]", 1), encoding="utf-8")
    run = pipeline(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.err
    return project


def test_chapters_are_published_true_and_alike_in_both_languages(published: Path) -> None:
    ground = ground_of(load("miniature", published))
    pages = [published / SITE / "chapters.html", *sorted((published / SITE / "chapters").glob("*.html"))]
    assert len(pages) == 4
    assert {page.name: found for page in pages if (found := untraced(page, ground))} == {}
    traces = [
        json.loads((published / STAGED / lang / "trace.json").read_text(encoding="utf-8")) for lang in ("fr", "en")
    ]
    assert traces[0] == traces[1]
    assert traces[0]["chapters"]
    english = html.parse(str(published / SITE / "en" / "chapters.html")).getroot()
    assert not FRENCH.search(" ".join(english.xpath("//main//p//text() | //main//h2//text() | //main//h3//text()")))
    # one sentence changed is one line of one file, and no number is computed again
    words = published / "reports" / "fr" / "demand" / "words.yaml"
    text = words.read_text(encoding="utf-8")
    words.write_text(text.replace("Pour les services de base, ", "Quant aux services de base, "), encoding="utf-8")
    run = pipeline(published, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.err
    assert run.out.count("up to date") == 6, run.out
    assert "Quant aux services de base" in pages[0].read_text(encoding="utf-8")


def test_a_sentence_that_cannot_be_filled_stops_before_any_stage(published: Path) -> None:
    words = published / "reports" / "fr" / "demand" / "words.yaml"
    text = words.read_text(encoding="utf-8")
    words.write_text(text.replace("{change:bound}", "{change:borne}", 1), encoding="utf-8")
    run = pipeline(published, "report", "miniature", "--renderer", "embedded")
    assert run.code == 1
    assert "no such form" in run.err
    assert str(words.relative_to(published)) in run.err
    assert "ingest" not in run.out
