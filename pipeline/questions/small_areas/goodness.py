"""Whether an area model holds: normal residuals, no area that decides alone, predictions near the direct ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.small_areas.fay_herriot import AreaModel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Goodness:
    """Checks of an area model.

    normality, normality_p : Shapiro-Francia statistic of the standardised residuals and its p-value.
    distance, distance_p, distance_df : Wald distance between direct and model-based estimates, chi-squared.
    leverage : the greatest; ``gain`` : median of the model-based over the direct standard error.
    """

    normality: float
    normality_p: float
    distance: float
    distance_p: float
    distance_df: int
    leverage: float
    gain: float


def goodness(model: AreaModel, direct: Floats, sampling_variance: Floats) -> Goodness:
    """Return the checks of a fitted model, direct estimates and sampling variances (m,) on its scale.

    Notes
    -----
    The distance sums (direct - predicted)² / (D + MSE) over the areas and is compared with a
    chi-squared of as many degrees of freedom: Brown, Chambers, Heady and Heasman (2001), Evaluation of small area
    estimation methods, Statistics Canada Symposium. It leaves out the covariance of the two, so it is lenient.
    """
    statistic, p_value = shapiro_francia(model.residuals)
    distance = float(((direct - model.predicted) ** 2 / (sampling_variance + model.mse)).sum())
    return Goodness(
        normality=statistic,
        normality_p=p_value,
        distance=distance,
        distance_p=float(special.chdtrc(len(direct), distance)),
        distance_df=len(direct),
        leverage=float(model.leverage.max()),
        gain=float(np.median(np.sqrt(model.mse / sampling_variance))),
    )


def shapiro_francia(values: Floats) -> tuple[float, float]:
    """Return the squared correlation of the sorted values (m,) with normal scores, and the p-value of normality.

    Source: Shapiro and Francia (1972), JASA 67, 215-216; p-value by Royston (1993), A toolkit for testing for
    non-normality in complete and censored samples, The Statistician 42, 37-43, for 5 to 5,000 values.
    """
    m = len(values)
    scores = special.ndtri((np.arange(1, m + 1) - 0.375) / (m + 0.25))
    statistic = float(np.corrcoef(np.sort(values), scores)[0, 1] ** 2)
    u = np.log(m)
    v = np.log(u)
    centre, spread = -1.2725 + 1.0521 * (v - u), 1.0308 - 0.26758 * (v + 2 / u)
    return statistic, float(special.ndtr(-(np.log1p(-statistic) - centre) / spread))
