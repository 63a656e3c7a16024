"""Draws that hit their shares: random streams by name, quotas, and thresholds solved in the finite population.

A binary or ordered outcome is drawn as a latent variable (linear predictor plus logistic noise) cut at its own
quantiles. Cutting at the quantile of the finite population is solving the intercept: the share of the table holds
exactly, whatever equipment, frequency, space and territory add to the predictor.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator of a named part, so that a part added later changes no other part's draws."""
    return np.random.default_rng([seed, *(zlib.crc32(n.encode()) for n in names)])


def quota(shares: Sequence[float], n: int) -> Ints:
    """Return counts adding up to ``n`` in proportion to ``shares`` (largest remainders)."""
    exact = np.asarray(shares, dtype=float)
    exact = exact / exact.sum() * n
    counts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: n - counts.sum()]] += 1
    return counts


def dealt(shares: Sequence[float], n: int, rng: np.random.Generator) -> Ints:
    """Return (n,) class numbers in random order, each class exactly at its share."""
    return rng.permutation(np.repeat(np.arange(len(shares)), quota(shares, n)))


def logistic(rng: np.random.Generator, n: int) -> Floats:
    """Return (n,) standard logistic noise."""
    return rng.logistic(size=n)


def top_share(latent: Floats, share: float) -> Bools:
    """Return (n,) True for the ``share`` of rows with the highest latent value."""
    n = round(share * len(latent))
    if 0 < n < len(latent):
        chosen = latent >= np.partition(latent, len(latent) - n)[len(latent) - n]
        if chosen.sum() == n:
            return np.asarray(chosen)
    # the first of equal values, where some stand at the limit
    chosen = np.zeros(len(latent), dtype=bool)
    chosen[np.argsort(-latent, kind="stable")[:n]] = True
    return chosen


def highest(scores: Floats) -> Ints:
    """Return (n,) the column of the highest of (n, columns) scores, the first of equals; few columns are one by one."""
    best, column = scores[:, 0].copy(), np.zeros(len(scores), dtype=np.int64)
    for j in range(1, scores.shape[1]):
        higher = scores[:, j] > best
        column[higher] = j
        np.maximum(best, scores[:, j], out=best)
    return column


def ordered(latent: Floats, counts: Ints) -> Ints:
    """Return (n,) categories 0, 1, ... in the order of ``latent``, with exactly these ``counts``."""
    category = np.empty(len(latent), dtype=np.int64)
    category[np.argsort(latent, kind="stable")] = np.repeat(np.arange(len(counts)), counts)
    return category


def centred(values: Floats, weights: Floats) -> Floats:
    """Return ``values`` less their weighted mean."""
    total = weights.sum()
    return values - (values * weights).sum() / total if total else values
