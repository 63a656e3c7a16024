"""The register from results to sentences: stocks at dates, flows between them, means of those open."""

from typing import Any

import pytest

from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "site_type=A": {"fr": "Bien équipé", "en": "Well equipped"},
    "site_type=A:said": {"fr": "bien équipé", "en": "well equipped"},
}
DATES = ("2003-12-31", "2006-12-31")
OLD = "spaces.equipment_over_8.share/spaces/period=2006-12-31"


def held(indicator: str, measure: str, *estimates: float, unit: str = "count", **fields: Any) -> list[Result]:
    common = {"indicator": indicator, "measure": measure, "population": "spaces", "unit": unit, **fields}
    dates = DATES[-len(estimates) :]
    return [row("spaces", estimate=e, period=d, **common) for e, d in zip(estimates, dates, strict=True)]


ROWS = [
    *held("open", "count", 381, 351),
    *held("open", "count", 10, 1, territory_level="pays", territory="01"),
    *held("closed", "count", 30),
    *held("opened", "count", 0),
    *held("labelled", "count", 0, 43),
    *held("posts", "count", 2634),
    *held("posts", "mean", 7.5, unit="mean"),
    *held("hours", "mean", 19.28, unit="mean"),
    *held("equipment_over_8", "share", 0.0605, 0.6125, unit="share"),
    *held("broadband", "share", 0.386, 0.7605, unit="share", domain={"broadband": "yes"}),
    *held("broadband", "share", 0.614, 0.2395, unit="share", domain={"broadband": "no"}),
    *held("facilitator", "share", 0.281, 0.5155, unit="share", domain={"facilitator": "permanent"}),
    *held("facilitator", "share", 0.0625, unit="share", domain={"facilitator": "none"}),
    *held("site_type", "share", 0.26, 0.24, unit="share", domain={"site_type": "A"}),
]


def told(rows: Any = ROWS, above: float | None = None) -> Told:
    return Told("spaces", rows, {"equipment_years": 8}, LABELS, {OLD: Declared(threshold=above)})


def test_stocks_are_told_at_both_dates_and_flows_between_them() -> None:
    assert told().say("open", "closed", "opened", "labelled") == (
        "Au 31 décembre 2006, le nombre des espaces ouverts est de 351, contre 381 au 31 décembre 2003. Depuis la date"
        " précédente du registre, 30 ont fermé. Aucun n'a ouvert. Le nombre des espaces qui portent le label est de 43."
    )


def test_one_date_is_set_against_none_and_has_no_flow() -> None:
    made = told([r for r in ROWS if r.period == DATES[1] and r.indicator not in ("closed", "opened")])
    assert made.say("open") == "Au 31 décembre 2006, le nombre des espaces ouverts est de 351."
    assert {"closed", "opened"}.isdisjoint(made.verdicts())


@pytest.mark.parametrize(
    ("above", "verdict", "end"),
    [
        (None, "stated", "8 ans (6 % au 31 décembre 2003)."),
        (0.5, "above", "(6 % au 31 décembre 2003) : c'est plus que le seuil de 50 % fixé par l'évaluation."),
        (0.7, "below", "(6 % au 31 décembre 2003) : c'est moins que le seuil de 70 % fixé par l'évaluation."),
    ],
)
def test_old_equipment_has_the_age_of_the_plan_and_the_threshold_of_the_evaluation(
    above: float | None, verdict: str, end: str
) -> None:
    made = told(above=above)
    assert made.verdicts()["equipment"] == verdict
    assert made.say("equipment").endswith(end)
    assert "matériel de plus de 8 ans" in made.say("equipment")


def test_facilitators_are_told_with_their_share_at_the_first_date_where_there_was_one() -> None:
    assert told().say("facilitators") == (
        "Qui anime les espaces au 31 décembre 2006 : un emploi permanent ou titulaire (52 %, contre 28 %) ;"
        " personne (6 %)."
    )


def test_the_sheet_of_a_unit_says_its_own_number() -> None:
    assert told().say("open", place=UNIT) == (
        "Au 31 décembre 2006, le nombre des espaces ouverts est de 1 dans le pays d'Auray, contre 10 au"
        " 31 décembre 2003."
    )


def test_a_register_without_a_column_says_nothing_of_it() -> None:
    assert set(told(ROWS[:4]).verdicts()) == {"open"}


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    table = told().table
    text = told(hidden(table, table["indicator"] == "posts")).say("posts")
    assert text.startswith("Le nombre de postes n'est pas donné")
    assert not set("0123456789") & set(text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_statement_is_said_in_both_languages(lang: str) -> None:
    table = told().table
    for made in (told(), told(above=0.5), told(hidden(table, table["period"] == DATES[1]))):
        assert any(made.everything(lang))


def test_spaces_of_which_nobody_knows_since_when_are_those_of_the_register() -> None:
    assert "undated" not in told().verdicts()
    rows = [*held("open", "count", 60), *held("undated", "count", 60)]
    said = told(rows).say("open", "undated")
    assert said.endswith("rien n'assure que chacun était ouvert à cette date.")
