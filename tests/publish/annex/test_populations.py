"""The table of populations tells those of the published results, and the accounts of a survey are none."""

from __future__ import annotations

import pytest

from pipeline.evaluation import Evaluation
from pipeline.publish.annex.populations import populations

from .grounds import cells, ground
from .project import result, rows

COUNT = {"inference": "census", "lower": float("nan"), "upper": float("nan"), "unit": "count"}


@pytest.mark.parametrize(("lang", "names"), [("fr", ["Usagers", "Visites"]), ("en", ["Users", "Visits"])])
def test_populations_are_those_of_the_results(evaluation: Evaluation, lang: str, names: list[str]) -> None:
    counted = result(analysis="attendance", population="visits", measure="count", source="attendance", **COUNT)
    found = cells(populations(ground(evaluation, lang, [result(), counted])).text)
    assert [row[0] for row in found] == names


def test_one_population_is_estimated_from_a_survey_and_counted_in_returns(evaluation: Evaluation) -> None:
    sampled = result(analysis="profile", population="visits")
    counted = result(analysis="attendance", population="visits", measure="count", source="attendance", **COUNT)
    found = cells(populations(ground(evaluation, "en", [sampled, counted])).text)
    assert [row[2] for row in found] == ["Survey estimate", "Count"]
    assert [row[3] for row in found] == ["survey of users", "monthly attendance returns"]


def test_accounts_of_a_survey_count_no_population(evaluation: Evaluation) -> None:
    account = result(analysis="response", population="visits", measure="count", source="users", **COUNT)
    assert populations(ground(evaluation, "fr", [account])).text == ""


def test_every_result_of_the_page_belongs_to_a_population(evaluation: Evaluation) -> None:
    assert "Usagers" in populations(ground(evaluation, "fr", rows())).text
