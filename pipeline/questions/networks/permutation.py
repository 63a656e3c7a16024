"""Permutation tests on networks: what chance alone would give, the ties being as they are.

Ties of one network are not independent, so that the usual tests do not apply. Here the observed ties are kept and only
what the hypothesis calls exchangeable is shuffled. p-values count the observed value among the shuffled ones (Phipson
and Smyth 2010, Permutation p-values should never be zero).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Permuted:
    """A statistic, its mean over the permutations, and the two-sided p-value (twice the smaller tail)."""

    value: float
    expected: float
    p_value: float


def judged(value: float, drawn: Floats) -> Permuted:
    """Return where a value stands among those of the permutations (r,)."""
    tolerance = 1e-9 * max(1.0, abs(value))
    upper = 1 + int((drawn >= value - tolerance).sum())
    lower = 1 + int((drawn <= value + tolerance).sum())
    p = min(1.0, 2 * min(upper, lower) / (1 + len(drawn)))
    return Permuted(value, float(drawn.mean()), p)


def within_groups(ties: Bools, group: Ints, draws: int, rng: np.random.Generator) -> Permuted:
    """Test whether ties stay inside groups: their share inside, against groups dealt to the actors at random.

    Parameters
    ----------
    ties : (n, n) between actors who answered, no loops. group : (n,) number of each actor's group.

    Notes
    -----
    Rows and columns are relabelled together, which keeps the dependence of the ties of one actor (the quadratic
    assignment procedure: Hubert 1987, Assignment Methods in Combinatorial Data Analysis; Krackhardt 1988, Social
    Networks 10, 359-381).
    """
    sender, receiver = np.nonzero(ties)
    if not len(sender):
        return Permuted(float("nan"), float("nan"), float("nan"))
    value = float((group[sender] == group[receiver]).mean())
    drawn = np.empty(draws)
    for i in range(draws):
        dealt = rng.permutation(group)
        drawn[i] = (dealt[sender] == dealt[receiver]).mean()
    return judged(value, drawn)


def correlation(first: Bools, second: Bools, draws: int, rng: np.random.Generator) -> Permuted:
    """Test whether the same pairs are tied in two networks (n, n) of the same actors: QAP correlation.

    Krackhardt 1988 (see `within_groups`). The actors of the second network are relabelled; its ties are not.
    """
    n = len(first)
    pairs = n * (n - 1)
    a, b = int(first.sum()), int(second.sum())
    spread = np.sqrt(float(a) * (pairs - a) * b * (pairs - b))
    if spread == 0:
        return Permuted(float("nan"), float("nan"), float("nan"))
    sender, receiver = np.nonzero(first)

    def of(common: float) -> float:
        return float((pairs * common - float(a) * b) / spread)

    drawn = np.empty(draws)
    for i in range(draws):
        order = rng.permutation(n)
        drawn[i] = of(float(second[order[sender], order[receiver]].sum()))
    return judged(of(float(second[sender, receiver].sum())), drawn)


def change(first: Bools, second: Bools, draws: int, rng: np.random.Generator) -> Permuted:
    """Test whether density changed between two networks (n, n) of the same actors.

    The two states of a pair of actors (both directions together, so that reciprocity is kept) change places at random,
    independently from pair to pair. This holds when pairs are independent given the actors; it does not when what
    happens to one actor moves many of its ties at once: the interval over actors answers for that.
    """
    n = len(first)
    gain = second.astype(np.int64) - first
    pairs = (gain + gain.T)[np.triu_indices(n, 1)]
    moved = pairs[pairs != 0]
    possible = n * (n - 1)
    signs = rng.integers(0, 2, size=(draws, len(moved)), dtype=np.int8) * 2 - 1
    drawn = (signs @ moved.astype(np.float64)) / possible
    return judged(float(pairs.sum()) / possible, drawn)


def difference(values: Floats, chosen: Bools, draws: int, rng: np.random.Generator) -> Permuted:
    """Test whether some actors have a higher mean than the others, against as many actors chosen at random."""
    if not chosen.any() or chosen.all():
        return Permuted(float("nan"), float("nan"), float("nan"))

    def of(rows: Bools) -> float:
        return float(values[rows].mean() - values[~rows].mean())

    return judged(of(chosen), np.array([of(rng.permutation(chosen)) for _ in range(draws)]))
