"""The profile from results to sentences: people and visits apart, ages by what is detected, bases named."""

from typing import Any

import pytest

from pipeline.results import Result
from pipeline.wording.markdown import plain
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "days=28": {"fr": "quatre semaines", "en": "four weeks"},
    "sex=1": {"fr": "Hommes", "en": "Men"},
    "sex=2": {"fr": "Femmes", "en": "Women"},
    "home_internet=yes": {"fr": "Avec Internet", "en": "With Internet"},
    "home_internet=no": {"fr": "Sans Internet", "en": "Without Internet"},
    "occupation=retired": {"fr": "À la retraite", "en": "Retired"},
    "base=home_computer=yes": {"fr": "personnes équipées", "en": "those with a computer"},
}
AGES = ("15-24", "25-44", "60+")


def made(indicator: str, measure: str, estimate: float, half: float = 0.02, **fields: Any) -> Result:
    units = {"share": "share", "shift": "point", "count": "count", "mean": "mean"}
    given = {"wave": "2003..2006" if measure == "shift" else "2006", "se": half / 2, "base": "all", **fields}
    return row(
        "profile", indicator=indicator, measure=measure, unit=units[measure], estimate=estimate, half=half, **given
    )


def category(name: str, code: str, before: float, now: float, p: float, **fields: Any) -> list[Result]:
    domain = {"domain": {name: code}, **fields}
    return [
        made(name, "share", before, wave="2003", **domain),
        made(name, "share", now, **domain),
        made(name, "shift", 100 * (now - before), 2.0, p_adjusted=p, **domain),
    ]


def visits(code: str, share: float) -> Result:
    return made("age_band", "share", share, 0.0, population="visits", domain={"age_band": code})


ROWS = [
    made("users", "count", 30400, 900, wave="2003"),
    made("users", "count", 30800, 1000),
    made("users", "count", 760, 180, territory_level="pays", territory="01"),
    made("visits_4w", "mean", 2.7, 0.1, wave="2003"),
    made("visits_4w", "mean", 2.6, 0.1),
    made("visits", "count", 79217, 0.5, population="visits"),
    *category("age_band", "15-24", 0.3, 0.25, 0.001),
    *category("age_band", "25-44", 0.32, 0.316, 0.6),
    *category("age_band", "60+", 0.166, 0.196, 0.001),
    visits("15-24", 0.298),
    visits("25-44", 0.31),
    visits("60+", 0.15),
    *category("sex", "1", 0.48, 0.475, 0.7),
    *category("sex", "2", 0.52, 0.525, 0.7),
    *category("home_internet", "yes", 0.63, 0.81, 0.001, base="home_computer=yes"),
    *category("home_internet", "no", 0.37, 0.19, 0.001, base="home_computer=yes"),
    *category("occupation", "retired", 0.17, 0.21, 0.01),
    made("sex", "share", 0.45, domain={"sex": "1"}, territory_level="pays", territory="01"),
]


def told(rows: Any = None, settings: dict[str, Any] | None = None, **changes: Any) -> Told:
    return Told("profile", ROWS if rows is None else rows, settings or {"variables": ["age_band"]}, LABELS, **changes)


def test_people_are_counted_over_the_period_that_the_survey_asks_about() -> None:
    assert told().say("users", "users_before", "mean") == (
        "En quatre semaines, en 2006, on estime à 30 800 le nombre de personnes différentes venues dans les espaces"
        " (entre 29 800 et 31 800). On en estimait le nombre à 30 400 en 2003 (entre 29 500 et 31 300)."
        " Une personne vient en moyenne 2,6 fois (entre 2,5 et 2,7)."
    )
    assert told().say("users", lang="en", place=UNIT).startswith("Over four weeks, in 2006, in the pays of Auray, an")


