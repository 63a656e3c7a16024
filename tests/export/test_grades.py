"""Grades: no claim without evidence, and a strength that can only fall as the evidence gets weaker."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.grades import NOTHING, grade, sign_of
from pipeline.results.statement import STRENGTHS

NAN = float("nan")


def row(**changes: Any) -> dict[str, Any]:
    return {
        "measure": "shift",
        "unit": "point",
        "inference": "sample",
        "estimate": 9.4,
        "lower": 5.2,
        "upper": 13.6,
        "p_value": 0.0001,
        "p_adjusted": 0.001,
        "confirmatory": True,
        "quality": "publish",
        "coverage": NAN,
        **changes,
    }


def rank(strength: str) -> int:
    return STRENGTHS.index(strength)


def test_a_planned_change_that_passes_the_corrected_level_is_established() -> None:
    assert (grade(row()).direction, grade(row()).strength) == ("rise", "strong")
    assert grade(row(estimate=-9.4, lower=-13.6, upper=-5.2)).direction == "fall"


@pytest.mark.parametrize("change", [{"quality": "suppress"}, {"estimate": NAN}, {"p_adjusted": 0.2}])
def test_nothing_is_claimed_of_what_is_suppressed_or_may_be_chance(change: dict[str, Any]) -> None:
    assert grade(row(**change)) == NOTHING


def test_the_corrected_p_value_decides_although_the_interval_excludes_zero() -> None:
    assert grade(row(lower=0.1, p_value=0.04, p_adjusted=0.3)) == NOTHING


@pytest.mark.parametrize("inference", ["model", "nonprobability"])
def test_a_model_or_a_volunteer_sample_alone_is_at_most_probable(inference: str) -> None:
    assert grade(row(inference=inference)).strength == "moderate"


def test_no_change_needs_the_whole_interval_inside_the_declared_margin() -> None:
    flat = row(estimate=0.2, lower=-1.5, upper=1.9, p_value=0.8, p_adjusted=0.8)
    assert grade(flat) == NOTHING
    assert grade(flat, margin=2.0).direction == "stable"
    assert grade(flat, margin=1.8) == NOTHING


def test_a_level_is_compared_by_its_bound_and_not_by_its_estimate() -> None:
    level = row(measure="share", unit="share", estimate=0.52, lower=0.49, upper=0.55)
    assert grade(level, above=0.5) == NOTHING
    assert grade(level, above=0.48).direction == "above"
    assert grade(level, above=0.56).direction == "below"
    assert grade(level) == NOTHING


def test_an_exhaustive_count_that_misses_records_is_not_established_by_itself() -> None:
    count = row(
        measure="evolution", unit="ratio", inference="census", estimate=-0.03, lower=NAN, upper=NAN, coverage=0.97
    )
    assert (grade(count).direction, grade(count).strength) == ("fall", "strong")
    assert grade({**count, "coverage": 0.6}).strength == "moderate"
    assert grade(count, margin=0.05).direction == "stable"


def test_another_source_lowers_the_grade_only_when_it_contradicts() -> None:
    assert grade(row(), others=[1]).strength == "strong"
    assert grade(row(), others=[0]).strength == "strong"
    assert grade(row(), others=[1, -1]).strength == "moderate"


weaknesses = st.fixed_dictionaries(
    {
        "inference": st.sampled_from(["sample", "model", "nonprobability"]),
        "confirmatory": st.booleans(),
        "quality": st.sampled_from(["publish", "caution"]),
    }
)


@given(weaknesses, st.integers(0, 3), st.booleans())
def test_weaker_evidence_never_gives_a_stronger_word(changes: dict[str, Any], warned: int, contradicted: bool) -> None:
    names = [f"w{i}" for i in range(warned)]
    others = [-1] if contradicted else []
    here = grade(row(**changes), others=others, warnings=names)
    assert here.direction == "rise"
    assert rank(here.strength) >= rank(grade(row()).strength)
    assert rank(grade(row(**changes), others=others, warnings=[*names, "one more"]).strength) >= rank(here.strength)
    assert rank(grade(row(**{**changes, "quality": "caution"}), others=others, warnings=names).strength) >= rank(
        here.strength
    )


@given(st.floats(-50, 50), st.floats(0.1, 20), st.floats(0, 1))
def test_the_direction_is_the_sign_of_the_number(estimate: float, half: float, p: float) -> None:
    found = row(estimate=estimate, lower=estimate - half, upper=estimate + half, p_adjusted=p)
    sign = sign_of(found)
    assert sign == (0 if p >= 0.05 or estimate == 0 else math.copysign(1, estimate))
