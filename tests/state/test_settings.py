"""Declarations of statements hold the settings of the entry that they are of."""

import datetime as dt

import pytest

from pipeline.errors import StateError
from pipeline.results.statement import Pick, StatementSpec, named_reference, named_type
from pipeline.state.settings import fitted, over

SPEC = StatementSpec(
    "far",
    "level",
    Pick("within_{distances.max}", "share", domain="financer={payer}"),
    {"near": Pick("within_{distances.min}", "share")},
    named={"distance": "distance={distances.max}"},
)


def test_settings_stand_in_picks_arguments_and_names() -> None:
    made = fitted(SPEC, {"distances": [20, 5.0, 7.5], "payer": "region"})
    assert (made.rows.indicator, made.rows.domain) == ("within_20", "financer=region")
    assert made.arguments["near"].indicator == "within_5"
    assert made.named == {"distance": "distance=20"}


def test_a_setting_that_neither_plan_nor_question_has_is_refused() -> None:
    with pytest.raises(StateError, match="payer"):
        fitted(SPEC, {"distances": [5]})


@pytest.mark.parametrize(
    ("key", "kind", "reference"),
    [
        ("{years}", "declared", ("number", 5.0, "setting")),
        ("period={date.month}", "time", ("period", "2004-10")),
        ("financer={payer}", "group", ("code", "financer=region")),
    ],
)
def test_words_name_numbers_dates_and_labels_that_an_entry_sets(key: str, kind: str, reference: object) -> None:
    spec = StatementSpec("level", "level", Pick("spending", "amount"), named={"it": key})
    settings = {"years": 5, "date": dt.date(2004, 10, 1), "payer": "region"}
    found = fitted(spec, settings).named["it"]
    assert (named_type(key), named_type(found), named_reference(found)) == (kind, kind, reference)


def test_a_setting_that_is_null_leaves_the_default() -> None:
    assert over({"by": "group", "top": 1}, {"by": None, "top": 2}) == {"by": "group", "top": 2}


def test_codes_of_a_mapping_are_those_with_a_value() -> None:
    spec = StatementSpec("effects", "level", Pick("", "effect"), named={"references": "codes={covariates.pairs}"})
    made = fitted(spec, {"covariates": {"occupation": "employed", "visits": None, "sex": "f"}})
    assert named_reference(made.named["references"]) == ("codes", ["occupation=employed", "sex=f"])


def test_the_first_setting_that_is_given_counts() -> None:
    spec = StatementSpec("far", "level", Pick("within_{location_km|distances.second}", "share"))
    assert fitted(spec, {"distances": [20, 5]}).rows.indicator == "within_20"
    assert fitted(spec, {"distances": [20, 5], "location_km": 7.5}).rows.indicator == "within_7.5"
