"""Answers that cannot both be true."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.errors import InstrumentError
from pipeline.ingest import read_sources
from pipeline.ingest.checks.consistency import age_against_birth, while_closed

from ..conftest import Make, codes, question

ASKED: list[dict[str, Any]] = [
    question("pc", "single", codes=codes(1, 2), missing={9: "refused"}),
    question("net", "single", codes=codes(1, 2)),
    question("age", "number"),
    question("born", "number"),
]
PAIR = {"if": {"question": "pc", "codes": [2]}, "then": {"question": "net", "codes": [2]}, "fr": "accord"}
ROWS = ["2;1;30;1976", "2;2;30;1975", "1;1;31;1976", "9;1;30;1980", "2;;29;1976", ";1;28;1976"]
BORN = {"rule": "age_against_birth", "questions": ["age", "born"]}


def failures(make: Make, *checks: dict[str, Any], pair: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    made = make(ASKED, "pc;net;age;born\n" + "\n".join(ROWS) + "\n", source={"checks": list(checks)})
    if pair:
        instrument = made.instruments["users"].model_validate(
            {**made.instruments["users"].model_dump(), "contradictions": [pair]}
        )
        made.instruments["users"] = instrument
    read = read_sources(made)
    return [tuple(r) for r in read.failures[["line", "rule", "found", "severity"]].itertuples(index=False)]


def test_only_stated_answers_contradict_each_other(make: Make) -> None:
    assert failures(make, pair=PAIR) == [(2, "contradictory_answers", "pc: 2, net: 1", "flag")]


def test_a_declared_severity_sets_contradictory_records_aside(make: Make) -> None:
    found = failures(make, {"rule": "contradictory_answers", "severity": "set aside", "threshold": 1}, pair=PAIR)
    assert [f[3] for f in found] == ["set aside"]


def test_an_age_must_go_with_the_year_of_birth_before_or_after_the_birthday(make: Make) -> None:
    assert [(f[0], f[2]) for f in failures(make, BORN)] == [
        (4, "age 31, born 1976"),
        (5, "age 30, born 1980"),
        (7, "age 28, born 1976"),
    ]


def test_ages_are_held_against_both_years_of_a_fieldwork_over_new_year() -> None:
    age, born = np.array([29.0, 31.0, 32.0, 28.0, np.nan]), np.array([1976.0] * 5)
    texts = age_against_birth(age, born, np.full(5, 2006.0), np.full(5, 2007.0))
    assert [bool(t) for t in texts] == [False, False, True, True, False]


def test_visits_belong_to_months_in_which_the_space_was_open() -> None:
    month = np.array([24036.0, 24037, 24038, 24039, 24039, np.nan])
    visits = np.array([1.0, 1, 1, 1, 0, 1])
    texts = while_closed(month, visits, np.full(6, 24037.0), np.full(6, 24038.0))
    assert texts.tolist() == [
        "visits in 2003-01, opened in 2003-02",
        "",
        "",
        "visits in 2003-04, closed in 2003-03",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("pair", "word"),
    [
        ({**PAIR, "then": {"question": "nett", "codes": [2]}}, "nett"),
        ({**PAIR, "if": {"question": "pc", "codes": [3]}}, "no code 3"),
        ({**PAIR, "then": []}, "at least 1"),
    ],
)
def test_a_contradiction_about_nothing_is_refused(make: Make, pair: dict[str, Any], word: str) -> None:
    from pipeline.instrument import Instrument

    content = {"name": "u", "title": {"fr": "u"}, "questions": ASKED, "contradictions": [pair]}
    with pytest.raises(ValueError, match=word):
        Instrument.model_validate(content)
    assert issubclass(InstrumentError, Exception)
