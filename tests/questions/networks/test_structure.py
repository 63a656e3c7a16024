"""The shape of networks against published examples, R's sna and brute force."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.questions.networks import bounds, permutation, structure

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "networks" / "published.json").read_text())
#: sna's numbers are written with ten decimals.
WRITTEN = 1e-9


def florentine() -> np.ndarray:
    """Return the marriages of sixteen families; networkx leaves out Pucci, who has none."""
    graph = nx.florentine_families_graph()
    graph.add_node("Pucci")
    return nx.to_numpy_array(graph, nodelist=sorted(graph), dtype=bool)


def rule(below: int) -> np.ndarray:
    """Return the directed network of the committed R script."""
    i, j = np.arange(1, 13)[:, None], np.arange(1, 13)[None, :]
    ties = (7 * i + 3 * j) % 11 < below
    np.fill_diagonal(ties, False)
    return ties


NETWORKS = {
    "florentine": florentine(),
    "kite": nx.to_numpy_array(nx.krackhardt_kite_graph(), dtype=bool),
    "rule": rule(3),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_centralisation_reciprocity_and_density_equal_those_of_sna(name: str) -> None:
    ties, told = NETWORKS[name], REFERENCE[name]
    everybody = np.ones(len(ties), dtype=bool)
    assert structure.in_centralisation(ties) == pytest.approx(told["in"], abs=WRITTEN)
    assert structure.out_centralisation(ties) == pytest.approx(told["out"], abs=WRITTEN)
    between = structure.betweenness_centralisation(structure.either_way(ties))
    assert between == pytest.approx(told["betweenness"], abs=WRITTEN)
    assert bounds.reciprocity(ties, everybody).value == pytest.approx(told["reciprocity"], abs=WRITTEN)
    assert bounds.density(ties, everybody).value == pytest.approx(told["density"], abs=WRITTEN)


def test_florentine_families_have_the_published_centralisation_of_betweenness() -> None:
    # Wasserman and Faust 1994, chap. 5: Padgett's marriages, 0.437 among the fifteen families that have any
    graph = nx.florentine_families_graph()
    assert len(graph) == 15
    assert structure.betweenness_centralisation(graph) == pytest.approx(0.437, abs=5e-4)


def test_heather_of_krackhardts_kite_stands_between_fourteen_pairs() -> None:
    # Krackhardt 1990 (Administrative Science Quarterly 35): Heather's betweenness is 14, the highest
    graph = structure.either_way(NETWORKS["kite"])
    scores = nx.betweenness_centrality(graph, normalized=False)
    assert max(scores, key=lambda a: scores[a]) == 7
    assert scores[7] == pytest.approx(14)
    assert REFERENCE["kite_betweenness_of_heather"] == pytest.approx(14)


@pytest.mark.parametrize("n", [4, 9, 30])
def test_a_star_is_wholly_centralised_and_a_circle_not_at_all(n: int) -> None:
    # Freeman 1979: the two ends of the scale
    star = np.zeros((n, n), dtype=bool)
    star[1:, 0] = True
    assert structure.in_centralisation(star) == pytest.approx(1)
    assert structure.out_centralisation(star.T) == pytest.approx(1)
    assert structure.betweenness_centralisation(structure.either_way(star)) == pytest.approx(1)
    circle = np.roll(np.eye(n, dtype=bool), 1, axis=1)
    assert structure.in_centralisation(circle) == 0
    assert structure.betweenness_centralisation(structure.either_way(circle)) == pytest.approx(0)


def test_the_kite_hangs_by_its_tail() -> None:
    # Ike and Jane hang by two bridges; Heather and Ike are the actors whose loss cuts the network
    held = structure.cohesion(structure.either_way(NETWORKS["kite"]))
    assert held == structure.Cohesion(bridges=2, brokers=2, parts=1, isolated=0, largest=10)


def test_pucci_is_isolated_and_five_marriages_are_bridges() -> None:
    held = structure.cohesion(structure.either_way(NETWORKS["florentine"]))
    assert (held.parts, held.isolated, held.largest) == (1, 1, 15)
    assert held.bridges == len(list(nx.bridges(nx.florentine_families_graph())))


def test_an_ideal_core_is_found_whole_and_fits_perfectly() -> None:
    ties = np.zeros((12, 12), dtype=bool)
    ties[:4] = ties[:, :4] = True
    np.fill_diagonal(ties, False)
    found = structure.core_periphery(ties)
    assert found.core.tolist() == [True] * 4 + [False] * 8
    assert found.missing == 0
    assert found.fit == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 8), st.integers(0, 2**32 - 1), st.floats(0.1, 0.9))
def test_no_other_core_leaves_fewer_ties_wrong(n: int, seed: int, density: float) -> None:
    ties = np.random.default_rng(seed).random((n, n)) < density
    np.fill_diagonal(ties, False)

    def wrong(core: np.ndarray) -> int:
        inside = int(core.sum())
        missing = inside * (inside - 1) - int(ties[np.ix_(core, core)].sum())
        return missing + int(ties[np.ix_(~core, ~core)].sum())

    found = structure.core_periphery(ties)
    every = (np.array(c) for c in itertools.product([False, True], repeat=n) if sum(c) >= 2)
    assert wrong(found.core) == found.missing == min(wrong(c) for c in every)


def test_qap_correlation_is_that_of_sna_over_the_pairs() -> None:
    found = permutation.correlation(rule(3), rule(4), 99, np.random.default_rng(1))
    assert found.value == pytest.approx(REFERENCE["rule_late_correlation"], abs=WRITTEN)
