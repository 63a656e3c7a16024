"""Partial pooling of effects that differ between territories: estimates drawn towards their mean by their own noise.

The effects come from a regression with one deviation a territory. They are taken as drawn around a common effect with
a variance that restricted maximum likelihood estimates; each is then the best linear prediction given all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Variance between territories.

    variance, se : of the effects.   adjusted : whether restricted likelihood gave zero and Li and Lahiri's was taken.
    """

    variance: float
    se: float
    adjusted: bool


@dataclass(frozen=True)
class Pooled:
    """Coefficients with pooled effects.

    estimate : (k + 1,) coefficients of the regression, with the common effect in the place of the reference's, then
        P effects as deviations from it (see :func:`spread_out`).
    covariance : (k + P, k + P) of prediction errors, given the variance.   spread : the variance between territories.
    """

    estimate: Floats
    covariance: Floats
    spread: Spread


def spread_of(deviations: Floats, covariance: Floats) -> Spread:
    """Estimate the variance of P effects from their P - 1 deviations from the first one.

    Parameters
    ----------
    deviations : (P - 1,) effect of each other territory less that of the reference.   covariance : their errors.

    Notes
    -----
    Restricted maximum likelihood: the deviations are contrasts free of the common effect (Patterson and Thompson
    1971). At zero the adjusted likelihood of Li and Lahiri (2010, J. Multivariate Analysis 101, 882) is taken, which
    multiplies it by the variance: zero would say that no territory differs at all.
    """
    size = len(deviations)
    between = np.eye(size) + np.ones((size, size))

    def loglikelihood(variance: float) -> float:
        total = covariance + variance * between
        return float(-0.5 * (np.linalg.slogdet(total)[1] + deviations @ np.linalg.solve(total, deviations)))

    top = 10 * float(np.diag(covariance).mean() + deviations.var())
    best = _highest(loglikelihood, top)
    adjusted = best <= 1e-6 * top
    if adjusted:
        best = _highest(lambda v: loglikelihood(v) + float(np.log(max(v, 1e-300))), top)
    ratio = np.linalg.solve(covariance + best * between, between)
    return Spread(best, float(np.sqrt(2 / np.trace(ratio @ ratio))), bool(adjusted))


def _highest(function: Callable[[float], float], top: float) -> float:
    """Return where a function is highest on [0, top]: the best of a grid, refined around it."""
    grid = top * np.linspace(0, 1, 41) ** 2
    best = int(np.argmax([function(v) for v in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = optimize.minimize_scalar(
        lambda v: -function(v), bounds=(low, high), method="bounded", options={"xatol": 1e-8}
    )
    return float(found.x) if function(float(found.x)) > function(0.0) else 0.0


def spread_out(k: int, common: int, deviations: tuple[int, ...]) -> Floats:
    """Return the matrix (k, k - D + D + 1) from a common effect and P effects to the coefficients of a regression.

    Parameters
    ----------
    k : coefficients.   common : position of the effect of the reference territory.
    deviations : positions of the other territories' deviations from it, D = P - 1.

    Returns
    -------
    Columns: the coefficients but the deviations, in their order, then the effects of the reference and of the others.
    """
    kept = [i for i in range(k) if i not in deviations]
    matrix = np.zeros((k, len(kept) + 1 + len(deviations)))
    for column, row in enumerate(kept):
        matrix[row, column] = 1.0
    matrix[common, len(kept)] = 1.0
    for j, row in enumerate(deviations):
        matrix[row, len(kept) + 1 + j], matrix[row, len(kept)] = 1.0, -1.0
    return matrix


def pooled(estimate: Floats, covariance: Floats, matrix: Floats, effects: int, spread: Spread) -> Pooled:
    """Return the best linear prediction of the coefficients with ``effects`` random ones (the last columns of matrix).

    Notes
    -----
    Henderson's equations with the coefficients as data: precision A' C^-1 A + D, D zero but 1 / variance for the
    effects (Robinson 1991, Statistical Science 6, 15).
    """
    inverse = np.linalg.inv(covariance)
    precision = matrix.T @ inverse @ matrix
    precision[-effects:, -effects:] += np.eye(effects) / max(spread.variance, 1e-12)
    error: Floats = np.linalg.inv(precision).astype(np.float64)
    return Pooled(error @ matrix.T @ inverse @ estimate, error, spread)
