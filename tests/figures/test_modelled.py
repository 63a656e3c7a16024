"""Figures and tables of models of attendance: every number shown is a result, absence is said."""

from __future__ import annotations

import dataclasses

import pytest

from pipeline import results
from pipeline.figures.output import Absent
from pipeline.figures.scope import Scope
from pipeline.protect import protect
from pipeline.results import Result
from pipeline.wording import numbers
from tests.figures.declared import entries, entry
from tests.figures.kinds import kind_texts
from tests.lexicon import with_shared

LABELS = {
    **kind_texts(),
    "region=53": {"fr": "Bretagne", "en": "Brittany"},
    "source=attendance": {"fr": "relevés mensuels", "en": "monthly returns"},
}
BASE = Result(
    analysis="label",
    indicator="visits",
    measure="effect",
    method="event_study",
    population="visits",
    territory_level="region",
    territory="53",
    unit="ratio",
    inference="model",
    estimate=0.1,
    period="2003..2006",
    se=0.05,
    lower=0.01,
    upper=0.19,
    level=0.95,
    n=600,
    source="attendance",
)


def scope(*rows: Result, lang: str = "fr") -> Scope:
    coverage = dataclasses.replace(
        BASE, analysis="attendance", indicator="coverage", measure="share", method=None, population="spaces",
        unit="share", inference="census", se=float("nan"), lower=float("nan"), upper=float("nan"),
    )  # fmt: skip
    years = [dataclasses.replace(coverage, period=str(y)) for y in range(2003, 2007)]
    table, _ = protect(results.frame([*rows, *years]))
    return Scope(table, with_shared(LABELS), "region", lang)


def made(name: str, where: Scope):
    return entry(name, where.lang).make(where)


def quarters() -> list[Result]:
    return [
        dataclasses.replace(
            BASE, domain={"quarter": f"{q:+d}"}, estimate=q / 50, lower=q / 50 - 0.1, upper=q / 50 + 0.1
        )
        for q in range(-3, 5)
    ]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_steps_are_told_in_order_with_their_numbers(lang):
    figure = made("label-quarters", scope(*quarters(), lang=lang))
    said = [numbers.estimate(r.estimate, "ratio", lang, measure="effect") for r in quarters()]
    at = 0
    for text in said:
        at = figure.alt.index(text, at) + 1
    assert len(figure.notes.result_ids) == 8
    assert figure.notes.source.startswith(LABELS["source=attendance"][lang])
    assert "2003" in figure.notes.source
    assert "2006" in figure.notes.source


def test_coast_and_inland_are_two_named_series():
    season = [
        dataclasses.replace(
            BASE, analysis="attendance_model", measure="season", method="fixed_effects",
            domain={"month": f"{m:02d}", "place": place}, estimate=m / 100, lower=m / 100 - 0.02, upper=m / 100 + 0.02,
        )
        for place in ("coast", "inland")
        for m in range(1, 13)
    ]  # fmt: skip
    figure = made("attendance_model-season", scope(*season))
    assert "Communes littorales" in figure.alt
    assert "Communes de l'intérieur" in figure.alt
    assert "{" not in figure.notes.reading


def test_a_table_shows_each_method_once_with_its_interval():
    effects = [
        dataclasses.replace(BASE, method=method, domain=domain, estimate=0.2, lower=0.04, upper=0.38)
        for method in ("group_time", "closures_zero")
        for domain in ({}, {"months_since": "12+"})
    ]
    table = made("label-effects", scope(*effects))
    assert [row[0].text for row in table.rows] == [
        "Estimation retenue",
        "Idem, espaces fermés comptés à zéro visite",
    ]
    assert all("[+" in cell.text for row in table.rows for cell in row[1:])
    assert len({cell.result_id for row in table.rows for cell in row[1:]}) == 4


def test_nothing_is_drawn_without_results():
    modelled = [e for e in entries() if {"label", "forecast", "attendance_model"} & set(e.needs)]
    assert len(modelled) >= 5
    for each in modelled:
        assert isinstance(each.make(scope()), Absent), each.name


def test_words_exist_in_both_languages_for_every_method_that_is_shown():
    columns = entry("label-effects").settings["columns"]
    for lang in ("fr", "en"):
        where = scope(lang=lang)
        assert all(where.text(f"method={m}") for m in columns[0]["method"])
