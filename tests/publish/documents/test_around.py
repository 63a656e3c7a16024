"""What stands around a page: programme, edition, notice, its other format, its languages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.publish.documents.around import around, titles
from pipeline.publish.documents.site import UNIT, SiteDocument
from tests.questions.made_up import speaker, table

ROOT = Path(__file__).parents[3]
SHEET = SiteDocument(
    "territory", Path("territory.qmd"), UNIT, ("html", "pdf"), "Fiche", "Fiches par {unit}", layout="brief"
)
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
