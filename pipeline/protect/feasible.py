"""What a reader can know: the interval of every cell that everything printed leaves open, by linear programming.

Cells and equations fall into components that share nothing. In each, two programmes (the largest and the smallest sum
of all confidential cells) give two tables that a reader cannot tell from the true one: a cell that differs enough
between them is safe. The others are asked about one by one.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.protect.cells import Cell, Key
from pipeline.protect.equations import Equation
from pipeline.protect.linear import Programme

Floats = NDArray[np.float64]
#: Share of the width asked for that rounding of the programmes may eat.
_SLACK = 1e-6
#: So many tables are kept of a component.
_KEPT = 500


@dataclass
class System:
    """Cells of one component, and what sums say of them, around the true amounts.

    Parameters
    ----------
    cells : (n,) in the order of their quantities.   sums : (m, n) equations, scaled.
    least, most : (m,) how far the sums may lie from the true ones.   floor, ceiling : (n,) that a hidden cell keeps.
    seen : (n,) each, tables that keep to every sum, less the true one: what earlier programmes found.
    """

    cells: list[Cell]
    sums: sparse.csr_array
    least: Floats
    most: Floats
    floor: Floats
    ceiling: Floats
    seen: list[Floats] = field(default_factory=list)

    @functools.cached_property
    def programme(self) -> Programme:
        """Return the linear programme over the sums."""
        return Programme(self.by_column, self.least, self.most, aims=True)

    @functools.cached_property
    def by_column(self) -> sparse.csc_array:
        """Return the sums, column by column, as programmes take them."""
        return self.sums.tocsc()

    @functools.cached_property
    def costs(self) -> Floats:
        """Return what it costs to hide each cell."""
        return np.array([c.cost for c in self.cells])

    @functools.cached_property
    def truth(self) -> Floats:
        """Return the true amounts."""
        return np.array([c.value for c in self.cells])

    @property
    def primary(self) -> NDArray[np.int64]:
        """Return the positions of confidential cells."""
        return np.flatnonzero([c.primary for c in self.cells])

    def bounds(self, hidden: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return by how much every cell may lie under and over its true amount when ``hidden`` are not printed."""
        low, high = self.printed
        truth = self.truth
        return (
            np.minimum(np.where(hidden, self.floor, low) - truth, 0.0),
            np.maximum(np.where(hidden, self.ceiling, high) - truth, 0.0),
        )

    def remember(self, table: Floats) -> None:
        """Keep a table (n,) that a programme found, the last ones only."""
        self.seen.append(table)
        del self.seen[:-_KEPT]

    @functools.cached_property
    def printed(self) -> tuple[Floats, Floats]:
        """Return what a reader knows of every cell who sees it printed."""
        return np.array([c.low for c in self.cells]), np.array([c.high for c in self.cells])


def systems(cells: dict[Key, Cell], equations: list[Equation]) -> list[System]:
    """Return the components that hold a confidential cell, each in the order of its quantities."""
    shared = Counter(cell.quantity for cell in cells.values())
    ordered = sorted(cells, key=lambda k: (quantity := cells[k].quantity, str(k) if shared[quantity] > 1 else ""))
    place = {key: i for i, key in enumerate(ordered)}
    placed = [[place.get(k, -1) for k, _ in e.terms] for e in equations]
    kept = [-1 not in positions for positions in placed]
    told = [*itertools.compress(equations, kept)]
    rows = np.repeat(np.arange(len(told)), [len(e.terms) for e in told]) if told else np.array([], int)
    columns = np.array([*itertools.chain.from_iterable(itertools.compress(placed, kept))], int)
    weights = np.array([w for e in told for _, w in e.terms])
    links = sparse.csr_array((weights, (rows, columns)), shape=(len(told), len(ordered)))
    joint = sparse.csr_array(abs(links).T @ abs(links))
    _, label = sparse.csgraph.connected_components(joint, directed=False)
    of_row = label[columns[np.searchsorted(rows, np.arange(len(told)))]] if told else np.array([], int)
    concerned = sorted({int(label[place[k]]) for k, c in cells.items() if c.primary})
    found = []
    for component in concerned:
        mine, sums = np.flatnonzero(label == component), np.flatnonzero(of_row == component)
        found.append(_system([cells[ordered[i]] for i in mine], links[sums][:, mine], [told[i] for i in sums]))
    return found


