"""Satisfaction from results to sentences: items by what is detected, thresholds said, no space told apart."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, hidden, row

SETTINGS: dict[str, Any] = {
    "satisfied": [4, 5],
    "items": ["sat_overall", "sat_welcome", "sat_equipment", "sat_hours"],
    "recommend": "recommend",
    "contrast": ["2003", "2006"],
    "scale": ["sat_welcome", "sat_equipment", "sat_hours"],
    "drivers": {"of": "sat_overall", "items": ["sat_welcome", "sat_equipment"]},
    "funnel": {"item": "sat_overall"},
}
LABELS = {
    "satisfaction.overall": {"fr": "L'espace", "en": "The space"},
    "satisfaction.overall:of": {"fr": "de l'espace", "en": "with the space"},
    "satisfaction.welcome": {"fr": "L'accueil", "en": "The welcome"},
    "satisfaction.equipment": {"fr": "Le matériel", "en": "The equipment"},
    "satisfaction.equipment:of": {"fr": "du matériel", "en": "with the equipment"},
    "satisfaction.hours": {"fr": "Les horaires", "en": "Opening hours"},
    "satisfaction.hours:of": {"fr": "des horaires", "en": "with the opening hours"},
    "item=welcome": {"fr": "L'accueil", "en": "The welcome"},
    "item=equipment": {"fr": "Le matériel", "en": "The equipment"},
}


def made(measure: str, estimate: float, half: float | None = 0.02, **fields: Any) -> Result:
    units = {"share": "share", "shift": "point", "gap": "point", "score": "score", "explained": "share"}
    given = {"indicator": "overall", "wave": "2006", "unit": units.get(measure, "coefficient"), **fields}
    return row("satisfaction", measure=measure, estimate=estimate, half=half, **given)


def moved(indicator: str, before: float, now: float, p: float) -> list[Result]:
    change = 100 * (now - before)
    return [
        made("share", before, indicator=indicator, wave="2003"),
        made("share", now, indicator=indicator),
        made("shift", change, 4.0, indicator=indicator, wave="2003..2006", p_adjusted=p),
    ]


def funnel(measure: str, estimate: float, unit: str = "count", domain: dict[str, str] | None = None) -> Result:
    fields = {"population": "spaces", "method": "funnel", "wave": "2003..2006", "unit": unit, "domain": domain or {}}
    return made(measure, estimate, None, **fields)


WIDENED = {"limits": "95", "widened": "yes"}
ROWS = [
    *moved("overall", 0.87, 0.88, 0.9),
    *moved("welcome", 0.95, 0.94, 0.8),
    *moved("equipment", 0.69, 0.53, 0.001),
    *moved("hours", 0.56, 0.531, 0.06),
    made("share", 0.47, territory_level="pays", territory="01"),
    made("share", 0.41, indicator="equipment", territory_level="pays", territory="01"),
    made("score", 36.0, 4.0, indicator="recommend"),
    made("explained", 0.14),
    made("odds_ratio", 1.35, 0.2, unit="odds_ratio", domain={"item": "welcome"}, p_adjusted=0.001),
    made("odds_ratio", 1.05, 0.2, unit="odds_ratio", domain={"item": "equipment"}, p_adjusted=0.6),
    made("parallel_lines", 1.9, None, unit="score", wave="2003", p_value=0.03),
    made("parallel_lines", 0.8, None, unit="score", p_value=0.6),
    made("alpha", 0.58, 0.04, indicator="scale"),
    made("omega", 0.59, 0.04, indicator="scale"),
    funnel("spaces", 61.0),
    funnel("between", 0.035, "coefficient"),
    funnel("dispersion", 1.29, "ratio"),
    funnel("under", 2.0, domain=WIDENED),
    funnel("over", 0.0, domain=WIDENED),
]


def told(rows: Any = None, settings: dict[str, Any] | None = None, **changes: Any) -> Told:
    return Told(
        "satisfaction", ROWS if rows is None else rows, SETTINGS if settings is None else settings, LABELS, **changes
    )


def test_the_first_item_is_told_first_against_its_threshold() -> None:
    aim = {"satisfaction.overall.share/users/wave=2006": Declared(threshold=0.5)}
    assert told(declared=aim).say("level", "change") == (
        "En 2006, près de neuf usagers sur dix (88 %, entre 86 % et 90 %) expriment leur satisfaction à l'égard de"
        " l'espace. C'est plus de la moitié. Aucune évolution de cette part n'est décelée depuis 2003 : si elle"
        " a bougé, c'est probablement de moins de 5 points."
    )


def test_the_answers_that_count_as_satisfaction_are_named() -> None:
    labels = {**LABELS, "answer=4": {"fr": "Plutôt", "en": "Rather"}, "answer=5": {"fr": "Très", "en": "Very"}}
    made = Told("satisfaction", ROWS, SETTINGS, labels)
    level = next(s for s in made.made if s.name == "level")
    assert made.speaker("en").text(level, "meaning") == "Answers counted as *satisfaction*: Rather; Very."


def test_items_are_told_by_what_is_detected_among_them_and_that_they_are_several() -> None:
    assert told().say("items_change") == (
        "La satisfaction a reculé depuis 2003 à l'égard du matériel (− 16 points, de 69 % à 53 %). Aucune évolution"
        " n'est décelée à l'égard de l'accueil et des horaires. Ces évolutions sont jugées compte tenu du nombre"
        " d'éléments comparés."
    )
    assert (
        told()
        .say("items_change", lang="en")
        .startswith(
            "A smaller share of users than in 2003 is satisfied with the equipment (−16 points, from 69% to 53%)."
        )
    )


def test_items_that_print_alike_are_not_parted_by_how_many_are_named() -> None:
    more = [*ROWS, *moved("price", 0.5, 0.531, 0.5), *moved("quiet", 0.5, 0.534, 0.5)]
    said = told(more).say("least")
    assert all(item in said for item in ("matériel", "horaires", "tarifs", "calme"))
    assert "accueil" not in said


def test_the_least_of_few_items_are_never_most_of_them() -> None:
    one = told([*moved("overall", 0.87, 0.88, 0.9), *moved("welcome", 0.95, 0.94, 0.8)])
    assert one.verdicts()["least"] == "empty"
    three = [*moved("overall", 0.87, 0.88, 0.9), *moved("welcome", 0.95, 0.94, 0.8), *moved("hours", 0.9, 0.7, 0.8)]
    said = told([*three, *moved("equipment", 0.69, 0.53, 0.001)]).say("least")
    assert "matériel" in said
    assert not any(item in said for item in ("horaires", "accueil"))


def test_of_a_survey_with_one_item_nothing_is_said_item_by_item() -> None:
    one = told([row for row in ROWS if row.indicator == "overall"])
    assert {"least", "items", "items_change"}.isdisjoint(one.verdicts())
    assert {"least", "items_change"} <= set(told().verdicts())


def test_a_unit_is_set_against_the_whole_item_by_item() -> None:
    assert told().say("items", place=UNIT) == (
        "Élément par élément, part des usagers satisfaits en 2006 : du matériel, 41 % contre 53 % en Bretagne."
    )


def test_a_question_that_was_not_put_before_says_so() -> None:
    assert (
        told()
        .say("recommend", "recommend_before")
        .endswith("Il est de + 36 en 2006 (entre + 32 et + 40). La question n'avait pas été posée en 2003.")
    )


def test_odds_are_set_against_one_and_not_ranked() -> None:
    text = told().say("drivers")
    assert "plus élevée pour « L'accueil ». Aucun lien n'est décelé pour « Le matériel »" in text
    lower = [r for r in ROWS if r.measure != "odds_ratio"]
    lower.append(made("odds_ratio", 0.7, 0.1, unit="odds_ratio", domain={"item": "welcome"}, p_adjusted=0.001))
    assert "moins élevée pour « L'accueil »" in told(lower).say("drivers")


def test_the_threshold_of_a_method_is_said_and_an_evaluation_may_set_another() -> None:
    assert "sous le seuil d'usage de 0,70" in told().say("consistency")
    other = {"satisfaction.scale.alpha/users/wave=2006": Declared(threshold=0.5)}
    assert "au-dessus du seuil d'usage de 0,50" in told(declared=other).say("consistency")


def test_spaces_are_counted_over_all_waves_and_none_is_named() -> None:
    assert told().say("spaces", "between", "under", "over") == (
        "61 espaces ont reçu assez de réponses pour être comparés. Les écarts entre espaces dépassent un peu ceux que"
        " ferait le hasard, et les limites ont été élargies en conséquence. Sous la limite inférieure, on en compte 2."
        " Aucun n'est au-dessus de la limite supérieure."
    )


def test_too_few_spaces_to_compare_is_said_and_what_was_not_asked_is_not() -> None:
    without = [r for r in ROWS if r.method != "funnel"]
    assert told(without).say("spaces").startswith("Trop peu de réponses ont été reçues par espace")
    plain = told(settings={name: SETTINGS[name] for name in ("items", "satisfied")})
    assert {"change", "recommend", "drivers", "spaces", "consistency"}.isdisjoint(plain.verdicts())


def test_of_one_wave_no_change_is_told() -> None:
    once = [r for r in ROWS if r.wave == "2006"]
    settings = {**SETTINGS, "contrast": None, "funnel": None}
    made_once = told(once, settings, waves=["2006"])
    assert {"change", "items_change", "recommend_before", "slopes_before"}.isdisjoint(made_once.verdicts())
    assert not [text for lang in LANGUAGES for text in made_once.everything(lang) if "2003" in text]


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    table = told().table
    held = told(hidden(table, table["measure"].isin(["share", "shift"])))
    text = held.say("level", "change").replace("2003", "").replace("2006", "")
    assert text.startswith("Sur la satisfaction à l'égard de l'espace en , les réponses sont trop peu nombreuses")
    assert not set("0123456789") & set(text)


def test_respondents_of_a_survey_without_a_design_are_found() -> None:
    answered = [replace(r, population="respondents") for r in ROWS[:3]]
    settings = {**SETTINGS, "survey": {"units": "respondents", "visits": None}}
    assert told(answered, settings).verdicts()["level"] == "stated"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
