"""Bounds over what silent actors would have said."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.questions.networks import bounds

Network = tuple[np.ndarray, np.ndarray]


@st.composite
def networks(draw: st.DrawFn, most: int = 40) -> Network:
    """Return a whole network and who answered, at least one actor."""
    n = draw(st.integers(2, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ties = rng.random((n, n)) < draw(st.floats(0, 1))
    np.fill_diagonal(ties, False)
    answered = rng.random(n) < draw(st.floats(0, 1))
    answered[rng.integers(n)] = True
    return ties, answered


@settings(max_examples=200, deadline=None)
@given(networks())
def test_the_bounds_hold_the_whole_network(network: Network) -> None:
    ties, answered = network
    n = len(ties)
    density = bounds.density(bounds.observed(ties, answered), answered)
    truth = ties.sum() / (n * (n - 1))
    assert density.least - 1e-12 <= truth <= density.greatest + 1e-12
    if ties.any():
        told = bounds.reciprocity(bounds.observed(ties, answered), answered)
        truth = (ties & ties.T).sum() / ties.sum()
        assert not truth < told.least - 1e-12
        assert not truth > told.greatest + 1e-12


@settings(max_examples=25, deadline=None)
@given(networks(most=4))
def test_the_bounds_are_reached_by_answers_that_the_silent_could_give(network: Network) -> None:
    ties, answered = network
    n = len(ties)
    seen = bounds.observed(ties, answered)
    cells = [(i, j) for i in np.flatnonzero(~answered) for j in range(n) if i != j]
    densities, shares = [], []
    for said in itertools.product([False, True], repeat=len(cells)):
        whole = seen.copy()
        for (i, j), tie in zip(cells, said, strict=True):
            whole[i, j] = tie
        densities.append(whole.sum() / (n * (n - 1)))
        if whole.any():
            shares.append((whole & whole.T).sum() / whole.sum())
    density, reciprocity = bounds.density(seen, answered), bounds.reciprocity(seen, answered)
    assert (density.least, density.greatest) == pytest.approx((min(densities), max(densities)))
    if shares and np.isfinite([reciprocity.least, reciprocity.greatest]).all():
        assert (reciprocity.least, reciprocity.greatest) == pytest.approx((min(shares), max(shares)))


def test_bounds_close_when_everybody_answers() -> None:
    ties = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=bool)
    everybody = np.ones(3, dtype=bool)
    for found, value in ((bounds.density, 1 / 2), (bounds.reciprocity, 2 / 3)):
        told = found(ties, everybody)
        assert (told.value, told.least, told.greatest) == pytest.approx((value, value, value))


def test_rows_of_the_silent_and_loops_are_no_ties() -> None:
    ties = np.ones((3, 3), dtype=bool)
    seen = bounds.observed(ties, np.array([True, False, True]))
    assert seen.tolist() == [[False, True, True], [False, False, False], [True, True, False]]


def test_shapes_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        bounds.observed(np.ones((2, 3), dtype=bool), np.ones(2, dtype=bool))


def test_a_share_lies_between_all_the_silent_saying_no_and_all_yes() -> None:
    told = bounds.share(30, 50, 60)
    assert (told.value, told.least, told.greatest) == pytest.approx((0.6, 0.5, 40 / 60))
