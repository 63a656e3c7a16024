"""A typology from results to sentences: its classes, whether their number and their stability may be trusted."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "class=1": {"fr": "Bien équipés", "en": "Well equipped"},
    "class=2": {"fr": "Petits points d'accès", "en": "Small access points"},
}


def made(indicator: str, measure: str, estimate: float, unit: str = "count", **fields: Any) -> Result:
    given = {"population": "records", "wave": "2003", **fields}
    return row("typology", indicator=indicator, measure=measure, estimate=estimate, unit=unit, **given)


def sent(indicator: str, measure: str, estimate: float, unit: str = "count") -> Result:
    domain = {"source": "facilitators"}
    given: dict[str, Any] = {"population": "spaces", "wave": "2003", "domain": domain, "unit": unit}
    return row("response", indicator=indicator, measure=measure, estimate=estimate, **given)


def part(number: int, estimate: float) -> Result:
    return made(
        "class", "share", estimate, "share", half=0.05, population="spaces", domain={"class": number}, wave="2003"
    )


def inertia(method: str, axis: int, estimate: float) -> Result:
    return made("axes", "inertia", estimate, "ratio", population="spaces", method=method, domain={"axis": axis})


ROWS = [
    sent("spaces", "rate", 0.69, "rate"),
    sent("spaces.sampled", "count", 381),
    sent("spaces.participating", "count", 264),
    part(1, 0.3),
    part(2, 0.7),
    made("classes", "number", 2),
    made("classes", "best", 2),
    made("classes", "stable", 2),
    made("classes", "between", 0.83, "ratio", population="spaces"),
    made("axes", "active", 22),
    made("axes", "merged", 1),
    made("axes", "over_mean", 8),
    made("axes", "kept", 2),
    inertia("benzecri", 1, 0.94),
    inertia("greenacre", 1, 0.85),
    inertia("benzecri", 2, 0.04),
]


def told(rows: list[Result] | None = None, **changes: Any) -> Told:
    given = {"settings": {"source": "facilitators"}, "labels": LABELS, **changes}
    return Told("typology", ROWS if rows is None else rows, **given)


def without(measure: str, *others: Result) -> list[Result]:
    return [*(r for r in ROWS if r.measure != measure), *others]


def test_who_answered_is_told_with_whom_they_stand_for() -> None:
    assert told().say("returned") == (
        "En 2003, un questionnaire a été adressé aux espaces (381 envois) ; 69 % sont revenus, soit 264. Les espaces"
        " qui n'ont pas répondu sont représentés par ceux de même type au registre."
    )


def test_classes_are_told_with_their_intervals_and_their_number() -> None:
    assert told().say("classes") == (
        "Les réponses au questionnaire séparent les espaces en 2 classes : « Bien équipés » (30 % des espaces, entre"
        " 25 % et 35 %) ; « Petits points d'accès » (70 % des espaces, entre 65 % et 75 %)."
    )


def test_another_number_of_classes_and_classes_that_are_not_stable_are_told() -> None:
    assert (told().verdicts()["chosen"], told().verdicts()["stable"]) == ("same", "same")
    assert "en désignerait un autre nombre (5)" in told(without("best", made("classes", "best", 5))).say("chosen")
    assert "Toutes ne sont pas stables (1 sur 2)" in told(without("stable", made("classes", "stable", 1))).say("stable")


def test_a_plan_that_names_no_source_tells_of_no_return() -> None:
    made_of = told(settings={})
    assert made_of.say("returned") == ""
    assert made_of.say("classes")


def test_a_class_that_is_hidden_keeps_its_name_and_gives_no_number() -> None:
    table = told().table
    found = told(hidden(table, table["domain"] == "class=2"))  # type: ignore[arg-type]
    assert "« Petits points d'accès » (part non publiée : les réponses sont trop peu nombreuses" in found.say("classes")
    assert "70" not in found.say("classes")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
