"""Kinds of statement: verdicts are closed, honest at their edges, and compare numbers as they will be printed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.state.kinds import KINDS, Evidence, verdict_of_list

NAN = float("nan")


def row(estimate: float, lower: float, upper: float, **changes: Any) -> dict[str, Any]:
    fields = {"unit": "point", "p_value": NAN, "p_adjusted": NAN, "quality": "publish"}
    return {**fields, "estimate": estimate, "lower": lower, "upper": upper, **changes}


def decided(kind: str, evidence: Evidence) -> str:
    rule = KINDS[kind].decide
    assert rule is not None
    return rule(evidence)


def share(estimate: float, lower: float, upper: float) -> dict[str, Any]:
    return row(estimate, lower, upper, unit="share")


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (share(0.48, 0.45, 0.51), "unclear"),
        (share(0.55, 0.51, 0.58), "above"),
        (share(0.44, 0.41, 0.49), "below"),
        (share(0.54, 0.503, 0.58), "unclear"),  # printed « entre 50 % et 58 % »
    ],
)
def test_a_level_passes_a_threshold_only_as_printed(level: dict[str, Any], verdict: str) -> None:
    assert decided("level", Evidence(level, threshold=0.5)) == verdict


def test_an_exact_level_is_its_own_bounds() -> None:
    assert decided("level", Evidence(share(0.97, NAN, NAN), threshold=0.95)) == "above"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (row(9, 5, 14, p_adjusted=0.001), "rise"),
        (row(-9, -14, -5, p_adjusted=0.001), "fall"),
        (row(9, 1, 17, p_value=0.02, p_adjusted=0.3), "undetected"),  # multiplicity counts
        (row(1, -1, 2.9, p_adjusted=0.5), "stable"),
        (row(1.5, 0.2, 2.8, p_adjusted=0.02), "stable"),  # detected, and yet within the margin
        (row(0.04, 0.01, 0.07, p_adjusted=0.01), "stable"),
        (row(3, -20, 26, p_adjusted=0.8), "uncertain"),
        (row(3, -5, 11, p_adjusted=0.4), "undetected"),
    ],
)
def test_a_change_is_told_after_multiplicity_and_margin(change: dict[str, Any], verdict: str) -> None:
    assert decided("change", Evidence(change, margin=3, limit=15)) == verdict


def test_a_change_that_prints_as_nought_is_no_rise() -> None:
    assert decided("change", Evidence(row(0.04, 0.01, 0.07, p_adjusted=0.01))) == "undetected"


@pytest.mark.parametrize(("here", "rest", "verdict"), [(0.481, 0.479, "same_as_shown"), (0.51, 0.48, "undetected")])
def test_a_difference_that_shows_none_is_told_so(here: float, rest: float, verdict: str) -> None:
    others = {"share": share(here, 0.4, 0.6), "whole": share(rest, 0.45, 0.5)}
    assert decided("difference", Evidence(row(0.3, -5, 6, p_adjusted=1), others=others)) == verdict


numbers = st.floats(-60, 60)


@given(numbers, numbers, numbers, st.floats(0, 1), st.none() | st.floats(0.5, 10))
def test_verdicts_are_closed(a: float, b: float, c: float, p: float, margin: float | None) -> None:
    lower, estimate, upper = sorted((a, b, c))
    evidence = Evidence(row(estimate, lower, upper, p_value=p, p_adjusted=p), margin=margin, limit=15)
    for kind in ("level", "change", "difference", "test"):
        assert decided(kind, evidence) in KINDS[kind].verdicts


@given(numbers, st.floats(0.1, 20), st.floats(0, 1))
def test_a_change_turned_round_has_the_opposite_verdict(estimate: float, half: float, p: float) -> None:
    opposite = {"rise": "fall", "fall": "rise"}
    one = decided("change", Evidence(row(estimate, estimate - half, estimate + half, p_adjusted=p), margin=3))
    other = decided("change", Evidence(row(-estimate, -estimate - half, -estimate + half, p_adjusted=p), margin=3))
    assert other == opposite.get(one, one)


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [([], "empty"), (["withheld"], "empty"), (["withheld", "stable"], "undetected"), (["undetected", "fall"], "some")],
)
def test_a_list_is_what_its_items_are(verdicts: list[str], whole: str) -> None:
    assert verdict_of_list(verdicts) == whole


@pytest.mark.parametrize(("count", "verdict"), [(0.0, "none"), (0.4, "none"), (1.0, "counted"), (35.0, "counted")])
def test_a_tally_tells_apart_nothing_and_something_as_printed(count: float, verdict: str) -> None:
    rule = KINDS["tally"].decide
    assert rule is not None
    assert rule(Evidence({"estimate": count, "unit": "count"})) == verdict


@pytest.mark.parametrize(("kind", "verdict"), [("list", "some"), ("groups", "undetected")])
def test_a_plain_list_has_some_whatever_is_told_of_its_items(kind: str, verdict: str) -> None:
    assert verdict_of_list(["below", "withheld"], kind) == verdict
    assert verdict_of_list(["withheld"], kind) == "empty"


@pytest.mark.parametrize(
    ("level", "other", "verdict"),
    [
        (share(0.72, NAN, NAN) | {"p_value": 0.002}, 0.20, "higher"),
        (share(0.11, NAN, NAN) | {"p_value": 0.002}, 0.20, "lower"),
        (share(0.72, NAN, NAN) | {"p_value": 0.002, "p_adjusted": 0.08}, 0.20, "undetected"),
        (share(0.201, NAN, NAN) | {"p_value": 0.002}, 0.199, "undetected"),  # both printed 20 %
    ],
)
def test_a_level_is_set_against_another_by_its_own_test(level: dict[str, Any], other: float, verdict: str) -> None:
    assert decided("against", Evidence(level, others={"against": share(other, NAN, NAN)})) == verdict


@pytest.mark.parametrize(
    ("p", "adjusted", "verdict"), [(0.01, NAN, "holds"), (0.01, 0.2, "fails"), (NAN, NAN, "fails")]
)
def test_a_test_counts_its_family_and_one_without_a_value_rejects_nothing(
    p: float, adjusted: float, verdict: str
) -> None:
    assert decided("test", Evidence(row(0.4, NAN, NAN, p_value=p, p_adjusted=adjusted))) == verdict


@pytest.mark.parametrize(("other", "verdict"), [(3.0, "same"), (3.04, "same"), (4.0, "other")])
def test_two_numbers_that_should_be_the_same_are_compared_as_printed(other: float, verdict: str) -> None:
    count = {"estimate": 3.0, "unit": "count"}
    assert decided("agreement", Evidence(count, others={"against": {**count, "estimate": other}})) == verdict


@pytest.mark.parametrize(
    ("change", "against", "now", "against_now", "verdict"),
    [
        (44, 24, 0.555, 0.91, "closes"),  # from 55 points to 35
        (24, 44, 0.90, 0.60, "closes"),  # the one that was ahead is caught up
        (20, 5, 0.40, 0.10, "widens"),
        (30, 0, 0.50, 0.40, "closes"),  # from 20 points behind to 10 ahead
        (10, 6, 0.50, 0.70, "undetected"),
        (44.2, 44.0, 0.555, 0.91, "undetected"),
    ],
)
def test_a_gap_closes_or_widens_where_changes_differ_by_more_than_chance(
    change: float, against: float, now: float, against_now: float, verdict: str
) -> None:
    others = {
        "against": row(against, NAN, NAN, se=2.0, measure="shift"),
        "now": share(now, NAN, NAN),
        "against_now": share(against_now, NAN, NAN),
    }
    found = decided("convergence", Evidence(row(change, NAN, NAN, se=2.0, measure="shift"), others=others))
    assert found == verdict
