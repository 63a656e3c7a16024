"""Attendance from results to sentences: counts of returns, what missing ones would add, change over common months."""

from typing import Any

import pytest

from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "activity=workshop": {"fr": "Atelier", "en": "Workshop"},
    "activity=open_access": {"fr": "Accès libre", "en": "Open access"},
    "place=home": {"fr": "Au domicile", "en": "At home"},
}
CHANGE = "attendance.visits.evolution/visits/period=2003..2006"


def counted(measure: str, estimate: float, unit: str, **fields: Any) -> Result:
    about = {"indicator": "visits", "population": "visits", "period": "2006", **fields}
    return row("attendance", measure=measure, estimate=estimate, unit=unit, **about)


def moved(estimate: float, **fields: Any) -> Result:
    return counted("evolution", estimate, "ratio", period="2003..2006", **fields)


def of_unit(**fields: Any) -> dict[str, Any]:
    return {"territory_level": "pays", "territory": "01", **fields}


ROWS = [
    counted("count", 892860, "count"),
    counted("count", 932500, "count", method="completed", inference="model", lower=929000, upper=936000),
    counted("share", 0.96, "share", indicator="coverage", population="spaces"),
    counted("per_space", 219.0, "mean"),
    counted("per_inhabitant", 0.30, "rate", method="completed"),
    counted("per_inhabitant", 0.19, "rate", method="completed", **of_unit()),
    moved(-0.0336),
    moved(0.386, domain={"age_band": "60-74"}),
    moved(-0.195, domain={"age_band": "15-24"}),
    moved(0.001, domain={"age_band": "25-44"}),
    moved(0.22, domain={"activity": "workshop"}),
    moved(0.05, **of_unit()),
    counted("share", 0.51, "share", domain={"activity": "open_access"}),
]
ELSEWHERE = [
    counted("count", 1200, "count", indicator="elsewhere"),
    counted("count", 1200, "count", indicator="elsewhere", domain={"place": "home"}),
]


def told(*more: Result, margin: float | None = None, **changes: Any) -> Told:
    rows = changes.pop("rows", [*ROWS, *more])
    return Told("attendance", rows, {"contrast": [2003, 2006]}, LABELS, {CHANGE: Declared(margin)}, **changes)


def test_visits_are_counted_with_what_is_missing_beside() -> None:
    assert told().say("visits", "coverage", "completed") == (
        "En 2006, les espaces ont compté 892 860 visites, toutes activités et tous âges. 96 % des relevés mensuels"
        " attendus en 2006 ont été reçus. Un mois sans relevé est manquant : il ne compte pas pour zéro. Relevés"
        " manquants compris, le nombre de visites serait de 932 500 (entre 929 000 et 936 000)."
    )


@pytest.mark.parametrize(
    ("change", "margin", "verdict", "said"),
    [
        (-0.0336, None, "fall", "la fréquentation a reculé de 3 % depuis 2003."),
        (0.12, 0.02, "rise", "la fréquentation a augmenté de 12 % depuis 2003."),
        (-0.015, 0.02, "stable", "n'a pas changé notablement depuis 2003 : − 1,5 %, dans la marge de 2 % fixée"),
        (
            0.001,
            None,
            "undetected",
            "la fréquentation n'a pas bougé depuis 2003 : l'écart est de moins d'un demi pour cent.",
        ),
    ],
)
def test_a_change_of_counts_needs_no_chance_but_may_lie_within_a_margin(
    change: float, margin: float | None, verdict: str, said: str
) -> None:
    made = told(rows=[moved(change)], margin=margin)
    assert made.verdicts()["change"] == verdict
    assert said in made.say("change")
    assert made.say("change").startswith("À espaces et mois comparables")


def test_returns_of_a_year_are_called_so() -> None:
    made = Told("attendance", ROWS, {"contrast": [2003, 2006]}, LABELS, period="year")
    assert made.say("change") == "À espaces comparables, la fréquentation a reculé de 3 % depuis 2003."
    assert "96 % des relevés annuels attendus" in made.say("coverage")
    assert "Une année sans relevé est manquante" in made.say("coverage")


def test_ages_that_come_more_stand_apart_from_those_that_come_less() -> None:
    assert told().say("by_age") == (
        "Les visites augmentent chez les 60-74 ans (+ 39 %) ; elles reculent chez les 15-24 ans (− 19,5 %) ;"
        " elles ne bougent pas chez les 25-44 ans."
    )


def test_the_sheet_of_a_unit_sets_it_against_the_whole() -> None:
    assert told().say("per_inhabitant", "change", place=UNIT) == (
        "En 2006, relevés manquants estimés, on compte 0,19 visite par habitant dans le pays d'Auray, contre 0,30 en"
        " Bretagne. Dans le pays d'Auray, à espaces et mois comparables, la fréquentation a augmenté de 5 % depuis"
        " 2003."
    )


def test_one_year_compares_nothing_and_misses_nothing() -> None:
    made = Told("attendance", [r for r in ROWS if r.measure != "evolution"], {}, LABELS)
    assert {"change", "by_age", "by_activity", "elsewhere", "closures"}.isdisjoint(made.verdicts())


def test_visits_outside_the_spaces_are_told_where_there_are_any() -> None:
    said = told(*ELSEWHERE).say("elsewhere", "elsewhere_places")
    assert said == (
        "En 2006, 1 200 visites ont eu lieu hors des espaces ; aucun autre nombre de ce chapitre n'en tient compte."
        " Elles se répartissent ainsi : Au domicile (1 200)."
    )


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    table = told().table
    held = hidden(table, table["territory_level"] == "region")
    made = told(rows=held)
    text = made.say("visits", "change", "by_age")
    assert text.startswith("Le nombre de visites en 2006 n'est pas donné")
    assert not set("0123456789") & set(made.say("visits", "per_space").replace("2006", ""))
    assert made.say("by_age") == "L'évolution des visites n'est publiable ni chez les 60-74 ans, " + (
        "ni chez les 15-24 ans, ni chez les 25-44 ans."
    )


def test_closures_are_warned_of_only_where_they_matter() -> None:
    def check(raised: float) -> Result:
        about = {"indicator": "informative_closure", "measure": "warning", "population": "visits", "unit": "count"}
        return row("quality_checks", estimate=raised, period="2003..2006", **about)

    assert told(check(0.0)).say("closures") == ""
    assert told(check(1.0)).say("closures").startswith("Les espaces qui ont fermé perdaient déjà des visiteurs")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_statement_is_said_in_both_languages(lang: str) -> None:
    assert any(told(*ELSEWHERE).everything(lang))
    assert any(told(rows=hidden(told().table, told().table["territory_level"] == "region")).everything(lang))
