"""Pages: the files of contract 7, navigation relative to each page, and links that lead somewhere."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.export import check_links, evaluation_labels, site_documents, site_pages, unit_links
from pipeline.export.pages import Page
from tests.export.project import REGION, ROOT, UNITS


@pytest.fixture
def pages(evaluation: Evaluation) -> list[Page]:
    shutil.copytree(ROOT / "reports" / "fr", evaluation.root / "reports" / "fr")
    return site_pages(evaluation, "fr", UNITS, evaluation_labels(evaluation, UNITS, REGION))


def test_a_survey_of_visits_has_the_files_of_the_contract(pages: list[Page]) -> None:
    files = {path for page in pages for path in page.outputs.values()}
    both = {f"{name}.{kind}" for name in ("report", "brief", "methods") for kind in ("html", "pdf")}
    sheets = {f"territories/{code}.{kind}" for code in ("02", "20") for kind in ("html", "pdf")}
    assert files == {"index.html", "validation.html", *both, *sheets}


def test_navigation_is_the_same_everywhere_and_relative_to_the_page(pages: list[Page]) -> None:
    texts = {tuple(text for _, text in page.links) for page in pages}
    assert len(texts) == 1
    for page in pages:
        up = "../" if page.outputs["html"].startswith("territories/") else ""
        assert all(href.startswith(up) for href, _ in page.links)
        if page.current:
            assert page.current in [href for href, _ in page.links]


def test_a_language_of_chapters_alone_is_led_to_from_every_page(evaluation: Evaluation) -> None:
    shutil.copytree(ROOT / "reports" / "fr", evaluation.root / "reports" / "fr")
    settings = evaluation.settings.model_copy(update={"chapters": ["fr", "en"]})
    told = Evaluation(evaluation.name, evaluation.root, evaluation.data, settings, evaluation.instruments)
    for page in site_pages(told, "fr", UNITS, evaluation_labels(evaluation, UNITS, REGION)):
        up = "../" if page.outputs["html"].startswith("territories/") else ""
        assert page.links[-1] == (f"{up}en/chapters.html", "EN")


def test_sheets_are_titled_by_their_territory(pages: list[Page]) -> None:
    assert [p.title for p in pages if p.territory == "02"] == ["Pays de Brest"]


def test_a_survey_of_persons_has_a_report_and_no_sheets(evaluation: Evaluation) -> None:
    settings = evaluation.settings
    survey = settings.sources[0].model_copy(update={"sampled": "person"})
    changed = settings.model_copy(update={"sources": [survey, *settings.sources[1:]]})
    persons = Evaluation(evaluation.name, evaluation.root, evaluation.data, changed, evaluation.instruments)
    documents = {d.name: d.file for d in site_documents(persons)}
    assert documents["report"] == "household.qmd"
    assert "territory" not in documents


def test_a_language_without_its_documents_is_refused_by_name(evaluation: Evaluation) -> None:
    with pytest.raises(PublishError, match=r"index\.qmd"):
        site_pages(evaluation, "en", None, {})


def test_every_sheet_is_linked_as_page_and_as_pdf(evaluation: Evaluation) -> None:
    text = unit_links(evaluation, "fr")
    assert "[Pays de Brest](territories/02.html)" in text
    assert text.count("territories/") == 4


def test_a_link_or_anchor_that_leads_nowhere_is_refused_with_its_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#there">b</a><a href="https://example.org">x</a>')
    (tmp_path / "b.html").write_text('<h2 id="there">b</h2>')
    check_links(tmp_path)
    (tmp_path / "b.html").write_text('<h2 id="elsewhere">b</h2><a href="c.pdf">c</a>')
    with pytest.raises(PublishError) as fault:
        check_links(tmp_path)
    assert "a.html -> b.html#there" in str(fault.value)
    assert "b.html -> c.pdf" in str(fault.value)
