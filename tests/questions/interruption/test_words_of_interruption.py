"""A break from results to sentences: the date of the plan, level and slope by their own tests."""

import datetime as dt
from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row


def broke(measure: str, estimate: float, p: float, half: float | None = 0.03, **fields: Any) -> Result:
    about = {"indicator": "visits", "population": "visits", "unit": "ratio", "period": "2003..2006"}
    given = {**about, "domain": {"since": "2004-10"}, "p_value": p, **fields, "inference": "model"}
    return row("interruption", measure=measure, estimate=estimate, half=half, **given)


def rows(level: float = -0.015, p: float = 0.3, left: float = 0.1) -> list[Result]:
    of_errors = {"indicator": "autocorrelation", "unit": "coefficient"}
    return [
        broke("trend", -0.04, 0.01),
        broke("level_change", level, p),
        broke("slope_change", 0.015, 0.24),
        broke("rho", -0.28, float("nan"), None, **of_errors),
        broke("remaining", 17.4, left, None, method="ljung_box", **of_errors),
    ]


def told(made: Any) -> Told:
    return Told("interruption", made, {"date": dt.date(2004, 10, 1)})


@pytest.mark.parametrize(
    ("level", "p", "verdict", "said"),
    [
        (-0.015, 0.3, "undetected", "le niveau de la fréquentation d'ensemble ne s'est pas écarté de façon décelable"),
        (-0.1, 0.001, "fall", "la fréquentation d'ensemble est descendue de 10 % au-dessous de ce que"),
        (0.1, 0.001, "rise", "la fréquentation d'ensemble s'est élevée de 10 % au-dessus de ce que"),
    ],
)
def test_the_level_at_the_date_of_the_plan_follows_its_test(level: float, p: float, verdict: str, said: str) -> None:
    made = told(rows(level, p))
    assert made.verdicts()["level"] == verdict
    assert made.say("level").startswith(f"En octobre 2004, {said}")


def test_slope_and_what_came_before_stand_beside() -> None:
    assert told(rows()).say("slope", "before") == (
        "Aucun changement de sa pente annuelle n'est décelé depuis octobre 2004 (entre − 2 % et + 5 %). Avant octobre"
        " 2004, la fréquentation d'ensemble reculait de 4 % par an (entre − 7 % et − 1 %)."
    )


@pytest.mark.parametrize(("p", "verdict"), [(0.1, "fails"), (0.001, "holds")])
def test_what_is_left_in_the_residuals_is_told_by_its_test(p: float, verdict: str) -> None:
    made = told(rows(left=p))
    assert made.verdicts()["remaining"] == verdict
    assert "au seuil de 5 %" in made.say("rho", "remaining")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_statement_is_said_in_both_languages(lang: str) -> None:
    table = told(rows()).table
    assert any(told(rows()).everything(lang))
    assert any(told(hidden(table, table["measure"] != "")).everything(lang))
