"""The table of waves: days and mode of each; a whole year is told as the year."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.evaluation import Evaluation
from pipeline.publish.annex.fieldwork import waves, waves_of

from .grounds import cells, declared, ground, with_survey


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("fr", ["2003", "du 17 novembre au 12 décembre 2003", "Papier"]),
        ("en", ["2003", "from 17 November to 12 December 2003", "Paper"]),
    ],
)
def test_each_wave_has_its_days_and_mode(evaluation: Evaluation, lang: str, first: list[str]) -> None:
    found = cells(waves(ground(evaluation, lang)).text)
    assert found[0] == first
    assert [row[0] for row in found] == ["2003", "2006"]


def test_a_wave_of_a_whole_year_is_told_as_the_year_and_a_mode_without_words_as_it_is(evaluation: Evaluation) -> None:
    wave = evaluation.settings.waves[0]
    year = wave.model_copy(update={"field": (dt.date(2003, 1, 1), dt.date(2003, 12, 31)), "mode": "postal_card"})
    other = declared(evaluation, waves=[year, *evaluation.settings.waves[1:]])
    assert cells(waves(ground(other)).text)[0] == ["2003", "2003", "Postal card"]


def test_without_a_survey_there_is_no_wave(evaluation: Evaluation) -> None:
    others = [s for s in evaluation.settings.sources if s.kind != "survey"]
    assert waves(ground(declared(evaluation, sources=others))).text == ""


def test_surveys_are_named_where_waves_do_not_have_the_same(evaluation: Evaluation) -> None:
    users = evaluation.source("users")
    again = users.model_copy(update={"name": "again", "title": None, "files": {"2006": users.files["2006"]}})
    both = with_survey(evaluation, again)
    assert waves_of(both, again) == ["2006"]
    assert [row[3] for row in cells(waves(ground(both)).text)] == [
        "Enquête auprès des usagers",
        "Enquête auprès des usagers\u202f; again",
    ]
