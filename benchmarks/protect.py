"""How far the heuristic of secondary suppression is from the best that integer programming finds.

    python -m benchmarks.protect RESULTS.parquet [--seconds 15]

For every component whose confidential cells are exposed, prints what the heuristic hides (cost), the best found by
integer programming within the seconds, its lower bound, and the ratio; then the sums. RESULTS is a private table
(build/<evaluation>/analyse/results.parquet). The integer programme hides a set of printed cells such that every
confidential cell can lie its width apart: one table each that a reader cannot tell from the true one.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline import results
from pipeline.protect import Thresholds
from pipeline.protect.feasible import System, exposed
from pipeline.protect.secondary import choose, cost
from pipeline.protect.stage import components

#: A cell that may go anywhere goes no further than this many widths.
FAR = 50.0
BAR = 1.25


def best(system: System, seconds: float) -> tuple[float, float]:
    """Return the least cost found and its lower bound; both infinite when nothing was found in time."""
    start = np.array([c.hidden for c in system.cells])
    known = list(exposed(system, start))
    low, high = system.bounds(start)
    shown = np.flatnonzero(~start)
    reach = FAR * max(system.cells[i].width for i in known)
    floor, ceiling = (np.clip(x - system.truth, -reach, reach) for x in (system.floor, system.ceiling))
    low, high = np.maximum(low, -reach), np.minimum(high, reach)
    n, tables, sums = len(start), 2 * len(known), system.sums
    blocks, least, most = [], [], []
    for t in range(tables):
        row: list[sparse.sparray | None] = [None] * (tables + 1)
        row[t], row[tables] = sums, sparse.csr_array((sums.shape[0], len(shown)))
        blocks.append(row)
        least.append(system.least)
        most.append(system.most)
        # a shown cell keeps to its step unless it is hidden
        pick = sparse.csr_array((np.ones(len(shown)), (np.arange(len(shown)), shown)), shape=(len(shown), n))
        for side, free in ((1.0, ceiling - high), (-1.0, low - floor)):
            row = [None] * (tables + 1)
            row[t], row[tables] = side * pick, -sparse.diags_array(np.maximum(free[shown], 0.0))
            blocks.append(row)
            least.append(np.full(len(shown), -np.inf))
            most.append((high if side > 0 else -low)[shown])
    for k, i in enumerate(known):
        row = [None] * (tables + 1)
        row[2 * k] = sparse.csr_array(([1.0], ([0], [i])), shape=(1, n))
        row[2 * k + 1] = sparse.csr_array(([-1.0], ([0], [i])), shape=(1, n))
        blocks.append(row)
        least.append(np.array([system.cells[i].width]))
        most.append(np.array([np.inf]))
    matrix = sparse.block_array(blocks, format="csr")
    costs = np.array([system.cells[i].cost for i in shown])
    aim = np.concatenate([np.zeros(tables * n), costs])
    made = milp(
        aim,
        constraints=LinearConstraint(matrix, np.concatenate(least), np.concatenate(most)),
        integrality=np.concatenate([np.zeros(tables * n), np.ones(len(shown))]),
        bounds=Bounds(
            np.concatenate([*([np.minimum(floor, low)] * tables), np.zeros(len(shown))]),
            np.concatenate([*([np.maximum(ceiling, high)] * tables), np.ones(len(shown))]),
        ),
        options={"time_limit": seconds},
    )
    bound = made.mip_dual_bound if made.mip_dual_bound is not None else 0.0
    return (np.inf if made.x is None else float(made.fun)), float(bound)


def main() -> None:
    """Print one line a component and the sums."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("results", type=Path)
    arguments.add_argument("--seconds", type=float, default=15.0)
    asked = arguments.parse_args()
    ours, theirs, bounds = 0.0, 0.0, 0.0
    for system in components(results.read(asked.results), Thresholds()):
        hidden = choose(system)
        if not (paid := cost(system, hidden)):
            continue
        began = time.perf_counter()
        found, bound = best(system, asked.seconds)
        found = min(found, paid)
        ours, theirs, bounds = ours + paid, theirs + found, bounds + bound
        print(
            f"{len(system.cells):5} cells  heuristic {paid:8.1f}  best {found:8.1f}  bound {bound:8.1f}  "
            f"ratio {paid / found:5.2f}  {time.perf_counter() - began:5.1f} s  {system.cells[0].quantity[:60]}"
        )
    print(f"sum: heuristic {ours:.1f}, best {theirs:.1f}, bound {bounds:.1f}; ratio {ours / theirs:.3f} (bar {BAR})")


if __name__ == "__main__":
    main()
