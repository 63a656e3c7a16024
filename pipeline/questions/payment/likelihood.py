"""Weighted maximum likelihood of interval-censored amounts, with the design-based sandwich.

The pseudo likelihood is that of Hanemann, Loomis and Kanninen (1991, AJAE 73, 1255) with survey weights; the variance
is that of estimating equations in a complex sample (Binder 1983; `pipeline.survey.sandwich`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.payment.answers import Bounds
from pipeline.questions.payment.distributions import DISTRIBUTIONS, Distribution
from pipeline.survey import Design
from pipeline.survey.errors import EmptyDomainError, RankDeficiencyError, UnsupportedError
from pipeline.survey.intervals import t_quantile
from pipeline.survey.newton import Derivatives, maximise
from pipeline.survey.sandwich import design_degrees, score_covariance

Floats = NDArray[np.float64]
#: Relative step of central differences; the functions of the parameters below are smooth on the scale of their values.
_STEP = 1e-6
#: Gauss-Legendre nodes and weights of the area under an acceptance curve.
_NODES = np.polynomial.legendre.leggauss(80)


@dataclass(frozen=True, eq=False)
class Curve:
    """A fitted distribution of amounts.

    names : k location terms, then "log(scale)".   parameters : (k + 1,).   covariance : (k + 1, k + 1), design-based.
    df : primary units less strata.   n : persons used.   log_likelihood : with weights of mean 1.
    profile : (k,) values of the location terms at which amounts are told (means over the weighted sample).
    rows : (n,) rows of the design used.   influences : (n, k + 1) of the parameters, survey weights inside.
    inverse : (k + 1, k + 1) inverse of the information, with weights of mean 1.   terms : (n, k) of the location.
    """

    distribution: Distribution
    names: tuple[str, ...]
    parameters: Floats
    covariance: Floats
    df: int
    n: int
    log_likelihood: float
    profile: Floats
    rows: NDArray[np.int64]
    influences: Floats
    inverse: Floats
    terms: Floats

    @property
    def se(self) -> Floats:
        """Standard errors of the parameters (k + 1,)."""
        return np.sqrt(np.diag(self.covariance))

    def acceptance(self, price: float, parameters: Floats | None = None, at: Floats | None = None) -> float:
        """Return the share that would pay ``price``, for the location terms ``at`` (the profile by default)."""
        values = self.parameters if parameters is None else parameters
        location = float((self.profile if at is None else at) @ values[:-1])
        z = (self.distribution.scale_of(np.array([price])) - location) / np.exp(values[-1])
        return float(1 - self.distribution.cdf(z)[0])

    def quantile(self, share: float, parameters: Floats | None = None, at: Floats | None = None) -> float:
        """Return the amount that ``share`` of the people would not pay; 0.5 gives the median."""
        values = self.parameters if parameters is None else parameters
        location = float((self.profile if at is None else at) @ values[:-1])
        value = location + np.exp(values[-1]) * self.distribution.quantile(share)
        return float(np.exp(value)) if self.distribution.logarithmic else float(value)

    def truncated_mean(self, top: float, parameters: Floats | None = None, at: Floats | None = None) -> float:
        """Return the mean of amounts cut at ``top``: the area under the acceptance curve from 0 to ``top``.

        Beyond the top bid nothing was observed; the mean of a log-logistic with a shape under 1 does not exist.
        """
        nodes, weights = _NODES
        # squares of the nodes: the curve of a logarithmic distribution is steep near zero
        half = (nodes + 1) / 2
        prices = top * half**2
        values = self.parameters if parameters is None else parameters
        location = float((self.profile if at is None else at) @ values[:-1])
        z = (self.distribution.scale_of(prices) - location) / np.exp(values[-1])
        return float(np.sum(weights * (1 - self.distribution.cdf(z)) * top * half))

    def interval(
        self,
        function: Callable[[Floats], float],
        level: float = 0.95,
        scale: str = "identity",
    ) -> tuple[float, float, float, float]:
        """Return estimate, standard error, lower and upper limit of a function of the parameters (delta method).

        ``scale`` is where the interval is symmetric: identity, log (amounts) or logit (shares).
        """
        estimate = function(self.parameters)
        steps = _STEP * np.maximum(np.abs(self.parameters), 1.0)
        gradient = np.array(
            [(function(self.parameters + h) - function(self.parameters - h)) / (2 * h.max()) for h in np.diag(steps)]
        )
        se = float(np.sqrt(max(gradient @ self.covariance @ gradient, 0.0)))
        half = float(t_quantile(self.df, level)) * se
        if scale == "log" and estimate > 0:
            return estimate, se, estimate * np.exp(-half / estimate), estimate * np.exp(half / estimate)
        if scale == "logit" and 0 < estimate < 1:
            spread = half / (estimate * (1 - estimate))
            middle = special.logit(estimate)
            return estimate, se, float(special.expit(middle - spread)), float(special.expit(middle + spread))
        return estimate, se, estimate - half, estimate + half


def fit(
    design: Design,
    bounds: Bounds,
    distribution: str = "log_logistic",
    covariates: Floats | None = None,
    names: Sequence[str] = (),
    where: NDArray[np.bool_] | None = None,
) -> Curve:
    """Fit a distribution to intervals by weighted pseudo maximum likelihood.

    Parameters
    ----------
    design : n rows.   bounds : (n,) intervals, NaN for rows without a usable answer.
    covariates : (n, p) terms of the location besides the constant, NaN rows are left out; ``names`` are theirs.
    where : (n,) rows of the domain.

    Raises
    ------
    EmptyDomainError, RankDeficiencyError, ConvergenceError, UnsupportedError
    """
    if distribution not in DISTRIBUTIONS:
        raise UnsupportedError(f"distribution '{distribution}' is not known; choose {', '.join(DISTRIBUTIONS)}")
    chosen = DISTRIBUTIONS[distribution]
    used = ~np.isnan(bounds.low) & (design.weights != 0)
    if where is not None:
        used &= where
    x = np.ones((len(used), 1))
    if covariates is not None:
        used &= ~np.isnan(covariates).any(axis=1)
        x = np.hstack([x, covariates])
    rows = np.flatnonzero(used)
    if not len(rows):
        raise EmptyDomainError("no usable answer about payment in this domain")
    x = x[rows]
    labels = ("(constant)", *names)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise RankDeficiencyError(f"terms of the payment model depend on one another: {', '.join(labels)}")
    low, high = bounds.low[rows], bounds.high[rows]
    if chosen.logarithmic and ((low == high) & (low == 0)).any():
        raise UnsupportedError("amounts of exactly zero need a model with a share of zeros, not a logarithmic one")
    weights = design.weights[rows] / design.weights[rows].mean()
    derivatives = _derivatives(chosen, low, high, x, weights)
    found = maximise(derivatives, _start(chosen, low, high, weights, x.shape[1]), distribution, lambda *_: None)
    scores = _pieces(chosen, low, high, x, found.parameters)[1]
    influences = (weights[:, None] * scores) @ found.inverse
    covariance = score_covariance(design, rows, influences)
    profile = weights @ x / weights.sum()
    return Curve(
        chosen,
        (*labels, "log(scale)"),
        found.parameters,
        covariance,
        design_degrees(design, rows),
        len(rows),
        found.value,
        profile,
        rows,
        influences,
        found.inverse,
        x,
    )


def row_likelihoods(curve: Curve, bounds: Bounds) -> tuple[Floats, Floats]:
    """Return log likelihoods (n,) and scores (n, k + 1) of a curve's rows at its parameters, under other bounds."""
    low, high = bounds.low[curve.rows], bounds.high[curve.rows]
    log, scores, _ = _pieces(curve.distribution, low, high, curve.terms, curve.parameters)
    return log, scores


