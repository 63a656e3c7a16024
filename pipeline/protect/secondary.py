"""Secondary suppression: what else is hidden so that no confidential number is known too well.

For a cell that is, a linear programme finds the cheapest way to move the table so that the cell lies far enough from
its true amount and every sum still holds (Kelly, Golden and Assad 1992, Networks 22; Fischetti and Salazar 2000,
Computational Statistics & Data Analysis 32): the printed cells that have to move further than their step are hidden.
Afterwards every cell that turns out not to be needed is shown again, the dearest first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.errors import ProtectError
from pipeline.protect.cells import EVERYTHING, TOTAL
from pipeline.protect.feasible import Floats, System, exposed
from pipeline.protect.linear import Programme
from pipeline.workers import processes

Bools = NDArray[np.bool_]
#: A cell that moves less than this beyond its step has not moved.
_STILL = 1e-6
#: Decimals in which widths are compared: what a solver leaves beyond them depends on where it started.
_SAME = 6
#: Part of the widest interval that there can be, spared so that a programme reaches it.
_SPARED = 1e-3
#: Rounds in which the programme is drawn to few cells (Candes, Wakin and Boyd 2008, J. Fourier Analysis and
#: Applications 14), and how far a cell moves that has hardly moved.
_ROUNDS = 2
_LITTLE = 0.05
#: Cells from which choosing takes longer than having another process do its part.
_MANY = 2_000


def choose_each(systems: Sequence[System], workers: int = 1) -> list[Bools]:
    """Return what :func:`choose` returns of each component; where there is much to choose, in two other processes.

    One does the largest component, one the others: their server has loaded the solver already.
    """
    sizes = [len(system.cells) for system in systems]
    if workers < 2 or len(systems) < 2 or sum(sizes) < _MANY:
        return choose_all(systems)
    largest = sizes.index(max(sizes))
    with processes(2) as pool:
        of_largest = pool.submit(choose, systems[largest])
        of_others = pool.submit(choose_all, [*systems[:largest], *systems[largest + 1 :]])
        chosen = of_others.result()
        chosen.insert(largest, of_largest.result())
    return chosen


def choose_all(systems: Sequence[System]) -> list[Bools]:
    """Return what :func:`choose` returns of each component."""
    return [choose(system) for system in systems]


def choose(system: System) -> Bools:
    """Return which cells (n,) of a component are not printed: those hidden already, and the cheapest that suffice.

    A cell that stays known however much is hidden (what a base of two people leaves of three) needs no more than what
    is left when nothing is printed.
    """
    start = np.array([c.hidden for c in system.cells], dtype=bool)
    hidden = start.copy()
    cause: dict[int, int] = {}
    while known := exposed(system, hidden):
        before = hidden.copy()
        for position, (down, up) in sorted(known.items(), key=lambda k: (round(k[1][1] - k[1][0], _SAME), k[0])):
            if (hidden != before).any() and position not in exposed(system, hidden, [position]):
                continue
            more = _cheapest(system, hidden, position, down, up)
            cause |= {int(i): position for i in np.flatnonzero(more & ~hidden)}
            hidden |= more
        if (hidden == before).all() and not _lowered(system, sorted(known)):
            more = _around(system, sorted(known), hidden)
            cause |= dict.fromkeys(np.flatnonzero(more & ~hidden).tolist(), min(known))
            hidden |= more
    return _needed(system, hidden, cause)


def _lowered(system: System, positions: list[int]) -> bool:
    """Ask of cells, in place, no wider interval than there is when nothing is printed; say whether that was lower."""
    possible = exposed(system, np.ones(len(system.cells), dtype=bool), positions)
    for position, (down, up) in possible.items():
        system.cells[position].width = max(up - down, 0.0) * (1 - _SPARED)
    return bool(possible)


def _around(system: System, positions: list[int], hidden: Bools) -> Bools:
    """Return the cells that stand in a sum with some cells; when these are hidden already, all cells.

    What an earlier edition printed is known, hidden or not: such cells come last. Printed again, finer or with other
    answers, they may still be known better than they were.
    """
    free = np.array([c.held == EVERYTHING for c in system.cells], dtype=bool)
    linked = abs(system.sums)
    marked = np.zeros(len(hidden))
    marked[positions] = 1.0
    near: Bools = (linked.T @ (linked @ marked)) > 0
    for more in (near & free, free, near):
        if (more & ~hidden).any():
            return more
    return np.ones(len(hidden), dtype=bool)


def cost(system: System, hidden: Bools) -> float:
    """Return what it costs to hide cells that were shown before."""
    return float(sum(c.cost for c, h in zip(system.cells, hidden, strict=True) if h and not c.hidden))


def _needed(system: System, hidden: Bools, cause: dict[int, int]) -> Bools:
    """Return ``hidden`` less what can be shown again, the dearest first; ``cause`` is the cell one was hidden for."""
    for position in sorted(cause, key=lambda i: (-system.cells[i].cost, i)):
        trial = hidden.copy()
        trial[position] = False
        if exposed(system, trial, [cause[position]]):
            continue
        if not exposed(system, trial, is_one_enough=True):
            hidden = trial
    return hidden


def _cheapest(system: System, hidden: Bools, position: int, down: float, up: float) -> Bools:
    """Return which printed cells move where one is to lie its width apart, whichever way is cheaper."""
    width = system.cells[position].width
    for dearest in (TOTAL - 1, np.inf):
        ways: list[tuple[float, int, Bools]] = []
        for target in (down + width, up - width):
            moved = _moved(system, hidden, position, target, dearest)
            if moved is not None:
                ways.append((sum(system.cells[i].cost for i in np.flatnonzero(moved)), len(ways), moved))
        if ways:
            return min(ways, key=lambda w: w[:2])[2]
    return np.zeros(len(hidden), dtype=bool)


def _moved(system: System, hidden: Bools, position: int, target: float, dearest: float) -> Bools | None:
    """Return which printed cells of cost up to ``dearest`` move where one moves to ``target``; none if it cannot."""
    low, high = system.bounds(hidden)
    floor, ceiling = system.floor - system.truth, system.ceiling - system.truth
    shown = np.flatnonzero(~hidden)
    if not floor[position] <= target <= ceiling[position]:
        return None
    size, extra = len(hidden), len(shown)
    costs = system.costs[shown]
    low[position], high[position] = (target, ceiling[position]) if target > 0 else (floor[position], target)
    # what a printed cell moves beyond its step, upward and downward
    beyond = system.by_column[:, shown]
    sums = sparse.hstack([system.by_column, beyond, -beyond], format="csc")
    low = np.concatenate([low, np.zeros(2 * extra)])
    free = costs <= dearest
    room = [np.where(free, r, 0.0) for r in (_room(ceiling[shown], high[shown]), _room(low[shown], floor[shown]))]
    high = np.concatenate([high, *room])
    programme = Programme(sums, system.least, system.most)
    beyond_step = np.ones(extra)
    for _ in range(_ROUNDS):
        # hiding costs the same however far a cell moves: what moved little in the last round is made dear
        price = costs / (beyond_step + _LITTLE)
        aim = np.concatenate([np.zeros(size), price, price])
        try:
            found = programme.least(aim, low, high)
        except ProtectError:
            return None
        beyond_step = found[size : size + extra] + found[size + extra :]
    table = found[:size].copy()
    table[shown] += found[size : size + extra] - found[size + extra :]
    system.remember(table)
    moved = np.zeros(size, dtype=bool)
    moved[shown] = beyond_step > _STILL
    return moved


def _room(far: Floats, near: Floats) -> Floats:
    """Return how much further cells may go; not at all where they may go anywhere already."""
    with np.errstate(invalid="ignore"):
        room: Floats = np.fmax(far - near, 0.0)
    return room
