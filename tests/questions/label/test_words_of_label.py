"""The label from results to sentences: the main reading first, what it rests on, what may stand against it."""

from typing import Any

import pytest

from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.saying import LANGUAGES, Told, hidden, row

ABOUT = "label.visits.effect.group_time/visits/period=2003..2006/months_since=12+"
YEAR = {"months_since": "12+"}


def ratio(indicator: str, measure: str, estimate: float, p: float = float("nan"), **fields: Any) -> Result:
    given = {
        "population": "visits",
        "period": "2003..2006",
        "unit": "ratio",
        "inference": "model",
        "half": 0.1,
        **fields,
    }
    return row("label", indicator=indicator, measure=measure, estimate=estimate, p_value=p, p_adjusted=p, **given)


def effect(estimate: float, p: float = float("nan"), method: str = "group_time", **fields: Any) -> Result:
    return ratio("visits", "effect", estimate, p, method=method, **fields)


def spaces(indicator: str, count: float, measure: str = "count", **fields: Any) -> Result:
    given = {"population": "spaces", "period": "2003..2006", "unit": "count", **fields}
    return row("label", indicator=indicator, measure=measure, estimate=count, **given)


def warned(name: str, raised: float) -> Result:
    given = {"population": "visits", "period": "2003..2006", "unit": "score"}
    return row("quality_checks", indicator=name, measure="warning", estimate=raised, **given)


ROWS = [
    spaces("labelled", 43.0),
    spaces("projects", 12.0),
    spaces("labelled", 30.0, domain=YEAR),
    spaces("projects", 11.0, domain=YEAR),
    effect(0.2, 0.019, domain=YEAR),
    effect(0.14, domain={"months_since": "6-11"}),
    effect(0.02, domain={"months_since": "0-5"}),
    effect(0.12, 0.04),
    effect(0.24, 0.018, "closures_zero", domain=YEAR),
    effect(0.05, 0.3, "within_units", domain=YEAR),
    effect(0.22, 0.03, "visit_weighted", domain=YEAR),
    effect(0.2, 0.0, "clustered_by_space", domain=YEAR),
    ratio("pretrend", "trend", -0.005, 0.59),
    ratio("pretrend", "minimum_detectable", 0.039),
    ratio("pretrend", "bias", 0.097),
    ratio("pretrend", "joint", 0.91, 0.5),
    warned("pretrend", 0.0),
    ratio("closures", "trend", 0.005, 0.78),
    spaces("hours", 39.0, "comparable"),
    ratio("hours", "effect", 0.11, 0.012, method="cross_section", population="spaces"),
    ratio("visits_per_hour", "effect", 0.08, 0.15, method="decomposition"),
]


def told(rows: list[Result] | None = None, **changes: Any) -> Told:
    return Told("label", ROWS if rows is None else rows, **changes)


def instead(*rows: Result) -> list[Result]:
    """Return the rows with some in the place of those about the same."""
    new = {(r.indicator, r.measure, r.method, str(r.domain)) for r in rows}
    return [*(r for r in ROWS if (r.indicator, r.measure, r.method, str(r.domain)) not in new), *rows]


def test_the_effect_after_a_year_comes_first_with_what_it_rests_on() -> None:
    assert told().say("effect") == (
        "Un an ou plus après le label, les visites sont supérieures de 20 % à ce que laissait attendre l'évolution des"
        " espaces comparables (entre + 10 % et + 30 %). Cet effet repose sur 30 espaces labellisés, dans 11 pays."
    )


@pytest.mark.parametrize(
    ("estimate", "p", "half", "verdict"),
    [
        (0.2, 0.02, 0.1, "rise"),
        (-0.2, 0.02, 0.1, "fall"),
        (0.1, 0.2, 0.15, "undetected"),
        (0.1, 0.9, 0.9, "uncertain"),
        (0.005, 0.5, 0.01, "stable"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_effect_is_told_as_one_and_every_verdict_has_a_text(
    estimate: float, p: float, half: float, verdict: str, lang: str
) -> None:
    made = told(instead(effect(estimate, p, domain=YEAR, half=half)), declared={ABOUT: Declared(0.03)})
    assert made.verdicts()["effect"] == verdict
    assert made.say("effect", lang=lang)


def test_the_effect_is_told_in_the_order_of_time() -> None:
    assert told().say("since") == (
        "Selon le temps écoulé depuis l'attribution, l'effet estimé est de + 2 % moins de six mois après (entre − 8 %"
        " et + 12 %) ; de + 14 % de six mois à un an après (entre + 4 % et + 24 %) ; de + 20 % un an ou plus après"
        " (entre + 10 % et + 30 %)."
    )


def test_other_readings_are_told_but_for_the_one_that_is_known_to_be_too_narrow() -> None:
    text = told().say("readings")
    assert "Aucun effet n'est décelé avec « Comparaison à l'intérieur de chaque pays »" in text
    assert "ignore" not in text


def test_a_divergence_that_is_not_detected_is_not_told_as_absent() -> None:
    text = told().say("before")
    assert text.startswith("Avant le label, aucune divergence n'est décelée")
    assert "une divergence de moins de 4 % par an aurait eu plus d'une chance sur cinq de passer inaperçue" in text


@pytest.mark.parametrize(("raised", "verdict"), [(0.0, "quiet"), (1.0, "raised")])
def test_a_warning_is_said_when_it_is_raised_and_lowers_the_effect(raised: float, verdict: str) -> None:
    made = told(instead(warned("pretrend", raised)))
    assert made.verdicts()["diverging"] == verdict
    assert bool(made.say("diverging")) == bool(raised)
    strength = next(s.strength for s in made.made if s.name == "effect")
    assert strength == ("weak" if raised else "moderate")


def test_without_closures_nor_hours_nothing_is_said_of_them() -> None:
    fewer = [r for r in ROWS if r.indicator not in ("closures", "hours", "visits_per_hour")]
    assert not {"closures", "closing", "comparable", "hours"} & set(told(fewer).verdicts())


def test_hours_that_no_like_space_lets_compare_are_told_so() -> None:
    made = told([r for r in instead(spaces("hours", 0.0, "comparable")) if r.method != "cross_section"])
    assert made.say("comparable").startswith(
        "La part de l'effet qui passe par les heures d'ouverture n'est pas identifiée"
    )


def test_a_hidden_effect_says_why() -> None:
    table = told().table
    made = told(hidden(table, table["measure"] == "effect"))
    assert made.say("effect") == (
        "L'effet du label sur les visites n'est pas donné : les réponses sont trop peu nombreuses pour publier un"
        " résultat."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
