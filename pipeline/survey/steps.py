"""The ordered adjustments of the weights, and the residuals they leave in linearised variables.

A calibrated total has the variance of the total of residuals (Deville and Särndal 1992, JASA 87, eq. 3.4).
With several adjustments the linearised variable is taken through them in reverse order, each step replacing
u by u - X B, with B from the least squares of u on the step's calibration variables under the weights that
stood before the step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from pipeline.survey.structure import Floats


@dataclass(frozen=True)
class Step:
    """One adjustment: weights (n,) before and after and, for calibration, what residuals are taken on.

    Parameters
    ----------
    kind : post_stratify, rake, calibrate, reweight, trim, normalise, share_weights.
    variables : (n, K) sparse calibration variables, zero on rows outside the step; None when the factors
        are treated as fixed.
    regression_weights : (n,) weights of the least squares that gives B.
    inverse : (K, K) matrix that takes X' u to B in place of least squares, when a step has its own.
    report : what the step did, for people.
    replay : the same step on other weights (n, R), one column a replicate.
    """

    kind: str
    before: Floats
    after: Floats
    variables: sparse.csr_array | None = None
    regression_weights: Floats | None = None
    inverse: Floats | None = None
    report: Mapping[str, Any] = field(default_factory=dict)
    replay: Callable[[Floats], Floats] | None = None


@dataclass(frozen=True)
class Projection:
    """The residual operator of all calibration steps together: scores become scores - loadings @ B.

    loadings : (n, K) dense, the calibration variables of every step times the weights after it.
    """

    loadings: Floats
    blocks: tuple[slice, ...]
    regressors: tuple[sparse.csr_array, ...]
    inverses: tuple[Floats, ...]
    crossings: dict[tuple[int, int], Floats]

    def coefficients(self, scores: Floats | sparse.csr_array) -> Floats:
        """Return B (K, k) for weighted scores (n, k), last step first."""
        b = np.zeros((self.loadings.shape[1], scores.shape[1]))
        for s in reversed(range(len(self.blocks))):
            crossed = self.regressors[s].T @ scores
            crossed = crossed.toarray() if sparse.issparse(crossed) else np.asarray(crossed)
            for t in range(s + 1, len(self.blocks)):
                crossed = crossed - self.crossings[s, t] @ b[self.blocks[t]]
            b[self.blocks[s]] = self.inverses[s] @ crossed
        return b


def projection_of(steps: tuple[Step, ...]) -> Projection | None:
    """Return the residual operator of the calibration steps, None when there is none."""
    calibrations = [step for step in steps if step.variables is not None]
    if not calibrations:
        return None
    loadings, blocks, regressors, inverses, start = [], [], [], [], 0
    for step in calibrations:
        assert step.variables is not None
        assert step.regression_weights is not None
        x = step.variables
        ratio = np.divide(step.regression_weights, step.after, out=np.zeros_like(step.after), where=step.after != 0)
        inverses.append(least_squares(x, step.regression_weights) if step.inverse is None else step.inverse)
        regressors.append(sparse.csr_array(sparse.diags_array(ratio) @ x))
        loadings.append(x.toarray() * step.after[:, None])
        blocks.append(slice(start, start + x.shape[1]))
        start += x.shape[1]
    crossings = {
        (s, t): np.asarray(regressors[s].T @ loadings[t])
        for s in range(len(calibrations))
        for t in range(s + 1, len(calibrations))
    }
    return Projection(np.hstack(loadings), tuple(blocks), tuple(regressors), tuple(inverses), crossings)


def least_squares(x: sparse.csr_array, weights: Floats) -> Floats:
    """Return the inverse (K, K) of X'WX, generalised where margins make it singular."""
    return scaled_inverse((x.T @ sparse.diags_array(weights) @ x).toarray())


def scaled_inverse(gram: Floats) -> Floats:
    """Return a generalised inverse of a symmetric matrix (K, K) whose columns may differ widely in size.

    Margins share their grand total, so the rank is rarely full; without the scaling a numeric total in
    millions would drown the counts.
    """
    size = np.sqrt(np.maximum(np.diag(gram), 0.0))
    size[size == 0] = 1.0
    outer = np.outer(size, size)
    return np.linalg.pinv(gram / outer, rcond=1e-11, hermitian=True) / outer
