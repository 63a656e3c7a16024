"""Reach from results to sentences: dates for what is counted, waves for what is estimated, distances of the plan."""

from typing import Any

import pytest

from pipeline.questions import reach
from pipeline.questions.reach.answer import Settings
from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, hidden, row

DATES = ("2003-12-31", "2006-12-31")
LABELS = {
    "distance=5": {"fr": "5 km", "en": "5 km"},
    "distance=20": {"fr": "20 km", "en": "20 km"},
    "reach.within_5:said": {"fr": "à moins de 5 km", "en": "within 5 km"},
    "reach.within_20:said": {"fr": "à moins de 20 km", "en": "within 20 km"},
    "inhabitants=surveyed": {"fr": "habitants de 15 ans ou plus", "en": "inhabitants aged 15 and over"},
    "field=weeks": {"fr": "quatre semaines", "en": "four weeks"},
    "commune=35001": {"fr": "Le Sourn", "en": "Le Sourn"},
}


def counted(indicator: str, measure: str, *estimates: float, unit: str = "count", **fields: Any) -> list[Result]:
    dates = DATES[-len(estimates) :]
    common = {"indicator": indicator, "measure": measure, "population": "inhabitants", "unit": unit, **fields}
    return [row("reach", estimate=e, period=d, **common) for e, d in zip(estimates, dates, strict=True)]


def came(estimate: float, wave: str, **fields: Any) -> Result:
    return row(
        "reach",
        indicator="take_up",
        measure="rate",
        population="inhabitants",
        unit="rate",
        estimate=estimate,
        half=0.001,
        wave=wave,
        **fields,
    )


ROWS = [
    *counted("within_20", "share", 0.9995, 0.9996, unit="share"),
    *counted("within_5", "share", 0.81, 0.78, unit="share"),
    *counted("within_5", "share", 0.9, 0.91, unit="share", territory_level="pays", territory="01"),
    *counted("nearest", "mean", 2.3, 2.5, unit="km"),
    *counted("by_sea", "count", 3120, 3192),
    *counted("catchment", "mean", 8245, 9237, unit="mean"),
    *counted("beyond_20", "communes", 2, 1),
    *counted("beyond_20", "count", 890, 906),
    *counted("beyond_20", "communes", 0, 0, territory_level="pays", territory="01"),
    *counted("next_within_5", "gain", 16538, domain={"commune": "35001", "step": 1}),
    *counted("next_within_5", "gain", 12000, domain={"commune": "35002", "step": 2}),
    came(0.0124, "2003"),
    came(0.0121, "2006"),
    came(0.0198, "2006", domain={"age_band": "15-24"}),
]
SETTINGS = {"distances": [20, 5]}


def told(rows: list[Result] | None = None, **changes: Any) -> Told:
    return Told("reach", ROWS if rows is None else rows, SETTINGS, LABELS, **changes)


def test_default_distances_are_those_of_the_analysis() -> None:
    assert list(reach.DEFAULTS["distances"]) == Settings.model_fields["distances"].default


def test_inhabitants_near_a_space_are_told_farthest_first_at_both_dates() -> None:
    assert told().say("within", "within_before") == (
        "Au 31 décembre 2006, un espace était ouvert à moins de 20 km pour plus de 99 % et à moins de 5 km pour 78 %"
        " des habitants. Au 31 décembre 2003, ces parts étaient de plus de 99 % à moins de 20 km et 81 % à moins de"
        " 5 km."
    )
    assert told().say("within", lang="en") == (
        "On 31 December 2006, there was an open space within 20 km of more than 99% and within 5 km of 78%"
        " of inhabitants."
    )


def test_an_aim_is_told_only_where_the_evaluation_declares_it() -> None:
    assert told().say("far") == ""
    aim = {"reach.within_20.share/inhabitants/period=2006-12-31": Declared(threshold=0.95)}
    assert told(declared=aim).say("far") == (
        "L'objectif de 95 % des habitants à moins de 20 km est dépassé (plus de 99 %)."
    )


def test_far_communes_are_counted_with_who_lives_there() -> None:
    assert (
        told()
        .say("remote")
        .endswith(
            "1 commune était à 20 km ou plus de l'espace ouvert le plus proche (2 au 31 décembre 2003) ; 906 habitants"
            " y vivaient."
        )
    )
    assert told().say("remote", place=UNIT) == (
        "Au 31 décembre 2006, aucune commune n'était à 20 km ou plus d'un espace ouvert (0 au 31 décembre 2003)."
    )


def test_only_the_first_of_the_next_places_is_told() -> None:
    assert told().say("next") == (
        "Le premier lieu serait Le Sourn, où une ouverture mettrait 16 538 habitants de plus à moins de 5 km"
        " d'un espace."
    )


def test_the_commune_that_serves_most_is_told_where_it_is_known() -> None:
    served = "Une commune dotée d'un espace dessert en moyenne 9 237 habitants, ceux qui n'ont rien de plus proche"
    assert told().say("catchment") == f"{served}."
    known = [
        *ROWS,
        *counted("catchment", "median", 4100, 4210, unit="mean"),
        *counted("catchment", "greatest", 9e4, 98654),
    ]
    half = "la moitié de ces communes en desservent moins de 4 210"
    assert told(known).say("catchment") == f"{served} ; {half} ; celle qui en dessert le plus, 98 654."


def test_those_who_came_are_a_share_with_its_interval_and_one_in_so_many() -> None:
    assert "1,2 % des habitants de 15 ans ou plus (entre 1,1 % et 1,3 %), environ un sur 80, sont" in told().say(
        "take_up"
    )
    assert told().say("take_up_by_age") == "Selon l'âge, cette part est de 2 % chez les 15-24 ans."


def test_at_one_date_and_in_one_wave_nothing_is_said_about_before() -> None:
    once = [r for r in ROWS if r.wave != "2003" and r.period != DATES[0]]
    made = told(once, waves=["2006"])
    assert "within_before" not in made.verdicts()
    assert not [text for text in made.everything("fr") if "2003" in text]


def test_what_is_withheld_gives_no_number() -> None:
    table = told().table
    made = Told("reach", hidden(table, table["measure"] == "rate"), SETTINGS, LABELS)
    assert made.verdicts()["take_up"] == "withheld"
    assert made.say("take_up") == (
        "La part des habitants de 15 ans ou plus qui sont venus dans un espace n'est pas donnée : les réponses sont"
        " trop peu nombreuses pour publier un résultat."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
