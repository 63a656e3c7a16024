"""A programme that starts from the last one's end finds what one made anew finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.errors import ProtectError
from pipeline.protect.linear import Programme


def table(seed):
    """Return sums of 30 cells and how far they may lie from nothing."""
    random = np.random.default_rng(seed)
    sums = sparse.csr_array(random.integers(-1, 2, (12, 30)).astype(float))
    return random, sums, -random.random(12), random.random(12)


@pytest.mark.parametrize("aims", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_the_least_of_one_aim_after_another_is_that_of_each_alone(seed, aims):
    random, sums, least, most = table(seed)
    programme = Programme(sums, least, most, aims=aims)
    for _ in range(8):
        aim, low, high = random.normal(size=30), -random.random(30), 3 * random.random(30)
        found = programme.least(aim, low, high)
        alone = milp(aim, constraints=LinearConstraint(sums, least, most), bounds=Bounds(low, high))
        # both stop at HiGHS's tolerance of 1e-7
        assert aim @ found == pytest.approx(alone.fun, abs=1e-6)
        assert (found >= low - 1e-6).all()
        assert (found <= high + 1e-6).all()
        assert (sums @ found >= least - 1e-6).all()
        assert (sums @ found <= most + 1e-6).all()


def test_a_table_without_sums_is_bounded_by_its_cells_alone():
    programme = Programme(sparse.csr_array((0, 2)), np.empty(0), np.empty(0))
    assert programme.least(np.array([1.0, -1.0]), np.array([-2.0, -3.0]), np.array([4.0, 5.0])).tolist() == [-2.0, 5.0]


def test_sums_that_nothing_keeps_are_refused_and_the_next_programme_is_answered():
    programme = Programme(sparse.csr_array(np.ones((1, 2))), np.array([3.0]), np.array([3.0]))
    with pytest.raises(ProtectError, match="cannot be worked out"):
        programme.least(np.ones(2), np.zeros(2), np.ones(2))
    assert programme.least(np.array([1.0, 2.0]), np.zeros(2), 3 * np.ones(2)).tolist() == [3.0, 0.0]
