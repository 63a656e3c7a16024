"""Answers to the evaluation questions: the latest level, its change, and the word that the evidence deserves."""

from typing import Any

import pytest

from pipeline.errors import PublishError
from pipeline.evaluation.settings import Question, Statement
from pipeline.export import answers, finding, indicator_name
from pipeline.export.answers import stated_domains


def test_a_level_comes_with_its_interval_and_its_established_change(report: Any) -> None:
    found = finding(report, "demand.elaborate")
    assert found.evidence == "probable"
    for id_ in (
        "demand.elaborate.share/users/wave=2006/region=53",
        "demand.elaborate.shift/users/wave=2003..2006/region=53",
    ):
        assert f'data-result="{id_}"' in found.text
    assert "en 2006" in found.text
    assert "depuis 2003" in found.text


def test_an_exhaustive_count_is_established_without_interval(report: Any) -> None:
    found = finding(report, "attendance.visits")
    assert found.evidence == "établi"
    assert found.text.endswith("entre 2003 et 2006")
    assert found.text.count("data-result") == 1


def test_a_level_without_comparison_claims_nothing(report: Any) -> None:
    assert finding(report, "satisfaction.overall").evidence == ""


def test_an_indicator_without_publishable_level_says_so(report: Any) -> None:
    assert "aucun résultat publiable" in finding(report, "satisfaction.equipment").text


def test_an_indicator_that_no_analysis_makes_is_refused_with_near_names(report: Any) -> None:
    with pytest.raises(PublishError, match="no analysis makes") as fault:
        finding(report, "demand.elaborated")
    assert "demand.elaborate" in str(fault.value)


def test_a_gap_is_named_after_what_it_compares(report: Any) -> None:
    assert indicator_name(report, "demand.elaborate.gap") == "Au moins un service élaboré, selon le territoire"


def test_answers_list_every_indicator_of_a_question(report: Any) -> None:
    question = report.evaluation.settings.questions[0]
    kept = question.model_copy(update={"indicators": ["demand.elaborate", "attendance.visits"]})
    assert answers(report, kept).data.count("\n- ") == 2


def test_the_categories_told_are_those_that_the_statements_are_about() -> None:
    about = ("profile.age.shift/users/wave=2003..2006/age=60+", "profile.age.shift/users/wave=2003..2006/age=15-24")
    statements = [Statement(about=a) for a in (*about, "demand.elaborate.shift/users/wave=2003..2006")]
    question = Question(id="publics", fr="?", criterion="effectiveness", statements=statements)
    assert stated_domains(question, "profile.age") == ["age=60+", "age=15-24"]
    assert stated_domains(question, "demand.elaborate") == []
    assert stated_domains(question, "profile.a") == []
