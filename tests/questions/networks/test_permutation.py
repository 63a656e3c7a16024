"""Permutation tests: exact values on small cases, nominal size without an effect, power with one."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from pipeline.questions.networks import permutation
from tests.questions.networks.drawn import network

Test = Callable[[np.random.Generator], float]
DRAWS = 199


def test_p_counts_the_observed_value_and_is_never_nought() -> None:
    told = permutation.judged(3.0, np.array([0.0, 1.0, 2.0, 3.0]))
    assert told.p_value == pytest.approx(2 * 2 / 5)
    assert permutation.judged(9.0, np.zeros(99)).p_value == pytest.approx(2 / 100)


def test_ties_inside_groups_are_set_against_every_relabelling() -> None:
    ties = np.zeros((6, 6), dtype=bool)
    for i, j in ((0, 1), (1, 2), (3, 4), (4, 5), (2, 3)):
        ties[i, j] = True
    group = np.array([0, 0, 0, 1, 1, 1])
    exact = [
        np.mean(
            [a == b for a, b in zip(np.array(g)[np.nonzero(ties)[0]], np.array(g)[np.nonzero(ties)[1]], strict=True)]
        )
        for g in itertools.permutations(group)
    ]
    found = permutation.within_groups(ties, group, 4999, np.random.default_rng(3))
    assert found.value == pytest.approx(0.8)
    # a mean and a tail of 4,999 draws: four standard errors
    assert found.expected == pytest.approx(np.mean(exact), abs=4 * np.std(exact) / np.sqrt(4999))
    tail = np.mean(np.array(exact) >= 0.8 - 1e-12)
    assert found.p_value == pytest.approx(2 * tail, abs=8 * np.sqrt(tail * (1 - tail) / 4999))


def test_a_network_goes_wholly_with_itself() -> None:
    ties = network(np.random.default_rng(2))
    found = permutation.correlation(ties, ties, DRAWS, np.random.default_rng(4))
    assert found.value == pytest.approx(1)
    assert found.p_value == pytest.approx(2 / (1 + DRAWS))


def test_a_change_is_the_difference_of_densities() -> None:
    rng = np.random.default_rng(5)
    first, last = network(rng), network(rng, 0.12)
    found = permutation.change(first, last, DRAWS, rng)
    assert found.value == pytest.approx((last.sum() - first.sum()) / (80 * 79))
    assert found.p_value == pytest.approx(2 / (1 + DRAWS))


def test_nothing_is_said_without_ties_or_without_others() -> None:
    nobody = np.zeros((5, 5), dtype=bool)
    rng = np.random.default_rng(1)
    assert np.isnan(permutation.within_groups(nobody, np.arange(5), DRAWS, rng).p_value)
    assert np.isnan(permutation.correlation(nobody, nobody, DRAWS, rng).p_value)
    assert np.isnan(permutation.difference(np.ones(5), np.ones(5, dtype=bool), DRAWS, rng).p_value)
    assert permutation.change(nobody, nobody, DRAWS, rng).p_value == 1


def _groups(rng: np.random.Generator) -> float:
    return permutation.within_groups(network(rng), rng.integers(0, 5, 80), DRAWS, rng).p_value


def _change(rng: np.random.Generator) -> float:
    """Return the p-value where the states of every pair changed places by lot: persistence and reciprocity stay."""
    one, other = network(rng), network(rng)
    swapped = np.triu(rng.random(one.shape) < 0.5, 1)
    swapped = swapped | swapped.T
    return permutation.change(np.where(swapped, one, other), np.where(swapped, other, one), DRAWS, rng).p_value


def _difference(rng: np.random.Generator) -> float:
    received = network(rng).sum(axis=0).astype(float)
    return permutation.difference(received, rng.permutation(80) < 30, DRAWS, rng).p_value


@pytest.mark.slow
@pytest.mark.parametrize("test", [_groups, _change, _difference], ids=lambda t: t.__name__)
def test_the_tests_reject_at_their_nominal_level_where_there_is_nothing(test: Test) -> None:
    rng = np.random.default_rng(20061231)
    p = np.array([test(rng) for _ in range(600)])
    # 600 draws of a size of 5 %: four standard errors; ties in the tails can only make the test keep more
    for level in (0.05, 0.2):
        error = np.sqrt(level * (1 - level) / len(p))
        assert level - 5 * error < (p <= level).mean() < level + 4 * error


@pytest.mark.slow
def test_two_networks_drawn_apart_are_seldom_called_alike() -> None:
    """Actors of a type name more in both networks: relabelling them is only an approximation, told in the methods."""
    rng = np.random.default_rng(7)
    n, p = 60, []
    for _ in range(600):
        pair = [rng.random((n, n)) < 0.06 for _ in range(2)]
        for ties in pair:
            np.fill_diagonal(ties, False)
        p.append(permutation.correlation(pair[0], pair[1], DRAWS, rng).p_value)
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 600))