def _system(cells: list[Cell], links: sparse.csr_array, told: list[Equation]) -> System:
    truth = np.array([c.value for c in cells])
    summed = links @ truth if told else np.array([])
    scale = 1 / np.maximum(abs(links).max(axis=1).toarray().ravel(), 1e-12) if told else np.array([])
    least = np.array([min(e.low - s, 0.0) for e, s in zip(told, summed, strict=True)])
    most = np.array([max(e.high - s, 0.0) for e, s in zip(told, summed, strict=True)])
    least, most = (np.where(abs(x) < 1e-7, 0.0, x) for x in (least, most))
    floor = np.array([_floor(c) for c in cells])
    ceiling = np.array([_ceiling(c) for c in cells])
    return System(cells, sparse.csr_array(links * scale[:, None]), least * scale, most * scale, floor, ceiling)


def _floor(cell: Cell) -> float:
    if not cell.rows:
        return cell.low
    return max(-np.inf if cell.key.kind == "difference" else min(0.0, cell.value), cell.held[0])


def _ceiling(cell: Cell) -> float:
    most = float(max(cell.size, cell.value)) if cell.key.kind == "share" else np.inf
    return min(most, cell.held[1])


def exposed(
    system: System, hidden: NDArray[np.bool_], asked: list[int] | None = None, is_one_enough: bool = False
) -> dict[int, tuple[float, float]]:
    """Return the confidential cells that a reader knows too well, with how far each may lie under and over the truth.

    Parameters
    ----------
    hidden : (n,) which cells are not printed.   asked : positions of confidential cells; all of them by default.
    is_one_enough : whether to stop at the first that is known.
    """
    low, high = system.bounds(hidden)
    primary = system.primary if asked is None else np.array(asked, dtype=np.int64)
    needed = np.array([system.cells[i].width for i in primary]) * (1 - _SLACK)
    down, up = _reached(system, primary, low, high)
    unsure, before = np.flatnonzero(up - down < needed), len(primary) + 1
    while 1 < len(unsure) < before:
        before = len(unsure)
        # all one way, then every other the other way: cells that sum to something printed move against each other
        for ways in (np.ones(before), (-1.0) ** np.arange(before)):
            for sign in (1.0, -1.0):
                aim = np.zeros(len(system.cells))
                aim[primary[unsure]] = -sign * ways[: len(unsure)] / np.maximum(needed[unsure], 1e-9)
                found = _solve(system, aim, low, high, needed, primary)[primary]
                down, up = np.minimum(down, found), np.maximum(up, found)
            unsure = np.flatnonzero(up - down < needed)
            if len(unsure) < 2:
                break
    known: dict[int, tuple[float, float]] = {}
    for j in unsure:
        i = int(primary[j])
        least = _extreme(system, i, 1.0, low, high)
        if up[j] - least >= needed[j]:
            continue
        most = _extreme(system, i, -1.0, low, high)
        if most - least < needed[j]:
            known[i] = (least, most)
            if is_one_enough:
                break
    return known


def _reached(system: System, positions: NDArray[np.int64], low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return how far under and over the truth cells lie in tables seen, each drawn to the true one until it is allowed.

    Whatever lies between two tables that keep to the sums keeps to them too, so this costs no programme.
    """
    if not system.seen:
        return np.zeros(len(positions)), np.zeros(len(positions))
    tables = np.array(system.seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(tables > high, high / tables, np.where(tables < low, low / tables, 1.0)).min(axis=1)
    there = tables[:, positions] * part[:, None]
    return np.minimum(there.min(axis=0), 0.0), np.maximum(there.max(axis=0), 0.0)


def _extreme(system: System, position: int, sign: float, low: Floats, high: Floats) -> float:
    aim = np.zeros(len(system.cells))
    aim[position] = sign
    capped = np.array([max(system.cells[position].width, 1e-9)])
    return float(_solve(system, aim, low, high, 2 * capped, np.array([position]))[position])


def _solve(
    system: System, aim: Floats, low: Floats, high: Floats, needed: Floats, watched: NDArray[np.int64]
) -> Floats:
    """Return the table, less the true one, that makes ``aim`` least; cells watched go no further than they need."""
    low, high = low.copy(), high.copy()
    low[watched] = np.maximum(low[watched], -needed)
    high[watched] = np.minimum(high[watched], needed)
    found = system.programme.least(aim, low, high)
    system.remember(found)
    return found