def _start(chosen: Distribution, low: Floats, high: Floats, weights: Floats, terms: int) -> Floats:
    middle = np.where(np.isinf(high), low * 1.5, (low + np.where(np.isinf(high), 0, high)) / 2)
    values = chosen.scale_of(np.maximum(middle, 1e-6 if chosen.logarithmic else 0.0))
    mean = float(np.average(values, weights=weights))
    spread = float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))
    return np.array([mean, *np.zeros(terms - 1), np.log(max(spread, 0.1))])


def _derivatives(
    chosen: Distribution, low: Floats, high: Floats, x: Floats, weights: Floats
) -> Callable[[Floats], Derivatives]:
    def at(parameters: Floats) -> Derivatives:
        if abs(parameters[-1]) > 20:
            return -np.inf, np.zeros_like(parameters), -np.eye(len(parameters))
        log, scores, second = _pieces(chosen, low, high, x, parameters)
        if not np.isfinite(log).all():
            return -np.inf, np.zeros_like(parameters), -np.eye(len(parameters))
        k = x.shape[1]
        hessian = np.empty((k + 1, k + 1))
        hessian[:k, :k] = x.T @ (x * (weights * second[:, 0])[:, None])
        hessian[:k, k] = hessian[k, :k] = x.T @ (weights * second[:, 1])
        hessian[k, k] = weights @ second[:, 2]
        return float(weights @ log), weights @ scores, hessian

    return at


