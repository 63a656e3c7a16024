"""The Fay-Herriot model of area means: empirical best predictions and their mean squared errors.

A direct estimate is drawn towards what the covariates predict, the more so the less precise it is. Notation and
formulas of Rao and Molina (2015), Small Area Estimation, 2nd ed., chap. 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AnalyseError
from pipeline.questions.small_areas.variance_of_effects import (
    Method,
    adjusted_variance_of_effects,
    variance_of_effects,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AreaModel:
    """A fitted Fay-Herriot model of m areas and p coefficients.

    Parameters
    ----------
    beta, beta_covariance : (p,), (p, p) coefficients and (X' V^-1 X)^-1.
    variance : of area effects; ``adjusted`` says that it comes from the adjusted likelihood, REML or ML being zero.
    shrinkage : (m,) weight of the direct estimate, A / (A + D).
    predicted : (m,) empirical best linear unbiased predictions.
    synthetic : (m,) what the covariates alone predict.
    conditional_variance : (m,) A D / (A + D), variance of the area's mean given its direct estimate.
    mse : (m,) mean squared errors of ``predicted``, the estimation of beta and of the variance included.
    residuals : (m,) standardised marginal residuals; leverage : (m,) diagonal of the generalised hat matrix.
    """

    beta: Floats
    beta_covariance: Floats
    variance: float
    adjusted: bool
    method: Method
    shrinkage: Floats
    predicted: Floats
    synthetic: Floats
    conditional_variance: Floats
    mse: Floats
    residuals: Floats
    leverage: Floats

    def elsewhere(self, x: Floats) -> tuple[Floats, Floats]:
        """Return the synthetic prediction of areas without a sample, from their covariates (k, p), and its MSE."""
        spread = np.einsum("ij,jk,ik->i", x, self.beta_covariance, x)
        return x @ self.beta, self.variance + spread


def fay_herriot(y: Floats, sampling_variance: Floats, x: Floats, method: Method = "reml") -> AreaModel:
    """Fit the Fay-Herriot model and predict every area.

    Parameters
    ----------
    y : (m,) direct estimates.
    sampling_variance : (m,) their sampling variances, taken as known (smooth them first).
    x : (m, p) covariates, the intercept among them, known without error.
    method : reml, ml or moment.

    Returns
    -------
    AreaModel
        Where the variance of area effects is estimated as zero, the adjusted likelihood of Li and Lahiri (2010) stands
        in for it: a zero would claim that all areas are what the covariates say, with an error that is too small.

    Raises
    ------
    AnalyseError
        With too few areas, variances that are not positive, or covariates that repeat each other.

    Notes
    -----
    Fay and Herriot (1979), JASA 74, 269-277. MSE: g1 + g2 + 2 g3 for REML (Prasad and Rao 1990, JASA 85, 163-171; Datta
    and Lahiri 2000, Statistica Sinica 10, 613-627), less the bias of the variance estimator for ML and moments (Datta,
    Rao and Smith 2005, Biometrika 92, 183-196).
    """
    y, d, x = (np.asarray(v, dtype=np.float64) for v in (y, sampling_variance, x))
    _check(y, d, x)
    a = variance_of_effects(y, d, x, method)
    adjusted = a == 0
    if adjusted:
        a = adjusted_variance_of_effects(y, d, x)
    v = a + d
    weighted = x / v[:, None]
    covariance: Floats = np.linalg.inv(x.T @ weighted).astype(np.float64)
    beta = covariance @ (weighted.T @ y)
    synthetic = x @ beta
    gamma = a / v
    leverage = np.einsum("ij,jk,ik->i", x, covariance, weighted)
    return AreaModel(
        beta=beta,
        beta_covariance=covariance,
        variance=a,
        adjusted=adjusted,
        method=method,
        shrinkage=gamma,
        predicted=synthetic + gamma * (y - synthetic),
        synthetic=synthetic,
        conditional_variance=a * d / v,
        mse=_mean_squared_errors(a, d, x, covariance, "reml" if adjusted else method),
        residuals=(y - synthetic) / np.sqrt(v * (1 - leverage)),
        leverage=leverage,
    )


def _check(y: Floats, d: Floats, x: Floats) -> None:
    m, p = x.shape
    if m < p + 3:
        raise AnalyseError(
            "too few areas for a Fay-Herriot model",
            found=f"{m} areas with an estimate, {p} coefficients",
            allowed=f"at least {p + 3} areas",
            action="take fewer covariates",
        )
    if not np.isfinite(y).all() or not np.isfinite(x).all() or not (np.isfinite(d) & (d > 0)).all():
        raise AnalyseError(
            "estimates, covariates and sampling variances must be numbers, variances above zero",
            found=f"{int((~(d > 0)).sum())} variances not above zero",
            action="smooth the sampling variances first",
        )
    if np.linalg.matrix_rank(x) < p:
        raise AnalyseError("the covariates of the areas repeat each other", action="leave one of them out")


def _mean_squared_errors(a: float, d: Floats, x: Floats, covariance: Floats, method: Method) -> Floats:
    """Return g1 + g2 + 2 g3 (m,), less the first-order bias of the variance estimator where it has one."""
    v = a + d
    gamma = a / v
    g1, g2 = gamma * d, (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", x, covariance, x)
    first, second = (1 / v).sum(), (1 / v**2).sum()
    m = len(d)
    spread = 2 * m / first**2 if method == "moment" else 2 / second
    g3 = d**2 / v**3 * spread
    bias = 0.0
    if method == "ml":
        inner = np.einsum("ij,jk,ik->", x / v[:, None] ** 2, covariance, x)
        bias = -inner / second
    elif method == "moment":
        bias = 2 * (m * second - first**2) / first**3
    return np.asarray(g1 + g2 + 2 * g3 - bias * (1 - gamma) ** 2)
