"""Both languages of an evaluation, from its published site: true numbers, documents that say the same."""

import json
import re
from pathlib import Path

import pytest
from lxml import html

from pipeline import provenance
from tests.acceptance.in_process import run_here

pytestmark = pytest.mark.slow
SITE, STAGED = "reports/_site/miniature", "build/miniature/publish"
#: Words of one language that a page of the other never holds.
FRENCH = re.compile(r"\b(des|une|les|depuis|usagers|entre)\b")


@pytest.fixture
def bilingual(project: Path) -> Path:
    """Return the built project, declared in two languages."""
    path = project / "surveys" / "miniature" / "evaluation.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("languages: [fr]", "languages: [fr, en]", 1), encoding="utf-8")
    return project


def test_both_languages_say_the_same_and_a_changed_sentence_is_published_alone(bilingual: Path) -> None:
    run = run_here(bilingual, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.err
    site = bilingual / SITE
    french = {p.relative_to(site).as_posix() for p in site.rglob("*.html") if "en/" not in f"{p.relative_to(site)}"}
    assert {p.relative_to(site / "en").as_posix() for p in (site / "en").rglob("*.html")} == french
    traces = [
        {p.name: json.loads(p.read_text(encoding="utf-8")) for p in (bilingual / STAGED / lang).glob("*.trace.json")}
        for lang in ("fr", "en")
    ]
    assert traces[0] == traces[1]
    assert traces[0]["report.trace.json"]
    for name in ("report", "brief", "methods", "index"):
        english = html.parse(str(site / "en" / f"{name}.html")).getroot()
        said = " ".join(english.xpath("//main//p//text() | //main//h2//text() | //main//h3//text()"))
        assert not FRENCH.search(said), (name, FRENCH.search(said))
    # one sentence changed is one line of one file, and no number is computed again
    words = bilingual / "reports" / "fr" / "demand" / "words.yaml"
    text = words.read_text(encoding="utf-8")
    assert "Pour les services de base, " in text
    words.write_text(text.replace("Pour les services de base, ", "Quant aux services de base, "), encoding="utf-8")
    run = run_here(bilingual, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.err
    # words reach the pages alone: what may be said of results, and figures, are as before
    assert run.out.count("up to date") == 6, run.out
    assert {line.split()[0] for line in run.out.splitlines() if " s   " in line} == {"publish"}
    assert "Quant aux services de base" in (site / "report.html").read_text(encoding="utf-8")
    # a changed chapter too, and texts that several pages take; nothing that was kept of pages before is out of date:
    # all made again is the same
    chapter = bilingual / "reports" / "fr" / "demand" / "report.qmd"
    chapter.write_text(f"{chapter.read_text(encoding='utf-8')}\nUne phrase de plus.\n", encoding="utf-8")
    shared = bilingual / "reports" / "fr" / "_methods.yaml"
    shared.write_text(shared.read_text(encoding="utf-8").replace(" est ", " fut "), encoding="utf-8")
    run = run_here(bilingual, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.err
    assert run.out.count("up to date") == 6, run.out
    changed = provenance.tree_digests(site, ["."])
    assert "Une phrase de plus." in (site / "report.html").read_text(encoding="utf-8")
    run = run_here(bilingual, "report", "miniature", "--renderer", "embedded", "--again")
    assert run.code == 0, run.err
    assert provenance.tree_digests(site, ["."]) == changed


def test_a_sentence_that_cannot_be_filled_stops_before_any_stage(bilingual: Path) -> None:
    words = bilingual / "reports" / "fr" / "demand" / "words.yaml"
    text = words.read_text(encoding="utf-8")
    words.write_text(text.replace("{change:bound}", "{change:borne}", 1), encoding="utf-8")
    run = run_here(bilingual, "report", "miniature", "--renderer", "embedded")
    assert run.code == 1
    assert "no such form" in run.err
    assert str(words.relative_to(bilingual)) in run.err
    assert "ingest" not in run.out
