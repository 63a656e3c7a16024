"""What is told of one network, and of the same actors at two dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.questions.networks import bounds, estimation, permutation, structure
from pipeline.questions.networks.actors import Network
from pipeline.questions.networks.rows import Teller, present
from pipeline.questions.quantities import counted
from pipeline.results import Result


def map_rows(teller: Teller, network: Network) -> Iterator[Result]:
    """Yield how many actors are listed, by type and territorial unit, and which share of each type answered."""
    actors, level = network.actors, teller.context.level

    def listed(rows: pd.DataFrame, domain: dict[str, str] | None, place: str | None) -> Result:
        n = float(len(rows))
        row = teller.row(
            "actors", "listed", "count", n, population="actors", domain=domain, place=place, contributors=n
        )
        cell = {name: [code] for name, code in (domain or {}).items()}
        return replace(row, quantity=counted(row, "total", {}, cell))

    types = sorted(actors["type"].unique())
    units = sorted(actors[level].dropna().unique())
    for place in [None, *units]:
        here = actors if place is None else actors[actors[level] == place]
        yield listed(here, None, place)
        for kind in types:
            yield listed(here[here["type"] == kind], {"type": kind}, place)
    for kind in [None, *types]:
        rows = np.ones(len(actors), dtype=bool) if kind is None else (actors["type"] == kind).to_numpy()
        yield teller.row(
            "actors",
            "answered",
            "share",
            float(network.answered[rows].mean()),
            population="records",
            domain=None if kind is None else {"type": kind},
            contributors=float(rows.sum()),
        )


def estimate_rows(teller: Teller, network: Network) -> Iterator[Result]:
    """Yield mean partners, density and reciprocity of all actors, and what is certain whatever the silent would say."""
    observed = (network.ties, network.types, network.answered)
    found = estimation.partners(*observed)
    yield teller.estimated("partners", "mean", "mean", found)
    yield teller.estimated("density", "share", "share", found.times(1 / (len(network.actors) - 1)))
    yield teller.bounded("density", bounds.density(network.ties, network.answered))
    if network.among.any():
        yield teller.estimated("reciprocity", "share", "share", estimation.reciprocity(*observed))
        yield teller.bounded("reciprocity", bounds.reciprocity(network.ties, network.answered))


def structure_rows(teller: Teller, network: Network) -> Iterator[Result]:
    """Yield the shape of the network among those who answered."""
    ties = network.among
    graph = structure.either_way(ties)
    for name, value in (
        ("in_centralisation", structure.in_centralisation(ties)),
        ("out_centralisation", structure.out_centralisation(ties)),
        ("betweenness_centralisation", structure.betweenness_centralisation(graph)),
    ):
        yield teller.row(name, "index", "ratio", value)
    held = structure.cohesion(graph)
    for name in ("bridges", "parts"):
        yield teller.row("cohesion", name, "count", float(getattr(held, name)))
    # how many actors stand where they do is told as how many gave an answer: it rests on these alone, and those of the
    # largest part on those outside it, who follow from it
    outside = teller.n - held.largest
    behind = {"brokers": held.brokers, "isolated": held.isolated, "largest": min(held.largest, outside or np.inf)}
    for name, actors in behind.items():
        yield replace(teller.row("cohesion", name, "count", float(getattr(held, name))), contributors=float(actors))
    yield teller.row("ties", "declared", "count", float(network.ties.sum()))
    yield teller.row("ties", "among", "count", float(ties.sum()))
    split = structure.core_periphery(ties)
    if present(split.fit):
        yield teller.row("core", "fit", "ratio", split.fit)
    inside = float(split.core.sum())
    yield teller.row("core", "actors", "count", inside, contributors=inside)
    for kind, tied in network.kinds.items():
        there = tied[network.answered].any(axis=1).sum()
        yield teller.row(
            "kinds", "declared", "share", float(tied.sum() / max(network.ties.sum(), 1)), domain={"kind": kind},
            contributors=float(there),
        )  # fmt: skip


def mixing_rows(teller: Teller, network: Network) -> Iterator[Result]:
    """Yield the mean number of partners of each type that those of each type declare, silent partners included."""
    types = network.types
    names = sorted(set(types))
    for one in names:
        senders = network.answered & (types == one)
        behind = float(senders.sum())
        for other in names:
            mean = float(network.ties[np.ix_(senders, types == other)].sum(axis=1).mean())
            domain = {"from_type": one, "to_type": other}
            yield teller.row("partners", "declared", "mean", mean, domain=domain, contributors=behind)


def tested_rows(
    teller: Teller, network: Network, central: str | None, draws: int, rng: np.random.Generator
) -> Iterator[Result]:
    """Yield the permutation tests of one network: ties inside units, ties received by the central type of actors."""
    ties, own = network.among, network.actors[network.answered]
    unit = own[teller.context.level]
    if unit.nunique() > 1:
        code = pd.factorize(unit)[0].astype(np.int64)
        inside = code >= 0
        found = permutation.within_groups(ties[np.ix_(inside, inside)], code[inside], draws, rng)
        if present(found.value):
            yield teller.permuted("same_unit", "share", "share", found)
            yield teller.row("same_unit", "by_chance", "share", found.expected)
    if central is not None:
        chosen = (own["type"] == central).to_numpy(dtype=bool)
        received = ties.sum(axis=0).astype(np.float64)
        found = permutation.difference(received, chosen, draws, rng)
        if present(found.value):
            yield teller.permuted("received", "gap_to_others", "mean", found)
            for name, rows in (("central", chosen), ("others", ~chosen)):
                mean, behind = float(received[rows].mean()), float(rows.sum())
                yield teller.row("received", name, "mean", mean, contributors=behind)


def change_rows(teller: Teller, first: Network, last: Network) -> Iterator[Result]:
    """Yield how much partners, density and reciprocity changed, each as its two levels are told."""
    (before, n_before), (after, n_after) = (
        (estimation.partners(n.ties, n.types, n.answered), len(n.actors)) for n in (first, last)
    )
    yield teller.estimated("partners", "mean_shift", "mean", estimation.change(before, after))
    dense = (before.times(100 / (n_before - 1)), after.times(100 / (n_after - 1)))
    yield teller.estimated("density", "shift", "point", estimation.change(*dense))
    if first.among.any() and last.among.any():
        returned = (estimation.reciprocity(n.ties, n.types, n.answered).times(100.0) for n in (first, last))
        yield teller.estimated("reciprocity", "shift", "point", estimation.change(*returned))


def pair_rows(teller: Teller, first: Network, last: Network, draws: int, rng: np.random.Generator) -> Iterator[Result]:
    """Yield what became of the ties between actors of both lists who answered both times.

    Parameters
    ----------
    first, last : networks of the same actors in the same order.
    """
    both = first.answered & last.answered
    earlier, later = bounds.among(first.ties, both), bounds.among(last.ties, both)
    if earlier.any() and later.any():
        yield teller.permuted("persistence", "index", "ratio", permutation.correlation(earlier, later, draws, rng))
    moved = permutation.change(earlier, later, draws, rng)
    yield teller.row("density", "pair_change", "point", 100 * moved.value, p_value=moved.p_value)
    yield teller.row("ties", "kept", "share", _share(earlier & later, earlier))
    yield teller.row("ties", "new", "share", _share(later & ~earlier, later))


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")
