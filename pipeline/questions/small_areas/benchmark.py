"""Benchmarking: model-based numbers of areas that add up to the direct estimate of the region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Benchmarked:
    """Predictions that meet the region: ``predicted`` and ``mse`` (m,), and the gap that was shared out."""

    predicted: Floats
    mse: Floats
    gap: float


def benchmarked(predicted: Floats, mse: Floats, direct: Floats, weights: Floats, gap_variance: float) -> Benchmarked:
    """Share out the gap between the region's direct estimate and the weighted mean of the predictions.

    Parameters
    ----------
    predicted, mse, direct : (m,) model-based predictions, their mean squared errors, direct estimates.
    weights : (m,) persons of each area, any scale.
    gap_variance : variance of the gap under the model, see :func:`gap_variance`.

    Notes
    -----
    The constrained prediction that moves the areas least, the less precise ones more: each moves by
    ``w_d mse_d / sum(w² mse)`` times the gap (Datta, Ghosh, Steorts and Maples 2011, Test 20, 574-588, with weights
    1/mse). A best prediction's error is uncorrelated with the data, so the squared move adds to the MSE (Steorts and
    Ghosh 2013, Statistica Sinica 23, 749-767, theorem 1, for these moves).
    """
    w = weights / weights.sum()
    gap = float(w @ (direct - predicted))
    move = w * mse / float(w**2 @ mse)
    return Benchmarked(predicted + move * gap, mse + move**2 * gap_variance, gap)


def gap_variance(weights: Floats, shrinkage: Floats, total: Floats, x: Floats, beta_covariance: Floats) -> float:
    """Return the variance of the gap: weighted sum of (1 - shrinkage) times the residuals of the regression.

    Parameters
    ----------
    weights : (m,) weights of the gap, already times the slope of the scale's way back.
    shrinkage, total : (m,) shrinkage and total variance A + D of the areas; x : (m, p); beta_covariance : (p, p).
    """
    a = weights * (1 - shrinkage)
    along = a @ x
    return float(a**2 @ total - along @ beta_covariance @ along)
