"""What stands around a page: programme, edition, notice, its other format, its languages."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.evaluation.printings import Erratum
from pipeline.instrument import Text
from pipeline.publish.documents.around import around, titles
from pipeline.publish.documents.site import UNIT, SiteDocument
from pipeline.wording.markdown import plain
from tests.questions.made_up import speaker, table

ROOT = Path(__file__).parents[3]
SHEET = SiteDocument(
    "territory", Path("territory.qmd"), UNIT, ("html", "pdf"), "Fiche", "Fiches par {unit}", layout="brief"
)
COVERED = SiteDocument("report", Path("report.qmd"), "region", ("html", "pdf"), "Rapport", cover=True)
INDEX = SiteDocument("index", Path("index.qmd"), "region", ("html",), "", "Accueil", anchors={"data": "Données"})


@pytest.mark.parametrize(
    ("lang", "notice", "byline"),
    [("fr", "Données fictives simulées", "édition 2006"), ("en", "Synthetic data", "edition 2006")],
)
def test_the_surroundings_say_edition_notice_and_where_to_go(lang: str, notice: str, byline: str) -> None:
    made = load("miniature", ROOT)
    evaluation = dataclasses.replace(made, settings=made.settings.model_copy(update={"languages": ["fr", "en"]}))
    told = around(evaluation, speaker(table(), lang), [INDEX, SHEET], SHEET.page("02"))
    assert notice in told["notice"]
    assert told["byline"].endswith(byline)
    assert told["alternate"]["href"] == "02.pdf"
    assert told["layout"] == "brief"
    hrefs = [link["href"] for link in told["links"]]
    other = "../en/territories/02.html" if lang == "fr" else "../../territories/02.html"
    assert hrefs == ["../index.html", "../index.html#sheets", "../index.html#data", other]
    assert told["links"][1]["text"] == "Fiches par pays"


@pytest.mark.parametrize(("lang", "byline"), [("fr", "édition 2006 (version 3)"), ("en", "edition 2006 (version 3)")])
def test_a_second_correction_says_which_version_of_the_edition_it_is(lang: str, byline: str) -> None:
    made = load("miniature", ROOT)
    why = Text(fr="Une erreur.", en="An error.")
    errata = [Erratum(ledger=f"ledger-{n}.csv", corrected=dt.date(2007, n, 1), reason=why) for n in (3, 6)]
    evaluation = dataclasses.replace(made, settings=made.settings.model_copy(update={"errata": errata}))
    assert around(evaluation, speaker(table(), lang), [INDEX], COVERED.page())["byline"].endswith(byline)


def test_who_commissioned_signs_where_no_author_is_declared_and_a_draft_says_so() -> None:
    made = load("miniature", ROOT)
    commissioner = Text(fr="Région", en="Region")

    def told(**changes: object) -> dict[str, object]:
        settings = made.settings.model_copy(update={"commissioned_by": commissioner, **changes})
        return around(dataclasses.replace(made, settings=settings), speaker(table(), "fr"), [INDEX], COVERED.page())

    assert told()["authors"] == ["Région"]
    assert told(authors=["Laboratoire"])["authors"] == ["Laboratoire"]
    assert "provisoire" not in str(told()["notice"])
    assert "Version provisoire" in str(told(status="draft")["notice"])


def test_a_cover_tells_the_numbers_that_are_declared_and_no_others() -> None:
    made = load("miniature", ROOT)
    declared = {"isbn": "978-2-11-076611-3", "published": dt.date(2007, 3, 1)}
    evaluation = dataclasses.replace(made, settings=made.settings.model_copy(update=declared))
    lines = around(evaluation, speaker(table(), "fr"), [INDEX], COVERED.page())["cover"]
    told = {line["label"]: plain(line["text"]) for line in lines}
    assert (told["ISBN"], told["Date"]) == ("978-2-11-076611-3", "1er\u00a0mars 2007")
    assert "ISSN" not in told
    assert "cover" not in around(evaluation, speaker(table(), "fr"), [INDEX], INDEX.page())


def test_lines_of_credit_stand_in_the_language_of_the_page() -> None:
    made = load("miniature", ROOT)
    funder = "Laboratoire M@rsouin"
    declared = {"credits": [Text(fr="Données fictives", en="Made-up data"), funder]}
    evaluation = dataclasses.replace(made, settings=made.settings.model_copy(update=declared))
    told = {
        lang: around(evaluation, speaker(table(), lang), [INDEX], COVERED.page())["credits"] for lang in ("fr", "en")
    }
    assert [plain(line) for line in told["fr"]] == ["Données fictives", funder]
    assert [plain(line) for line in told["en"]] == ["Made-up data", funder]


def test_the_foot_of_every_page_leads_to_the_notices() -> None:
    notice = SiteDocument("privacy", Path("privacy.qmd"), "region", ("html",), foot="Données des {persons}")
    told = around(load("miniature", ROOT), speaker(table(), "fr"), [INDEX, SHEET, notice], SHEET.page("02"))
    assert told["foot"] == [{"href": "../privacy.html", "text": "Données des usagers"}]


def test_a_sheet_is_titled_by_its_territory_and_the_home_by_the_evaluation() -> None:
    evaluation = load("miniature", ROOT)
    spoken = speaker(table(), "fr")
    title = evaluation.settings.title.fr
    assert titles(evaluation, spoken, SHEET.page("02"), "Pays de Brest") == {
        "title": "Pays de Brest",
        "subtitle": f"Fiche – {title}",
    }
    assert titles(evaluation, spoken, INDEX.page(), "") == {"title": title}
