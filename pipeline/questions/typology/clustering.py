"""Hierarchical clustering by Ward's criterion with weights, consolidated by k-means.

Ward's criterion merges the two classes whose merger adds least to the inertia within classes (Ward 1963, JASA 58,
236); with masses the loss is m1 m2 / (m1 + m2) times the squared distance of the centres. The tree is built by chains
of nearest neighbours (Murtagh 1983).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tree:
    """n - 1 mergers in order of loss: ``pairs`` (n - 1, 2) of nodes (n + i is the i-th merger), ``loss`` (n - 1,)."""

    pairs: Ints
    loss: Floats

    def cut(self, classes: int) -> Ints:
        """Return (n,) class numbers from 0, in order of first appearance."""
        n = len(self.pairs) + 1
        if not 1 <= classes <= n:
            raise ValueError(f"between 1 and {n} classes, not {classes}")
        parent = np.arange(2 * n - 1)
        for i in range(n - classes):
            parent[self.pairs[i]] = n + i
        roots = np.arange(n)
        for _ in range(2 * n):
            above = parent[roots]
            if np.array_equal(above, roots):
                break
            roots = above
        _, first, label = np.unique(roots, return_index=True, return_inverse=True)
        return np.argsort(np.argsort(first))[label].astype(np.int64)


def ward(points: Floats, weights: Floats) -> Tree:
    """Return the tree of Ward's criterion on points (n, m) with positive weights (n,).

    Losses of a merged class follow from those of its two parts (Lance and Williams 1967), in a matrix (n, n).
    """
    n = len(points)
    mass = np.array(weights, dtype=np.float64)
    away = sum(np.subtract.outer(column, column) ** 2 for column in np.asarray(points, dtype=np.float64).T)
    cost = mass[:, None] * mass / (mass[:, None] + mass) * away
    np.fill_diagonal(cost, np.inf)
    node, alive = np.arange(n), np.ones(n, dtype=bool)
    pairs, loss = np.empty((n - 1, 2), dtype=np.int64), np.empty(n - 1)
    chain: list[int] = []
    for made in range(n - 1):
        if not chain:
            chain = [int(alive.argmax())]
        while True:
            last = chain[-1]
            row = cost[last]
            best = int(row.argmin())
            # of equally near ones the one before in the chain, or the chain would not end
            if len(chain) > 1 and row[chain[-2]] <= row[best]:
                best = chain[-2]
                break
            chain.append(best)
        chain = chain[:-2]
        least = cost[last, best]
        pairs[made], loss[made] = (node[last], node[best]), least
        own, other = mass[last] + mass, mass[best] + mass
        merged = (own * cost[last] + other * cost[best] - mass * least) / (own + mass[best])
        cost[last], cost[:, last] = np.inf, np.inf
        cost[best], cost[:, best] = merged, merged
        cost[best, last] = cost[last, best] = cost[best, best] = np.inf
        mass[best] += mass[last]
        node[best], alive[last] = n + made, False
    return _in_order(pairs, loss, n)


def _in_order(pairs: Ints, loss: Floats, n: int) -> Tree:
    """Number the mergers by rising loss; a chain finds them in another order."""
    order = np.argsort(loss, kind="stable")
    name = np.arange(2 * n - 1)
    name[n + order] = n + np.arange(n - 1)
    return Tree(name[pairs[order]], loss[order])


def consolidated(points: Floats, weights: Floats, classes: Ints, most: int = 100) -> Ints:
    """Return the classes after k-means steps from the centres of ``classes``; no class is left empty."""
    k = int(classes.max()) + 1
    for _ in range(most):
        flags = np.eye(k)[classes] * weights[:, None]
        centres = flags.T @ points / flags.sum(axis=0)[:, None]
        away = np.sum((points[:, None, :] - centres[None, :, :]) ** 2, axis=2)
        moved = away.argmin(axis=1)
        if len(np.unique(moved)) < k or np.array_equal(moved, classes):
            break
        classes = moved
    return classes.astype(np.int64)


def within(points: Floats, weights: Floats, classes: Ints) -> float:
    """Return the weighted inertia within classes."""
    k = int(classes.max()) + 1
    flags = np.eye(k)[classes] * weights[:, None]
    centres = flags.T @ points / flags.sum(axis=0)[:, None]
    return float(np.sum(weights * np.sum((points - centres[classes]) ** 2, axis=1)))


def number_of_classes(tree: Tree, least: int = 3, most: int = 8) -> int:
    """Return the number of classes after which a further class gains relatively least inertia.

    The criterion compares the inertia within k classes with that within k - 1 and takes the smallest ratio
    (Husson, Josse and Pagès 2010).
    """
    total = np.concatenate([[0.0], np.cumsum(tree.loss)])
    inside = {k: total[len(tree.loss) + 1 - k] for k in range(1, most + 1) if k <= len(tree.loss) + 1}
    candidates = [k for k in range(least, most + 1) if k in inside and inside[k - 1] > 0]
    if not candidates:
        raise ValueError(f"too few units for {least} classes")
    return min(candidates, key=lambda k: inside[k] / inside[k - 1])