def test_ages_are_told_by_what_is_detected_among_them() -> None:
    assert told().say("by_age") == (
        "Parmi les usagers, la part des 60 ans ou plus (+ 3 points, de 17 % à 20 %) a augmenté depuis 2003. Parmi les"
        " usagers, la part des 15-24 ans (− 5 points, de 30 % à 25 %) a diminué depuis 2003. Aucune évolution n'est"
        " décelée pour celle des 25-44 ans."
    )


def test_of_two_categories_one_is_told_and_those_asked_are_named() -> None:
    assert told().say("others") == (
        "Part en hausse depuis 2003 : « Avec Internet » (Internet au domicile ; + 18 points, de 63 % à 81 %, parmi les"
        " personnes équipées) et « À la retraite » (Occupation ; + 4 points, de 17 % à 21 %). Aucune évolution n'est"
        " décelée pour l'autre catégorie suivie."
        " Ces évolutions sont jugées, caractéristique par caractéristique, compte tenu du nombre de catégories"
        " comparées."
    )


def test_categories_of_the_same_code_are_not_taken_for_each_other() -> None:
    equipped = [
        *category("home_computer", "yes", 0.43, 0.58, 0.001),
        *category("home_computer", "no", 0.57, 0.42, 0.001),
    ]
    more = [*ROWS, *equipped]
    items = [i for s in told(more).made for i in (s, *s.items)]
    assert len({i.id for i in items}) == len(items)


def test_a_category_may_be_said_alone_as_a_finding() -> None:
    item = next(i for s in told().made if s.name == "others" for i in s.items if "retired" in i.id)
    assert plain(told().speaker("fr").alone(item)).replace("\u202f", " ").replace("\u00a0", " ") == (
        "La part de la catégorie « À la retraite » (Occupation) a augmenté de 4 points depuis 2003 (entre + 2 et + 6"
        " points)."
    )


def test_who_comes_more_often_takes_two_points_and_more_than_chance() -> None:
    assert told().say("regulars") == (
        "Viennent plus souvent que les autres les 15-24 ans (25 % des usagers, 30 % des visites). Viennent moins"
        " souvent les 60 ans ou plus (20 % des usagers, 15 % des visites)."
    )
    close = [r for r in ROWS if r.population != "visits"] + [
        visits(a, s) for a, s in zip(AGES, (0.26, 0.32, 0.2), strict=True)
    ]
    assert told(close).say("regulars").startswith("D'un âge à l'autre, la part parmi les usagers et")


def test_a_survey_of_persons_has_no_visits_to_tell_of() -> None:
    people = {"variables": ["age_band"], "survey": {"units": "inhabitants", "visits": None}}
    assert set(told(settings=people).verdicts()) == {"by_age", "others"}


def test_of_one_wave_no_change_is_told() -> None:
    once = [r for r in ROWS if r.wave == "2006"]
    made_once = told(once, waves=["2006"])
    assert {"users_before", "mean_before", "by_age", "others"}.isdisjoint(made_once.verdicts())
    assert not [text for lang in LANGUAGES for text in made_once.everything(lang) if "2003" in text]


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    table = told().table
    held = told(hidden(table, table["measure"] == "count"))
    text = held.say("users", "users_before").replace("2006", "")
    assert text.startswith("Le nombre de personnes différentes venues en  n'est pas donné : les réponses")
    assert not set("0123456789") & set(text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))


def test_where_nothing_moved_no_age_is_named_that_nobody_may_have_asked() -> None:
    still = [*category("home_computer", "yes", 0.5, 0.51, 0.9), *category("home_computer", "no", 0.5, 0.49, 0.9)]
    said = told(still).say("others")
    assert said == (
        "Aucune de ces caractéristiques n'a évolué de façon décelable depuis 2003, compte tenu du nombre de catégories"
        " comparées."
    )


def test_a_category_that_names_its_question_is_not_told_it_twice() -> None:
    equipped = [*category("home_computer", "yes", 0.4, 0.6, 0.001), *category("home_computer", "no", 0.6, 0.4, 0.001)]
    said = told(equipped).say("others")
    assert "« Avec un ordinateur au domicile » (+ 20 points" in said
