"""The share that the largest hold and the Gini index: against populations written out, and by moving one weight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.survey.concentration import gini, held_by_largest, smallest_of_largest
from pipeline.survey.structure import Floats

VALUES = np.array([1.0, 1, 2, 2, 2, 4, 8, 8, 16, 0])
WEIGHTS = np.array([3.0, 2, 4, 1, 1, 2, 1, 1, 2, 3])


def estimate(values: Floats, weights: Floats) -> float:
    return float(np.average(values, weights=weights))


def everybody() -> Floats:
    """Return the population that the weights stand for, the largest first."""
    return np.sort(np.repeat(VALUES, WEIGHTS.astype(int)))[::-1]


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.8])
def test_the_share_of_the_largest_is_that_of_the_population_written_out(share: float) -> None:
    everyone = everybody()
    many = share * len(everyone)
    held = everyone[: int(many)].sum() + (many - int(many)) * everyone[int(many)]
    made = held_by_largest(VALUES, WEIGHTS, share)
    assert estimate(made, WEIGHTS) == pytest.approx(held / everyone.sum(), rel=1e-12)


def test_the_gini_index_is_half_the_mean_difference_over_the_mean() -> None:
    everyone = everybody()
    apart = np.abs(everyone[:, None] - everyone[None, :]).mean()
    assert estimate(gini(VALUES, WEIGHTS), WEIGHTS) == pytest.approx(apart / (2 * everyone.mean()), rel=1e-12)


@pytest.mark.parametrize("statistic", [lambda x, w: held_by_largest(x, w, 0.33), gini], ids=["held", "gini"])
def test_a_linearised_value_is_what_the_statistic_moves_by_with_the_weight(
    statistic: Callable[[Floats, Floats], Floats],
) -> None:
    made, step = statistic(VALUES, WEIGHTS), 1e-6
    moved = []
    for i in range(len(VALUES)):
        changed = [WEIGHTS + sign * step * (np.arange(len(VALUES)) == i) for sign in (1, -1)]
        more, less = (estimate(statistic(VALUES, w), w) for w in changed)
        moved.append((more - less) / (2 * step))
    np.testing.assert_allclose((made - estimate(made, WEIGHTS)) / WEIGHTS.sum(), moved, atol=1e-8)


def test_nothing_is_concentrated_where_all_hold_as_much() -> None:
    same = np.full(5, 3.0)
    assert estimate(gini(same, np.ones(5)), np.ones(5)) == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_allclose(held_by_largest(same, np.ones(5), 0.2), 0.2)


def test_all_is_concentrated_where_one_holds_all() -> None:
    alone = np.array([0.0, 0, 0, 7])
    assert estimate(gini(alone, np.ones(4)), np.ones(4)) == pytest.approx(0.75)
    assert estimate(held_by_largest(alone, np.ones(4), 0.25), np.ones(4)) == pytest.approx(1.0)


def test_the_limit_is_the_smallest_of_the_largest() -> None:
    assert smallest_of_largest(VALUES, WEIGHTS, 0.1) == 16
    assert smallest_of_largest(VALUES, WEIGHTS, 0.2) == 8
