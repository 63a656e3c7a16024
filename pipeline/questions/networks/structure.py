"""The shape of a network: how far one actor dominates it, what holds it together alone, its core and periphery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
_CORE_LEAST = 2


def centralisation(scores: Floats, greatest: float) -> float:
    """Return Freeman's centralisation: the summed distance to the highest score over its greatest possible sum.

    Source: Freeman 1979, Centrality in social networks, Social Networks 1, 215-239; 0 when all actors are alike.
    """
    return float((scores.max() - scores).sum()) / greatest if greatest > 0 else float("nan")


def in_centralisation(ties: Bools) -> float:
    """Return the centralisation of ties received: 1 when all name one actor and nobody else; ties (n, n)."""
    return centralisation(ties.sum(axis=0).astype(np.float64), float((len(ties) - 1) ** 2))


def out_centralisation(ties: Bools) -> float:
    """Return the centralisation of ties declared: 1 when one actor names all and nobody else names anybody."""
    return centralisation(ties.sum(axis=1).astype(np.float64), float((len(ties) - 1) ** 2))


def betweenness_centralisation(graph: Any) -> float:
    """Return the centralisation of betweenness on an undirected network (Freeman 1977; scores by networkx)."""
    import networkx as nx

    scores = np.array(list(nx.betweenness_centrality(graph, normalized=True).values()))
    return centralisation(scores, float(len(scores) - 1))


@dataclass(frozen=True)
class Cohesion:
    """What holds an undirected network together.

    Attributes
    ----------
    bridges : ties whose loss alone cuts the network further. brokers : actors whose loss alone does.
    parts : connected components with two actors or more. isolated : actors without any tie.
    largest : actors of the largest part.
    """

    bridges: int
    brokers: int
    parts: int
    isolated: int
    largest: int


def cohesion(graph: Any) -> Cohesion:
    """Return bridges, articulation points and components of an undirected network (networkx; Tarjan 1972)."""
    import networkx as nx

    sizes = [len(part) for part in nx.connected_components(graph)]
    return Cohesion(
        sum(1 for _ in nx.bridges(graph)),
        sum(1 for _ in nx.articulation_points(graph)),
        sum(size > 1 for size in sizes),
        sizes.count(1),
        max(sizes, default=0),
    )


def either_way(ties: Bools) -> Any:
    """Return the undirected network (networkx) in which two actors are tied when either says so."""
    import networkx as nx

    both = ties | ties.T
    graph = nx.empty_graph(len(ties))
    graph.add_edges_from(np.argwhere(np.triu(both, 1)).tolist())
    return graph


@dataclass(frozen=True)
class CorePeriphery:
    """A core and a periphery.

    Attributes
    ----------
    core : (n,) True in the core. missing : pairs of the core without a tie plus ties inside the periphery, both
        directed: what the split has least of. fit : correlation of the ties with the ideal pattern.
    """

    core: Bools
    missing: int
    fit: float


def core_periphery(ties: Bools) -> CorePeriphery:
    """Split a directed network (n, n) into a dense core and a periphery without ties of its own.

    The best split takes the actors of highest degree (ties declared and received), for one number of them: Lip 2011, A
    fast algorithm for the discrete core/periphery bipartitioning problem, arXiv:1102.5511. The fit leaves ties
    between core and periphery out: Borgatti and Everett 1999, Models of core/periphery structures, Social Networks 21,
    375-395. Actors alike by degree enter together or in their order; a core has two actors at least.
    """
    ties = np.asarray(ties, dtype=bool)
    n = len(ties)
    degree = ties.sum(axis=0).astype(np.int64) + ties.sum(axis=1)
    order = np.argsort(-degree, kind="stable")
    sizes = np.arange(1, n + 1)
    # k (k - 1) - (ties inside) + (ties inside the periphery) = k (k - 1) + all ties - degrees of the core
    missing = sizes * (sizes - 1) + int(ties.sum()) - np.cumsum(degree[order])
    size = _CORE_LEAST + int(np.argmin(missing[_CORE_LEAST - 1 :]))
    core = np.zeros(n, dtype=bool)
    core[order[:size]] = True
    return CorePeriphery(core, int(missing[size - 1]), _fit(ties, core))


def _fit(ties: Bools, core: Bools) -> float:
    judged = (core[:, None] == core[None, :]) & ~np.eye(len(core), dtype=bool)
    pattern = np.broadcast_to(core[:, None], ties.shape)[judged].astype(np.float64)
    found = ties[judged].astype(np.float64)
    if pattern.std() == 0 or found.std() == 0:
        return float("nan")
    return float(np.corrcoef(pattern, found)[0, 1])