def _pieces(
    chosen: Distribution, low: Floats, high: Floats, x: Floats, parameters: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log likelihoods (n,), scores (n, k + 1) and second derivatives (n, 3) in location, both, and log scale."""
    scale = np.exp(parameters[-1])
    location = x @ parameters[:-1]
    exact = low == high
    upper = (chosen.scale_of(high) - location) / scale
    below = (chosen.scale_of(low) - location) / scale
    if not chosen.logarithmic:
        # nothing bounds a linear amount from below: a refusal of b says less than b
        below = np.where((low == 0) & ~exact, -np.inf, below)
    f_high, f_low = _terms(chosen, upper), _terms(chosen, below)
    mass = _mass(chosen, upper, below)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(mass)
        first = [-(h - lo) / mass for h, lo in zip(f_high[:2], f_low[:2], strict=True)]
        curvature = [(h - lo) / mass for h, lo in zip(f_high[2:], f_low[2:], strict=True)]
    to_location, to_scale = first[0] / scale, first[1]
    second = np.column_stack(
        [
            curvature[0] / scale**2 - to_location**2,
            curvature[1] / scale - to_location * to_scale,
            curvature[2] - to_scale**2,
        ]
    )
    if exact.any():
        _exact(chosen, upper, scale, exact, log, to_location, to_scale, second, chosen.scale_of(high))
    return log, np.hstack([x * to_location[:, None], to_scale[:, None]]), second


def _mass(chosen: Distribution, upper: Floats, below: Floats) -> Floats:
    """Return F(upper) - F(below), by the other tail where both are large."""
    if chosen.name in ("log_logistic", "logistic", "log_normal"):
        flip = below > 0
        high, low = np.where(flip, -below, upper), np.where(flip, -upper, below)
        return chosen.cdf(high) - chosen.cdf(low)
    # Weibull: survival is exp(-exp z)
    with np.errstate(over="ignore"):
        return np.exp(-np.exp(np.minimum(below, 700.0))) - np.exp(-np.exp(np.minimum(upper, 700.0)))


def _terms(chosen: Distribution, z: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return f, f z, f', f' z + f, f' z^2 + f z; all zero at infinity."""
    inside = np.isfinite(z)
    safe = np.where(inside, z, 0.0)
    f, slope = chosen.density(safe), chosen.slope(safe)
    values = (f, f * safe, slope, slope * safe + f, slope * safe**2 + f * safe)
    a, b, c, d, e = (np.where(inside, v, 0.0) for v in values)
    return a, b, c, d, e


def _exact(
    chosen: Distribution,
    z: Floats,
    scale: float,
    exact: NDArray[np.bool_],
    log: Floats,
    to_location: Floats,
    to_scale: Floats,
    second: Floats,
    transformed: Floats,
) -> None:
    """Fill in the rows whose amount was given: log density, and its derivatives by differences of the log slope."""
    at = z[exact]
    f, slope = chosen.density(at), chosen.slope(at)
    ratio = slope / f
    step = 1e-5
    change = (
        chosen.slope(at + step) / chosen.density(at + step) - chosen.slope(at - step) / chosen.density(at - step)
    ) / (2 * step)
    log[exact] = np.log(f) - np.log(scale) - (transformed[exact] if chosen.logarithmic else 0.0)
    to_location[exact] = -ratio / scale
    to_scale[exact] = -ratio * at - 1
    second[exact, 0] = change / scale**2
    second[exact, 1] = (change * at + ratio) / scale
    second[exact, 2] = change * at**2 + ratio * at
