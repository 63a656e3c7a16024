"""The ordered adjustments of the weights, and the residuals they leave in linearised variables.

A calibrated total has the variance of the total of residuals (Deville and Särndal 1992, JASA 87, eq. 3.4).
With several adjustments the linearised variable is taken through them in reverse order, each step replacing
u by u - X B, with B from the least squares of u on the step's calibration variables under the weights that
stood before the step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from pipeline.survey.columns import Columns
from pipeline.survey.structure import Floats, Ints


@dataclass(frozen=True)
class Regression:
    """Least squares of a linearised variable on calibration variables.

    columns : of the rows concerned. rows : (r,) where they stand. weights : (r,) of the least squares.
    inverse : takes X' u to B, when a step has its own; the inverse of X'WX otherwise.
    loading : (r,) what a unit of X B takes from a score; the weight after the step by default (residuals).
    """

    columns: Columns
    rows: Ints
    weights: Floats
    inverse: Floats | None = None
    loading: Floats | None = None


@dataclass(frozen=True)
class Step:
    """One adjustment: weights (n,) before and after and, for calibration, what residuals are taken on.

    Parameters
    ----------
    kind : post_stratify, rake, calibrate, nonresponse, eligibility, reweight, trim, normalise, share_weights.
    regression : calibration variables and the least squares that gives B; None when the factors are fixed.
    summary : makes the report of what the step did.
    replay : the same step on other weights (n, R), one column a replicate.
    """

    kind: str
    before: Floats
    after: Floats
    regression: Regression | None = None
    summary: Callable[[], Mapping[str, Any]] = dict
    replay: Callable[[Floats], Floats] | None = None

    @cached_property
    def report(self) -> Mapping[str, Any]:
        """What the step did, for people."""
        return self.summary()


@dataclass(frozen=True)
class Projection:
    """The residual operator of all calibration steps together: scores become scores - loadings @ B.

    loadings : (n, K) sparse, the calibration variables of every step times the weights after it.
    regressors : of each step, sparse (n, K_s): variables times the ratio of regression weight to weight after it.
    whole : of each step that concerns every row, its variables and that ratio, for scores laid out by domain.
    """

    loadings: sparse.csr_array
    blocks: tuple[slice, ...]
    regressors: tuple[sparse.csr_array, ...]
    inverses: tuple[Floats, ...]
    crossings: dict[tuple[int, int], Floats]
    whole: tuple[tuple[Columns, Floats] | None, ...]

    @cached_property
    def turned(self) -> tuple[sparse.csr_array, ...]:
        """Return the regressors column by column, (K_s, n)."""
        return tuple(each.T.tocsr() for each in self.regressors)

    def coefficients(self, scores: Floats | sparse.csr_array) -> Floats:
        """Return B (K, k) for weighted scores (n, k), last step first."""
        b = np.zeros((self.loadings.shape[1], scores.shape[1]))
        for s in reversed(range(len(self.blocks))):
            crossed = self._crossed(s, scores)
            for t in range(s + 1, len(self.blocks)):
                crossed = crossed - self.crossings[s, t] @ b[self.blocks[t]]
            b[self.blocks[s]] = self.inverses[s] @ crossed
        return b

    def _crossed(self, s: int, scores: Floats | sparse.csr_array) -> Floats:
        """Return X'u (K_s, k) of one step, X with its regression weights."""
        whole = self.whole[s]
        if whole is not None and sparse.issparse(scores):
            domain, values = _by_domain_layout(scores)
            if domain is not None:
                columns, ratio = whole
                return columns.domain_sums(domain, scores.shape[1] // len(values), values * ratio)
        crossed = self.turned[s] @ scores
        return crossed.toarray(order="F") if sparse.issparse(crossed) else np.asarray(crossed)


def _by_domain_layout(scores: sparse.csr_array) -> tuple[Ints | None, Floats]:
    """Domain (n,) and values (p, n) of scores whose rows each fill the p columns of one domain, None otherwise."""
    n, k = scores.shape
    p = scores.nnz // n if n else 0
    if p == 0 or scores.nnz != n * p or k % p or (np.diff(scores.indptr) != p).any():
        return None, np.empty((0, n))
    columns = scores.indices.reshape(n, p)
    if (columns[:, 0] % p).any() or (columns != columns[:, :1] + np.arange(p, dtype=columns.dtype)).any():
        return None, np.empty((0, n))
    return (columns[:, 0] // p).astype(np.int64), np.ascontiguousarray(scores.data.reshape(n, p).T)


def projection_of(steps: tuple[Step, ...]) -> Projection | None:
    """Return the residual operator of the calibration steps, None when there is none."""
    calibrations = [(step, step.regression) for step in steps if step.regression is not None]
    if not calibrations:
        return None
    loadings, blocks, regressors, inverses, whole, start = [], [], [], [], [], 0
    for step, regression in calibrations:
        after, weight = step.after[regression.rows], regression.weights
        x = regression.columns.matrix(regression.rows, len(step.after))
        ratio = np.zeros(len(step.after))
        ratio[regression.rows] = np.divide(weight, after, out=np.zeros_like(after), where=after != 0)
        regressors.append(_scaled(x, ratio))
        whole.append((regression.columns, ratio) if len(regression.rows) == len(ratio) else None)
        load = step.after
        if regression.loading is not None:
            load = np.zeros(len(step.after))
            load[regression.rows] = regression.loading
        loadings.append(_scaled(x, load))
        inverses.append(
            scaled_inverse(regression.columns.gram(weight)) if regression.inverse is None else regression.inverse
        )
        blocks.append(slice(start, start + x.shape[1]))
        start += x.shape[1]
    crossings = {
        (s, t): (regressors[s].T @ loadings[t]).toarray()
        for s in range(len(calibrations))
        for t in range(s + 1, len(calibrations))
    }
    together = loadings[0] if len(loadings) == 1 else sparse.csr_array(sparse.hstack(loadings))
    return Projection(together, tuple(blocks), tuple(regressors), tuple(inverses), crossings, tuple(whole))


def _scaled(x: sparse.csr_array, by_row: Floats) -> sparse.csr_array:
    return sparse.csr_array((x.data * np.repeat(by_row, np.diff(x.indptr)), x.indices, x.indptr), shape=x.shape)


def scaled_inverse(gram: Floats) -> Floats:
    """Return a generalised inverse of a symmetric matrix (K, K) whose columns may differ widely in size.

    Margins share their grand total, so the rank is rarely full; without the scaling a numeric total in
    millions would drown the counts.
    """
    size = np.sqrt(np.maximum(np.diag(gram), 0.0))
    size[size == 0] = 1.0
    outer = np.outer(size, size)
    return np.linalg.pinv(gram / outer, rcond=1e-11, hermitian=True) / outer
