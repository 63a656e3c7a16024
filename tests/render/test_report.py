"""A cell prints published results only, each with its identifier."""

from __future__ import annotations

from pathlib import Path

import project
import pytest

from pipeline.errors import NotPublished, PublishError, ResultsError
from pipeline.evaluation import Evaluation
from pipeline.render import Report, open_report

S = project.SHARE
REGION = f"{S}/region=53"


@pytest.fixture
def report(evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("EVALUATION_PROJECT", str(evaluation.root))
    return open_report(project.NAME, "region", "fr")


@pytest.fixture
def sheet(evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("EVALUATION_PROJECT", str(evaluation.root))
    return open_report(project.NAME, "03", "fr")


def test_numbers_carry_their_result_id_and_french_spaces(report: Report) -> None:
    assert report.share(S).data == f'[48\u202f%]{{.number data-result="{REGION}"}}'
    assert report.interval(S).data.startswith("[entre 45\u202f% et 52\u202f%]")
    assert report.points("demand.elaborate.shift/users/wave=2003..2006").data.startswith("[+\u00a09\u00a0points]")
    assert report.count("attendance.visits.count/visits/period=2006").data.startswith("[12\u202f480]")
    assert report.mean("profile.visits_4w.mean/users/wave=2006").data.startswith("[2,6]")
    assert report.score("satisfaction.recommend.score/users/wave=2006").data.startswith("[+\u00a038]")
    assert report.n(S).data.startswith("[1\u202f850]")
    assert report.printed[0] == REGION
    assert len(report.printed) == 7


def test_the_margin_is_half_the_interval(report: Report) -> None:
    # (51.7 - 45.1) / 2 = 3.3 points
    assert report.margin(S).data.startswith("[plus ou moins 3\u00a0points]")


def test_a_partial_id_takes_the_documents_territory_and_of_region_the_regions(sheet: Report) -> None:
    visits = "attendance.visits.count/visits/period=2006"
    assert "8\u202f123" in sheet.count(visits).data
    assert "12\u202f480" in sheet.count(visits, of="region").data


def test_in_place_of_a_number_that_is_not_published_stands_why(sheet: Report) -> None:
    assert sheet.share(S).data == "[non publié (effectif insuffisant)]{.withheld}"
    assert sheet.share(S, absent="une part inconnue ({why})").data == "une part inconnue (effectif insuffisant)"
    assert not sheet.has(S)
    assert sheet.share(S, absent="sign").data.startswith("[ns]{.sign")
    assert sheet.share(S, absent="trop peu de réponses").data == "trop peu de réponses"
    assert sheet.printed == []


def test_nothing_can_be_concluded_from_a_number_that_is_not_published(sheet: Report) -> None:
    row = sheet.row(S)
    assert row["reason"].startswith("ns")
    with pytest.raises(NotPublished, match="concludes"):
        bool(row["p_value"] >= 0.05)


def test_a_number_of_another_unit_is_refused(report: Report) -> None:
    with pytest.raises(PublishError, match="another unit"):
        report.points(S)


def test_an_unknown_id_is_an_error_even_when_only_its_presence_is_asked(sheet: Report) -> None:
    with pytest.raises(ResultsError) as caught:
        sheet.has("demand.elaborat.share/users/wave=2006")
    assert "demand.elaborate.share" in str(caught.value)
    # known for the region, absent here
    assert sheet.has("profile.visits_4w.mean/users/wave=2006") is False


def test_sentences_take_result_ids_and_say_which(report: Report) -> None:
    shift = "demand.elaborate.shift/users/wave=2003..2006"
    text = report.sentence("change", shift, since="2003").data
    assert "a augmenté de 9\u00a0points" in text
    assert f'data-result="{shift}/region=53"' in text
    with pytest.raises(PublishError, match="no such sentence"):
        report.sentence("changes", shift)


def test_facts_are_declared_ones(report: Report) -> None:
    assert report.fact("spaces").data == "[1\u202f381]{.fact data-fact=spaces}"
    assert report.fact_source("spaces") == "Registre des espaces"
    with pytest.raises(PublishError, match="no such fact"):
        report.fact("spaces_of_2007")


def test_places_and_dates_are_in_words(sheet: Report) -> None:
    assert (sheet.territory.de, sheet.territory.dans) == ("du pays d'Auray", "dans le pays d'Auray")
    assert sheet.region.label == "Bretagne"
    assert not sheet.is_region
    assert sheet.dates("2003").data == "du 17 novembre au 12 décembre 2003"
    with pytest.raises(PublishError, match="no such wave"):
        sheet.dates("2004")


def test_an_absent_figure_is_a_list_item_never_an_empty_figure(report: Report) -> None:
    assert report.figure("map", absent="La carte").data.strip() == "- La carte\u00a0: effectif insuffisant"
    assert report.see("map").data == ""
    assert report.figure("map").data.strip() == "- Tableau ou figure\u00a0: effectif insuffisant"
    with pytest.raises(PublishError, match="no figure or table"):
        report.figure("demande")
    with pytest.raises(PublishError, match="other call"):
        report.table("demand")


def test_the_project_is_found_from_the_working_directory(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EVALUATION_PROJECT", raising=False)
    monkeypatch.chdir(evaluation.root / "reports" / "fr")
    preview = open_report(project.NAME, "region", "fr")
    # in preview the figure is not beside the document: it is shown from where it was drawn
    assert "](../../build/essai/draw/fr/region/demand.svg)" in preview.figure("demand").data
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PublishError, match="no project here"):
        open_report(project.NAME, "region", "fr")
