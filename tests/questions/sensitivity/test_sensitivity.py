"""Variants of the main finding: each changes what it says it changes, and nothing else."""

from __future__ import annotations

import dataclasses

import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.demand import answer as demand
from pipeline.questions.sensitivity import answer as sensitivity
from pipeline.results import Result
from tests.questions.conftest import Known, entry

SETTINGS = {"of": "demand", "contrast": ["2003", "2006"], "wider": ["e_administration"]}
Rows = dict[tuple[str, str, str], Result]


@pytest.fixture(scope="module")
def told(brittany: Known) -> Rows:
    rows = sensitivity.answer(brittany.context, entry(SETTINGS, "sensitivity"))
    return {(str(r.method or ""), r.measure, str(r.wave)): r for r in rows}


@pytest.fixture(scope="module")
def published(brittany: Known) -> Rows:
    plan = {p.question: p.settings for p in brittany.context.evaluation.settings.plan}
    rows = demand.answer(brittany.context, entry({**plan["demand"], "by": []}))
    return {(r.population, r.measure, str(r.wave)): r for r in rows if r.indicator == "elaborate" and not r.domain}


def test_without_the_correction_only_the_error_grows(told: Rows, published: Rows) -> None:
    for key in (("share", "2003"), ("share", "2006"), ("shift", "2003..2006")):
        variant, main = told["no_fpc", *key], published["users", *key]
        # weights are raked once more: equal to the tolerance of the raking
        assert variant.estimate == pytest.approx(main.estimate, abs=1e-6)
        assert variant.se > main.se


def test_visit_weights_are_about_visits_and_equal_the_published_shares_of_visits(told: Rows, published: Rows) -> None:
    variant = told["visit_weights", "share", "2006"]
    assert variant.population == "visits"
    assert variant.estimate == published["visits", "share", "2006"].estimate
    assert variant.estimate - published["users", "share", "2006"].estimate > 0.02


def test_a_wider_index_gathers_more_and_two_services_fewer(told: Rows, published: Rows) -> None:
    main = published["users", "share", "2006"].estimate
    assert told["two_services", "share", "2006"].estimate < main < told["wider_index", "share", "2006"].estimate


def test_variants_of_spaces_keep_fewer_respondents(told: Rows, published: Rows) -> None:
    whole = published["users", "share", "2006"].n
    for method in ("common_spaces", "never_labelled", "complete_returns"):
        assert 30 <= whole - told[method, "share", "2006"].n < whole


def test_the_tipping_point_is_the_bound_nearest_to_no_change(told: Rows, published: Rows) -> None:
    shift, point = published["users", "shift", "2003..2006"], told["", "tipping", "2003..2006"]
    assert shift.lower > 0
    assert point.estimate == shift.lower


def test_the_design_effect_is_split_into_weights_and_the_rest(told: Rows, published: Rows) -> None:
    whole, uneven, rest = (told["", m, "2006"].estimate for m in ("deff", "deff_weighting", "deff_clustering"))
    assert whole == published["users", "share", "2006"].deff == pytest.approx(uneven * rest)
    assert 1.5 < uneven < 2.0  # truth.md: Kish part 1.72 of this design


def test_nothing_is_confirmatory_and_every_row_names_its_variant(told: Rows) -> None:
    assert not any(r.confirmatory for r in told.values())
    assert {m for m, measure, _ in told if measure == "share"} >= {"half_cap", "this_space_only", "uncalibrated"}


def test_a_service_that_was_not_offered_is_refused(brittany: Known) -> None:
    wrong = entry({**SETTINGS, "wider": ["teleportation"]}, "sensitivity")
    with pytest.raises(AnalyseError, match="not offered in every wave"):
        sensitivity.answer(dataclasses.replace(brittany.context), wrong)
