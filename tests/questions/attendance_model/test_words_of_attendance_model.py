"""Models of visits from results to sentences: change within a space, months against a mean month, types of spaces."""

from typing import Any

import pytest

from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    f"site_type={code}{form}": {"fr": fr, "en": en}
    for code, fr, en in (("A", "bien équipé", "well equipped"), ("C", "petit", "small"))
    for form in ("", ":said")
}
CHANGE = "attendance_model.visits.evolution.fixed_effects/visits/period=2003..2006"


def modelled(measure: str, estimate: float, half: float | None = 0.01, **fields: Any) -> Result:
    about = {"indicator": "visits", "population": "visits", "unit": "ratio", "method": "fixed_effects"}
    p = {} if half is None else {"p_value": 0.001 if abs(estimate) > half else 0.6}
    given = {**about, "period": "2003..2006", **p, **fields, "inference": "model"}
    return row("attendance_model", measure=measure, estimate=estimate, half=half, **given)


def season(place: str, **months: float) -> list[Result]:
    return [modelled("season", e, domain={"month": m.removeprefix("m"), "place": place}) for m, e in months.items()]


def law(measure: str, estimate: float, method: str, **fields: Any) -> Result:
    return modelled(measure, estimate, None, method=method, **{"indicator": "dispersion", **fields})


ROWS = [
    modelled("evolution", -0.06, 0.05),
    modelled("trend", -0.022, 0.014),
    modelled("evolution", 0.37, 0.06, domain={"age_band": "60-74"}),
    modelled("evolution", -0.21, 0.04, domain={"age_band": "15-24"}),
    *season("inland", m01=0.11, m08=-0.345, m09=0.002),
    *season("coast", m06=-0.10, m11=0.16),
    modelled("effect", -0.04, 0.11, domain={"holiday": "school_holidays"}),
    modelled("gap_by_type", 1.66, 0.2, method="negative_binomial", domain={"site_type": "A", "than": "B"}),
    modelled("gap_by_type", -0.72, 0.03, method="negative_binomial", domain={"site_type": "C", "than": "B"}),
    law("ratio", 32.5, "poisson"),
    law("ratio", 1.02, "negative_binomial"),
    law("theta", 6.94, "", unit="coefficient"),
    law("ratio", 1.88, "negative_binomial", indicator="zeros", domain={"age_band": "0-14"}),
]


def told(rows: Any = ROWS, margin: float | None = None) -> Told:
    return Told("attendance_model", rows, {}, LABELS, {CHANGE: Declared(margin)})


def test_what_a_model_says_is_told_as_a_model_with_its_interval() -> None:
    assert told().say("change", "trend") == (
        "À espace, saison et label égaux, un modèle estime que les visites ont reculé de 6 % depuis 2003 (entre − 11 %"
        " et − 1 %). Sur toute la période, la tendance est de − 2 % par an (entre − 4 % et − 1 %)."
    )


@pytest.mark.parametrize(
    ("estimate", "half", "margin", "verdict"),
    [(0.01, 0.015, 0.03, "stable"), (0.01, 0.05, 0.03, "undetected"), (0.2, 0.05, 0.03, "rise")],
)
def test_a_change_lies_within_its_margin_whole_or_not_at_all(
    estimate: float, half: float, margin: float, verdict: str
) -> None:
    assert told([modelled("evolution", estimate, half)], margin).verdicts()["change"] == verdict


def test_only_months_that_differ_from_the_mean_month_are_named_each_in_its_place() -> None:
    assert told().say("season_inland") == (
        "Dans les communes de l'intérieur, on vient plus que dans un mois moyen en janvier (+ 11 %) ; les"
        " communes de l'intérieur sont moins fréquentées en août (− 34,5 %)."
    )
    assert "en novembre (+ 16 %)" in told().say("season_coast")
    assert told().say("season_all") == ""


def test_one_season_for_all_says_no_place() -> None:
    made = told(season("all", m08=-0.3))
    assert made.say("season_all") == "On vient moins que dans un mois moyen en août (− 30 %)."
    assert made.say("season_coast") == ""


def test_types_are_set_against_the_most_frequent_one_whatever_it_is() -> None:
    assert told().say("types") == (
        "À l'intérieur d'un même territoire, et par rapport aux espaces du type le plus fréquent, les visites sont plus"
        " nombreuses dans le type « bien équipé » (+ 166 %). Elles sont moins nombreuses dans le type « petit »"
        " (− 72 %) que dans le plus fréquent."
    )


def test_holidays_that_were_not_studied_are_not_missed() -> None:
    assert "aucun effet d'un mois entier de vacances scolaires n'est décelé" in told().say("school")
    assert "public" in told().verdicts()
    assert {"school", "public"}.isdisjoint(told([r for r in ROWS if r.measure != "effect"]).verdicts())


def test_checks_of_the_law_are_told() -> None:
    text = told().say("dispersion", "zeros")
    assert "32,50 fois plus grande" in text
    assert "Moins de 15 ans (1,88)" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_statement_is_said_in_both_languages(lang: str) -> None:
    table = told().table
    for made in (told(), told(hidden(table, table["measure"] != "ratio")), told(hidden(table, table["n"] != -1))):
        assert any(made.everything(lang))
