"""Products of tall matrices in blocks of rows that stay in the processor's cache.

Each block is small enough for BLAS to keep it in one thread: threads that wait for each other cost ten times the
product on a machine that has other work.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.survey.structure import Floats

# OpenBLAS multiplies in one thread up to this many products
ONE_THREAD = 262_144
PANEL = 16


def _panels(x: Floats) -> Iterator[tuple[slice, int]]:
    """Slices of rows, and the rows of a block inside each."""
    block = max(64, ONE_THREAD // max(x.shape[1], 1) ** 2)
    block = min(block, 2048)
    for start in range(0, len(x), PANEL * block):
        yield slice(start, start + PANEL * block), block


def _blocked(x: Floats, block: int) -> tuple[Floats, Floats]:
    """Whole blocks (b, block, p) of a panel, and the rows left over."""
    whole = len(x) // block
    return x[: whole * block].reshape(whole, block, x.shape[1]), x[whole * block :]


def weighted_gram(x: Floats, weights: Floats) -> Floats:
    """Return x' diag(weights) x (p, p)."""
    return weighted_cross(x, x, weights)


def weighted_cross(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Return x' diag(weights) y (p, q)."""
    out = np.zeros((x.shape[1], y.shape[1]))
    for rows, block in _panels(x if x.shape[1] >= y.shape[1] else y):
        left, left_rest = _blocked(x[rows], block)
        right, right_rest = _blocked(y[rows] * weights[rows, None], block)
        out += np.matmul(left.transpose(0, 2, 1), right).sum(axis=0) + left_rest.T @ right_rest
    return out


def weighted_sums(x: Floats, weights: Floats) -> Floats:
    """Return x' weights (p,)."""
    out = np.zeros(x.shape[1])
    for rows, block in _panels(x):
        whole, rest = _blocked(x[rows], block)
        w = weights[rows]
        out += np.matmul(w[: whole.shape[0] * block].reshape(whole.shape[0], 1, block), whole).sum(axis=(0, 1))
        out += w[whole.shape[0] * block :] @ rest
    return out


def times(x: Floats, matrix: Floats) -> Floats:
    """Return x @ matrix (m, q) for a small matrix (p, q)."""
    out = np.empty((len(x), matrix.shape[1]))
    for rows, block in _panels(x if x.shape[1] >= matrix.shape[1] else out):
        whole, rest = _blocked(x[rows], block)
        done = whole.shape[0] * block
        panel = out[rows]
        panel[:done] = np.matmul(whole, matrix).reshape(done, matrix.shape[1])
        panel[done:] = rest @ matrix
    return out


def linear(x: Floats, coefficients: Floats) -> Floats:
    """Return x @ coefficients (m,)."""
    return times(x, coefficients[:, None])[:, 0]
