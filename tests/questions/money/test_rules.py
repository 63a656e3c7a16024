"""Rules of aid: what is paid is arithmetic, and the two readings of a ceiling differ."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.questions.money.rules import Aid, Rule, aid, ceilings

PHASE_1: dict[str, Any] = {
    "name": "phase1",
    "start": dt.date(1998, 1, 1),
    "end": dt.date(2004, 9, 30),
    "rate": 0.8,
    "ceilings": [{"below": 10000, "amount": 12000}, {"amount": 30000}],
    "groups": {"communes": 3, "amount": 12000},
}


def rule(**changes: Any) -> Rule:
    return Rule.model_validate({**PHASE_1, **changes})


def paid(rule: Rule, cost: float, population: float, communes: int = 1) -> Aid:
    return aid(rule, np.array([cost]), np.array([float(population)]), np.array([communes]))


@pytest.mark.parametrize(
    ("cost", "population", "communes", "expected"),
    [
        (10_000, 2_000, 1, 8_000),  # 80 % of the cost, under the ceiling
        (15_000, 2_000, 1, 12_000),  # 80 % is exactly the ceiling
        (20_000, 2_000, 1, 12_000),
        (20_000, 50_000, 1, 16_000),
        (50_000, 50_000, 1, 30_000),
        (50_000, 50_000, 3, 12_000),  # any group of three communes, whatever its size
        (50_000, 9_999, 2, 12_000),
    ],
)
def test_first_phase_pays_four_fifths_up_to_the_ceiling_of_the_class(cost, population, communes, expected):
    assert paid(rule(), cost, population, communes).aid[0] == pytest.approx(expected)


def test_a_ceiling_on_the_expenditure_pays_less_than_one_on_the_aid():
    on_expenditure = paid(rule(ceiling_on="expenditure"), 20_000, 2_000)
    assert on_expenditure.aid[0] == pytest.approx(9_600)  # 80 % of 12,000
    assert paid(rule(), 20_000, 2_000).aid[0] == pytest.approx(12_000)


@pytest.mark.parametrize(("limit_in", "expected"), [("upper", 30_000), ("lower", 12_000)])
def test_the_class_of_exactly_ten_thousand_inhabitants_is_a_parameter(limit_in, expected):
    found = ceilings(rule(limit_in=limit_in), np.array([9_999.0, 10_000.0, 10_001.0]), np.array([1, 1, 1]))
    assert list(found) == [12_000, expected, 30_000]


def test_second_phase_and_call_pay_half_up_to_their_ceilings():
    half = {"rate": 0.5, "groups": None}
    second = rule(**half, ceilings=[{"amount": 10_000}])
    call = rule(**half, ceilings=[{"amount": 4_000}], budget=90_000)
    assert paid(second, 30_000, 500).aid[0] == 10_000
    assert paid(call, 7_000, 500).aid[0] == 3_500
    many = aid(call, np.full(40, 9_000.0), np.full(40, 500.0), np.ones(40, dtype=np.int64))
    assert many.aid.sum() == 160_000
    assert many.within_budget == 90_000


@given(
    cost=st.floats(0, 1e6),
    population=st.integers(0, 300_000),
    communes=st.integers(1, 20),
    on=st.sampled_from(["aid", "expenditure"]),
)
def test_aid_never_exceeds_rate_or_ceiling_and_the_rest_is_left(cost, population, communes, on):
    found = paid(rule(ceiling_on=on), cost, population, communes)
    limit = ceilings(rule(), np.array([float(population)]), np.array([communes]))[0]
    # products of floats: a rounding of one part in a million million
    assert found.aid[0] <= min(0.8 * cost, limit) * (1 + 1e-12)
    assert found.aid[0] + found.remaining[0] == pytest.approx(cost)
    assert found.capped[0] == ((0.8 * cost if on == "aid" else cost) > limit)


def test_rules_out_of_order_and_missing_costs_are_refused():
    with pytest.raises(ValidationError, match="rising"):
        rule(ceilings=[{"amount": 1}, {"below": 5, "amount": 2}])
    with pytest.raises(ValidationError, match="ends before"):
        rule(end=dt.date(1990, 1, 1))
    with pytest.raises(ValueError, match="populations are known"):
        paid(rule(), 100, float("nan"))
