"""Workshops from results to sentences: what is counted, what is estimated from lists, years of the plan."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.questions import workshops
from pipeline.questions.workshops.answer import Settings
from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "theme=photo": {"fr": "Photo", "en": "Photos"},
    "theme=web": {"fr": "Navigation", "en": "The web"},
}
YEARS, BETWEEN = ("2003", "2006"), "2003..2006"


def held(indicator: str, *estimates: float, measure: str = "count", unit: str = "count", **fields: Any) -> list[Result]:
    """Return a count of workshops in the last of the years."""
    given = {"indicator": indicator, "measure": measure, "population": "workshops", "unit": unit, **fields}
    years = YEARS[-len(estimates) :]
    return [row("workshops", estimate=e, **{"period": y, **given}) for e, y in zip(estimates, years, strict=True)]


def again(measure: str, estimate: float, half: float, period: str, **fields: Any) -> Result:
    given = {"unit": "share" if measure == "share" else "point", "population": "trainees", **fields}
    made = {"indicator": "re_enrolment", "measure": measure, "inference": "model", **given}
    return row("workshops", estimate=estimate, half=half, period=period, **made)


COUNTED = [
    *held("cycles", 7406, 8919),
    *held("spaces", 359),
    *held("places", 62382),
    *held("enrolled", 48960),
    *held("fill", 0.78, measure="rate", unit="rate"),
    *held("hours", 373846, 457088),
    *held("hours", 90, domain={"theme": "photo"}),
    *held("hours", 130, domain={"theme": "web"}),
    *held("hours", 0.246, measure="evolution", unit="ratio", period=BETWEEN),
    *held("fill", -0.01, measure="shift", unit="point", period=BETWEEN),
    *held("cycles", 1, territory_level="pays", territory="01"),
    *held("fill", 0.79, measure="rate", unit="rate", territory_level="pays", territory="01"),
]
LISTED = [
    again("share", 0.48, 0.04, "2003"),
    again("share", 0.52, 0.04, "2006"),
    again("shift", 4.0, 3.0, BETWEEN, p_value=0.004),
    again("shift", 6.0, 3.0, BETWEEN, p_adjusted=0.01, domain={"age_band": "45-59"}),
    again("shift", 6.0, 6.5, BETWEEN, p_adjusted=0.3, domain={"age_band": "60+"}),
    again("shift", 1.0, 6.5, BETWEEN, p_adjusted=0.9, domain={"theme": "photo"}),
    again("share", 0.51, 0.04, "2006", method="closed_window"),
    *held("lists", 46, population="trainees"),
    *held("followed", 0.58, measure="share", unit="share", population="trainees"),
]


def told(rows: list[Result] | None = None, **changes: Any) -> Told:
    given = {"settings": {"contrast": (2003, 2006)}, "labels": LABELS, **changes}
    return Told("workshops", [*COUNTED, *LISTED] if rows is None else rows, **given)


def test_the_default_window_is_that_of_the_analysis() -> None:
    assert workshops.DEFAULTS["window_days"] == Settings.model_fields["window_days"].default


def test_what_spaces_declare_is_counted_beside_the_first_year() -> None:
    assert told().say("cycles", "fill") == (
        "En 2006, 8 919 cycles d'ateliers ont été tenus dans 359 lieux, avec 62 382 places proposées et"
        " 48 960 inscriptions ; en 2003, il y en avait eu 7 406. Les places ont été remplies à 78 %."
    )
    assert (
        told()
        .say("hours", "hours_change")
        .endswith(
            "Dans les espaces qui ont tenu des ateliers les deux années, les heures-stagiaires ont augmenté de 25 %"
            " depuis 2003."
        )
    )


def test_a_sheet_agrees_with_one_and_sets_its_rate_against_the_whole() -> None:
    assert told().say("cycles", "fill", place=UNIT) == (
        "En 2006, dans le pays d'Auray, 1 cycle d'ateliers a été tenu. Les places ont été remplies à 79 %, contre 78 %"
        " en Bretagne."
    )


def test_what_a_unit_does_not_count_is_no_matter_of_answers() -> None:
    text = told().say("hours", place=UNIT)
    assert "réponses" not in text
    assert text.endswith("ce résultat n'est pas disponible.")


def test_the_level_that_was_set_is_written_as_the_rate_is() -> None:
    declared = {"workshops.fill.rate/workshops/period=2006": Declared(threshold=0.75)}
    assert told(declared=declared).say("fill").endswith("C'est plus que le seuil de 75 % fixé d'avance.")


def test_a_rate_that_moves_less_than_it_shows_stayed_the_same() -> None:
    assert told().say("fill_change") == "Le taux de remplissage est resté le même depuis 2003."


def test_the_largest_themes_come_first() -> None:
    assert told().say("themes").endswith("sont « Navigation » (130) et « Photo » (90).")


def test_who_comes_back_is_a_share_of_those_of_the_lists() -> None:
    assert told().say("again", "again_change") == (
        "En 2006, dans les espaces qui tiennent une liste nominative de leurs inscrits (46 au total), 52 % des"
        " stagiaires qui ont mené un cycle à son terme (entre 48 % et 56 %) se sont réinscrits à un autre, commencé"
        " dans les 183 jours. Cette part a augmenté de 4 points depuis 2003 (entre + 1 et + 7 points)."
    )
    assert told().say("again_by_age") == (
        "Compte tenu du nombre de tranches d'âge comparées, une hausse est décelée chez les 45-59 ans (+ 6 points) ;"
        " aucune évolution n'est décelée chez les 60 ans ou plus."
    )


def test_without_lists_it_is_told_that_nobody_is_followed() -> None:
    text = told(COUNTED).say("again")
    assert text.startswith("La réinscription aux ateliers, qui ne se mesure que là où une liste nominative")
    assert {"again_change", "again_by_age", "followed"} & set(told(COUNTED).verdicts()) == set()


def test_of_one_year_no_change_is_missed() -> None:
    once = [r for r in [*COUNTED, *LISTED] if r.period == "2006"]
    made = told(once, settings={}, waves=["2006"])
    assert {"fill_change", "hours_change", "again_change", "followed_before"} & set(made.verdicts()) == set()
    assert not [text for text in made.everything("fr") if "2003" in text]


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    table = told().table
    made = told(hidden(table, table["period"] == "2006"))  # type: ignore[arg-type]
    names = [name for name, verdict in made.verdicts().items() if verdict == "withheld"]
    assert {"cycles", "fill", "hours", "again"} <= set(names)
    for name in names:
        assert not set("145789") & set(made.say(name)), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
