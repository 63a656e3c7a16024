"""The documents of a site: the files of contract 9, relative navigation, the same page in each language."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PublishError
from pipeline.evaluation import Document, Evaluation, load
from pipeline.publish.documents.site import UNIT, SiteDocument, navigation, site_documents, unfit_documents, way

ROOT = Path(__file__).parents[3]


def evaluation(**changes: Any) -> Evaluation:
    made = load("miniature", ROOT)
    return dataclasses.replace(made, settings=made.settings.model_copy(update=changes))


def documents(units: bool = True, **changes: Any) -> list[SiteDocument]:
    return site_documents(evaluation(**changes), "fr", units)


def test_a_survey_of_visits_has_the_files_of_the_contract() -> None:
    codes = ("02", "20")
    pages = [d.page(c) for d in documents() for c in (codes if d.scope == UNIT else ("region",))]
    files = {path for page in pages for path in page.outputs.values()}
    both = {
        f"{name}.{kind}" for name in ("report", "brief", "methods", "summary", "slides") for kind in ("html", "pdf")
    }
    sheets = {f"territories/{code}.{kind}" for code in codes for kind in ("html", "pdf")}
    assert files >= {"index.html", "validation.html", "press.html", *both, *sheets}


def test_what_nothing_can_be_written_from_is_no_document() -> None:
    assert {"brief", "territory"} <= {d.name for d in documents()}
    assert not {"brief", "summary", "slides", "press", "territory", "crosstabs"} & {
        d.name for d in documents(units=False, questions=[])
    }


def test_a_draft_of_before_publishes_the_document_that_took_the_place_of_its_own() -> None:
    (report,) = documents(documents=[Document(name="report", file="overview.qmd")])
    assert (report.name, report.path.name) == ("report", "report.qmd")


def test_navigation_is_the_same_everywhere_and_relative_to_the_page() -> None:
    made = documents()
    texts = set()
    for document in made:
        page = document.page("02" if document.scope == UNIT else "region")
        entries = list(navigation(made, page))
        texts.add(tuple(entry.text for entry in entries))
        assert all(entry.href.startswith(page.up) for entry in entries)
        assert [e.href for e in entries if e.is_here] in ([], [f"{page.up}{document.stem}.html"])
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("territory", "lang", "other", "expected"),
    [
        ("region", "fr", "en", "en/report.html"),
        ("region", "en", "fr", "../report.html"),
        ("02", "fr", "en", "../en/territories/02.html"),
        ("02", "en", "fr", "../../territories/02.html"),
    ],
)
def test_a_page_leads_to_itself_in_the_other_language(territory: str, lang: str, other: str, expected: str) -> None:
    scope = "region" if territory == "region" else UNIT
    document = SiteDocument("report", Path("report.qmd"), scope, ("html",))
    assert way(document.page(territory), lang, other, ["fr", "en"]) == expected


def test_a_document_that_is_declared_and_not_written_is_refused_with_its_path() -> None:
    with pytest.raises(PublishError, match=r"essay\.qmd"):
        documents(documents=[Document(name="essay", file="essay.qmd")])


def test_a_document_lacks_the_sources_that_it_needs(tmp_path: Path) -> None:
    made = evaluation(documents=[Document(name="essay", file="essay.qmd")])
    folder = tmp_path / "reports" / "fr"
    folder.mkdir(parents=True)
    (folder / "essay.qmd").write_text("---\ntitle: Essai\nneeds: [survey, network]\n---\n", encoding="utf-8")
    (fault,) = unfit_documents(dataclasses.replace(made, root=tmp_path))
    assert "network" in str(fault.found)
    assert "no source of kind network;" in str(fault.found)
