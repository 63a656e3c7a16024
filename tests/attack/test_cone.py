"""Ratios of masses are bounded by what is printed of them, and by nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.attack.cone import Cone, Programme, ratios

WHOLE, YES, NO = "whole", "yes", "no"


def printed(**shares: tuple[float, float]) -> Cone:
    """Return a cone of two answers that make up the whole, with the shares that are printed."""
    cone = Cone()
    cone.partition([YES, NO], WHOLE, equal=True, tag="answers")
    for name, (low, high) in shares.items():
        cone.share(name, WHOLE, low, high, name)
    return cone


def bounds(cone: Cone) -> np.ndarray:
    programme = Programme(cone)
    programme.reconcile(cone.mass(WHOLE))
    return ratios(programme, [(NO, WHOLE)], np.array([9.0]), WHOLE)[0]


def test_a_complement_is_found_within_the_rounding_of_its_twin() -> None:
    # the solver keeps relations to 1e-7 of masses that are 1e4 in all
    assert bounds(printed(yes=(0.795, 0.805))) == pytest.approx([0.195, 0.205], abs=1e-6)


def test_nothing_is_found_where_nothing_is_printed() -> None:
    assert bounds(printed()) == pytest.approx([0.0, 1.0], abs=1e-6)


def test_a_reading_that_contradicts_the_others_is_dropped() -> None:
    cone = printed(yes=(0.795, 0.805))
    cone.share(YES, WHOLE, 0.2, 0.3, "wrong")
    cone.share(YES, WHOLE, 0.79, 0.81, "right")
    programme = Programme(cone)
    programme.reconcile(cone.mass(WHOLE))
    assert programme.dropped == {"wrong"}
