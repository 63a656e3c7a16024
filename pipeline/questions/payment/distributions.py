"""Distributions of what people would pay: survival, density and its slope on a standard scale.

The amount b enters as g(b) = log b (log-logistic, Weibull, log-normal) or g(b) = b (logistic); z = (g(b) - location) /
scale has the standard distribution F. The acceptance of a price is S(b) = 1 - F(z).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
_ROOT = np.sqrt(2 * np.pi)


@dataclass(frozen=True)
class Distribution:
    """A standard distribution: ``cdf``, ``density``, ``slope`` (of the density) and ``quantile``, all elementwise.

    ``logarithmic`` says whether amounts enter by their logarithm.
    """

    name: str
    logarithmic: bool
    cdf: Callable[[Floats], Floats]
    density: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    quantile: Callable[[float], float]

    def scale_of(self, amount: Floats) -> Floats:
        """Return g(amount): 0 is minus infinity for logarithmic distributions and stays 0 for the others."""
        if not self.logarithmic:
            return np.asarray(amount, dtype=np.float64)
        with np.errstate(divide="ignore"):
            return np.log(amount)


def _logistic_density(z: Floats) -> Floats:
    out: Floats = special.expit(z) * special.expit(-z)
    return out


def _logistic_slope(z: Floats) -> Floats:
    out: Floats = _logistic_density(z) * (special.expit(-z) - special.expit(z))
    return out


def _normal_density(z: Floats) -> Floats:
    out: Floats = np.exp(-0.5 * z**2) / _ROOT
    return out


def _normal_slope(z: Floats) -> Floats:
    return -np.where(np.isinf(z), 0.0, z) * _normal_density(z)


def _gumbel_density(z: Floats) -> Floats:
    # smallest extreme value: the logarithm of a Weibull variable
    out: Floats = np.exp(np.minimum(z, 700.0) - np.exp(np.minimum(z, 700.0)))
    return out


def _gumbel_slope(z: Floats) -> Floats:
    out: Floats = _gumbel_density(z) * (1 - np.exp(np.minimum(z, 700.0)))
    return out


DISTRIBUTIONS: dict[str, Distribution] = {
    d.name: d
    for d in (
        Distribution(
            "log_logistic", True, special.expit, _logistic_density, _logistic_slope, lambda p: float(special.logit(p))
        ),
        Distribution(
            "logistic", False, special.expit, _logistic_density, _logistic_slope, lambda p: float(special.logit(p))
        ),
        Distribution(
            "log_normal", True, special.ndtr, _normal_density, _normal_slope, lambda p: float(special.ndtri(p))
        ),
        Distribution(
            "weibull",
            True,
            lambda z: -np.expm1(-np.exp(np.minimum(z, 700.0))),
            _gumbel_density,
            _gumbel_slope,
            lambda p: float(np.log(-np.log1p(-p))),
        ),
    )
}
