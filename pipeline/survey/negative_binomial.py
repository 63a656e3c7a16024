"""Negative binomial regression: theta estimated with the means, and the joint design-based sandwich.

The score of theta and those of the coefficients are one set of estimating equations; their variance takes the
observed information of all parameters together (Lumley 2010, Complex Surveys, appendix E; R's `svymle`). It stays
right when neither the variance nor the means have the assumed form.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from pipeline.survey.errors import ConvergenceError
from pipeline.survey.families import Link, negative_binomial
from pipeline.survey.irls import Fitted, fit
from pipeline.survey.products import weighted_gram, weighted_sums
from pipeline.survey.structure import Floats


def fit_negative_binomial(
    x: Floats, y: Floats, weights: Floats, offset: Floats, link: Link, columns: tuple[str, ...], formula: str
) -> tuple[Fitted, float]:
    """Fit means and theta in turn by weighted pseudo maximum likelihood (as MASS `glm.nb`); return both.

    Raises
    ------
    ConvergenceError
        Also when theta grows without limit, which says that the counts vary no more than Poisson ones.
    """
    fitted, theta = fit(x, y, weights, offset, negative_binomial(1e7), link, columns, formula), np.inf
    mean_square = float(weights @ (y - fitted.mu) ** 2 / weights.sum() - weights @ fitted.mu / weights.sum())
    start = float(weights @ fitted.mu**2 / weights.sum()) / max(mean_square, 1e-6)
    for _ in range(100):
        previous, theta = theta, _theta(y, fitted.mu, weights, start)
        fitted = fit(x, y, weights, offset, negative_binomial(theta), link, columns, formula, near=fitted)
        if abs(theta - previous) <= 1e-11 * theta:
            return fitted, theta
        start = theta
    raise ConvergenceError(f"theta did not converge on '{formula}'")


def _theta(y: Floats, mu: Floats, weights: Floats, start: float) -> float:
    """Newton on log theta, whose log likelihood is nearly quadratic."""
    theta = start
    values, which = np.unique(y, return_inverse=True)
    mass = np.bincount(which, weights=weights).astype(np.float64)
    for _ in range(200):
        score, slope = _theta_sums(y, mu, weights, values, mass, theta)
        first = score * theta
        second = slope * theta**2 + first
        step = np.clip(-first / second if second < 0 else np.sign(first), -1.0, 1.0)
        theta *= float(np.exp(step))
        if theta > 1e7:
            raise ConvergenceError(
                "negative_binomial: theta grows without limit, the counts vary no more than Poisson ones; use poisson"
            )
        if abs(step) < 1e-13:
            return theta
    if abs(step) < 1e-9:
        return theta
    raise ConvergenceError("negative_binomial: theta did not converge")


def _theta_sums(
    y: Floats, mu: Floats, weights: Floats, values: Floats, mass: Floats, theta: float
) -> tuple[float, float]:
    """Weighted sums of `theta_score`; digammas once for each value of y, of which mass is the weight."""
    ratio = (y + theta) / (theta + mu)
    first = mass @ (special.digamma(values + theta) - special.digamma(theta)) + weights @ (
        1 - np.log1p(mu / theta) - ratio
    )
    second = mass @ (special.polygamma(1, values + theta) - special.polygamma(1, theta)) + weights @ (
        1 / theta - (2 - ratio) / (theta + mu)
    )
    return float(first), float(second)


def theta_score(y: Floats, mu: Floats, theta: float) -> tuple[Any, Any]:
    """Return first and second derivatives of each row's log likelihood in theta."""
    first = (
        special.digamma(y + theta) - special.digamma(theta) + np.log(theta) + 1
        - np.log(theta + mu) - (y + theta) / (theta + mu)
    )  # fmt: skip
    second = (
        special.polygamma(1, y + theta) - special.polygamma(1, theta) + 1 / theta
        - 2 / (theta + mu) + (y + theta) / (theta + mu) ** 2
    )  # fmt: skip
    return first, second


def joint_influences(x: Floats, y: Floats, weights: Floats, fitted: Fitted, link: Link, theta: float) -> Floats:
    """Return what each row contributes to the coefficients and to theta (m, p + 1), to first order."""
    mu, slope = fitted.mu, link.slope(fitted.eta)
    variance, change = mu + mu**2 / theta, 1 + 2 * mu / theta
    residual = y - mu
    first, second = theta_score(y, mu, theta)
    scores = np.hstack([x * (residual * slope / variance)[:, None], first[:, None]]) * weights[:, None]
    curvature = (
        -(slope**2) / variance + residual * (link.curvature(fitted.eta) - slope**2 * change / variance) / variance
    )
    crossed = residual * slope * (mu / (theta * variance)) ** 2
    p = x.shape[1]
    hessian = np.empty((p + 1, p + 1))
    hessian[:p, :p] = weighted_gram(x, weights * curvature)
    hessian[:p, p] = hessian[p, :p] = weighted_sums(x, weights * crossed)
    hessian[p, p] = weights @ second
    # parameters differ by orders of magnitude
    size = np.sqrt(np.abs(np.diag(hessian)))
    return scores @ (np.linalg.inv(-hessian / np.outer(size, size)) / np.outer(size, size))
