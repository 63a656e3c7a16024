"""Captions and readings are made of the texts of kinds and of the labels of what is shown."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.figures.scope import Scope
from pipeline.figures.writing import below, captioned, in_time, people, reading_of_number, reading_of_share
from tests.figures.made_up_results import labels_mapping


def scope(lang: str = "fr", **more: dict[str, str]) -> Scope:
    return Scope(pd.DataFrame(), {**labels_mapping(), **more}, "region", lang)


def rows(indicators: list[str], by: list[str], time: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"analysis": "demand", "indicator": indicators, "measure": "share", "by": by, "time": time, "code": ""}
    )


def test_a_caption_given_comes_first_with_its_date() -> None:
    one = rows(["elaborate"], [""], ["2006"])
    assert captioned(scope(), {"fr": "La demande, {when}"}, one, "2006") == "La demande, 2006"


@pytest.mark.parametrize(
    ("lang", "made", "said"),
    [
        ("fr", rows(["elaborate"], [""], ["2006"]), "Au moins un service élaboré, 2006"),
        (
            "fr",
            rows(["elaborate"] * 2, ["", "age_band"], ["2003", "2006"]),
            "Au moins un service élaboré, selon\u00a0: tranche d'âge",
        ),
        (
            "en",
            rows(["elaborate"] * 2, ["", "age_band"], ["2003", "2006"]),
            "At least one advanced service, by age band",
        ),
        ("fr", rows(["elaborate", "basic"], ["", ""], ["2003", "2006"]), "Résultats"),
        ("fr", rows(["elaborate"] * 2, ["sex", "age_band"], ["2003", "2006"]), "Au moins un service élaboré"),
        ("fr", rows(["nobody-named-it"], [""], ["2006"]), "Résultats, 2006"),
    ],
)
def test_a_caption_that_nobody_gave_names_the_indicator_the_cut_and_the_time_that_all_rows_share(
    lang: str, made: pd.DataFrame, said: str
) -> None:
    assert captioned(scope(lang), None, made) == said


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("2006", "en 2006", "in 2006"),
        ("2006-12-31", "au 31 décembre 2006", "on 31 December 2006"),
        ("before", "à la vague before", "in wave before"),
    ],
)
def test_a_time_stands_in_a_sentence(value: str, french: str, english: str) -> None:
    assert (in_time(value, "fr"), in_time(value, "en")) == (french, english)


@pytest.mark.parametrize(
    ("lang", "base", "said"),
    [
        ("fr", "asked", "usagers de 60\xa0ans ou plus à qui la question a été posée"),
        ("fr", "all", "usagers de 60\xa0ans ou plus"),
        ("en", "asked", "users aged 60 and over who were asked"),
    ],
)
def test_an_age_stands_beside_the_people_before_what_they_were_asked(lang: str, base: str, said: str) -> None:
    row = pd.Series({"analysis": "demand", "population": "users", "base": base, "domain": "age_band=60+"})
    assert people(row, scope(lang)) == said


def visits(quality: str = "publish") -> pd.Series:
    return pd.Series(
        {
            "analysis": "attendance",
            "indicator": "visits",
            "measure": "per_space",
            "unit": "mean",
            "estimate": 120.0,
            "time": "2006",
            "quality": quality,
        }
    )


def test_visits_per_space_are_read_by_the_period_of_the_returns() -> None:
    quarterly = scope("fr", **{"returns=period": {"fr": "trimestre", "en": "quarter"}})
    assert reading_of_number(visits(), "x", quarterly).endswith("120 visites par trimestre.")
    assert "visites par mois" in reading_of_number(visits(), "x", scope())
    other = reading_of_number(visits().replace("per_space", "other"), "Visits", scope("en"), within="in Brittany")
    assert other == "in 2006, in Brittany, the indicator “Visits” is 120.0."


def test_a_number_is_read_with_where_and_of_whom_it_is() -> None:
    young = reading_of_number(visits(), "x", scope(), aged="de moins de 15 ans")
    assert young == "en 2006, un espace recevait en moyenne 120 visites par mois de personnes de moins de 15 ans."
    here = reading_of_number(visits(), "x", scope("en"), within="in Brittany", who="workshop")
    assert here == "in 2006, in Brittany, a space received 120 visits a month on average (workshop)."


def test_a_share_is_read_at_the_price_that_was_offered() -> None:
    row = pd.Series(
        {
            "analysis": "payment",
            "indicator": "subscription",
            "measure": "acceptance",
            "unit": "share",
            "estimate": 0.1,
            "se": 0.01,
            "inference": "sample",
            "lower": 0.08,
            "upper": 0.11,
            "time": "2006",
            "quality": "publish",
            "domain": "price=80",
            "population": "users",
        }
    )
    labels = {
        "payment.subscription:verb": {"fr": "accepteraient cet abonnement"},
        "by=price:within": {"fr": "à {code} par an"},
        "price=80": {"fr": "80 €"},
    }
    told = reading_of_share(row, scope("fr", **labels))
    plain = told.replace("\u00a0", " ").replace("\u202f", " ")
    assert plain.startswith("en 2006, à 80 € par an, 10 % des usagers accepteraient cet abonnement (")


def test_a_hidden_number_is_not_read() -> None:
    assert reading_of_number(visits("suppress"), "x", scope()) == ""
    assert reading_of_share(visits("suppress"), scope()) == ""


def test_an_answer_below_its_question_does_not_repeat_it() -> None:
    asked = "Êtes-vous venu ?"
    assert below(asked, f"{asked} : oui") == "Oui"
    assert below(asked, "Oui, plusieurs fois") == "Oui, plusieurs fois"
    assert below(asked, asked) == asked
