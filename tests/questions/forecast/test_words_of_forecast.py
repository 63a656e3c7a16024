"""Forecasts from results to sentences: the year ahead beside the last, and how such forecasts fared."""

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row


def made(measure: str, estimate: float, half: float | None = None, **fields: Any) -> Result:
    about = {"indicator": "visits", "population": "visits", "unit": "count", "period": "2007"}
    return row("forecast", measure=measure, estimate=estimate, half=half, **{**about, **fields, "inference": "model"})


def tried(measure: str, estimate: float, method: str, series: str) -> Result:
    about = {"indicator": "backtest", "unit": "ratio", "period": "2003..2006", "domain": {"series": series}}
    return made(measure, estimate, method=method, **about)


def trial(own: float = 0.9, naive: float = 1.16) -> list[Result]:
    return [
        row_
        for series, held in (("region", 1.0), ("unit", 0.67))
        for row_ in (
            tried("mase", own, "smoothing", series),
            tried("mase", naive, "seasonal_naive", series),
            tried("coverage", held, "", series),
        )
    ]


def moved(estimate: float, half: float, **fields: Any) -> Result:
    return made("evolution", estimate, half, unit="ratio", period="2006..2007", **fields)


AHEAD = [
    made("count", 920000, 50000),
    made("count", 929281, method="same_spaces", period="2006"),
    moved(-0.01, 0.05),
    moved(0.11, 0.06, domain={"age_band": "60-74"}),
    moved(-0.03, 0.05, domain={"age_band": "25-44"}),
]


def test_the_year_ahead_stands_beside_the_last_of_the_same_spaces() -> None:
    assert Told("forecast", [*trial(), *AHEAD]).say("ahead", "change", "by_age") == (
        "Si rien ne change, les espaces ouverts recevraient 920 000 visites l'année suivante (entre 870 000 et"
        " 970 000), contre 929 281 la dernière année dans les mêmes espaces. Ni hausse ni baisse n'est assurée :"
        " l'évolution prévue est de − 1,0 % (entre − 6 % et + 4 %). Une hausse est prévue chez les 60-74 ans (+ 11 %) ;"
        " rien n'est assuré chez les 25-44 ans."
    )


@pytest.mark.parametrize(
    ("own", "naive", "verdict", "said"),
    [
        (0.9, 1.16, "under", "se trompent moins que la simple reconduction de l'année précédente"),
        (1.2, 1.1, "over", "reconduire l'année précédente ferait mieux (1,10) : elles ne sont pas publiées"),
        (1.161, 1.162, "same_as_shown", "se trompent autant"),
    ],
)
def test_forecasts_are_set_against_the_year_before_repeated(own: float, naive: float, verdict: str, said: str) -> None:
    told = Told("forecast", trial(own, naive))
    assert told.verdicts()["tested"] == verdict
    assert said in told.say("tested")


def test_forecasts_that_do_not_beat_it_leave_nothing_else_to_say() -> None:
    told = Told("forecast", trial(1.2, 1.1))
    assert {"change", "by_age"}.isdisjoint(told.verdicts())
    assert told.verdicts()["ahead"] == "withheld"


def test_intervals_that_held_too_seldom_are_told_by_rank_of_series() -> None:
    assert Told("forecast", trial()).say("held").endswith("Région (100 %) ; Territoires (67 %).")


def test_a_year_that_is_no_calendar_year_is_found_by_where_it_starts() -> None:
    ahead = [
        made("count", 100, 10, period="2007-05..2008-04"),
        made("count", 90, method="same_spaces", period="2006-05..2007-04"),
    ]
    assert (
        Told("forecast", [*trial(), *ahead])
        .say("ahead")
        .endswith("100 visites l'année suivante (entre 90 et 110), contre 90 la dernière année dans les mêmes espaces.")
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_statement_is_said_in_both_languages(lang: str) -> None:
    told = Told("forecast", [*trial(), *AHEAD])
    assert any(told.everything(lang))
    assert any(Told("forecast", hidden(told.table, told.table["measure"] != "")).everything(lang))
