"""Distance functions of calibration: how a weight ratio grows with its linear predictor.

Deville and Särndal (1992, JASA 87, cases 1, 2, 6, 7); every function has F(0) = 1 and F'(0) = 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.survey.errors import UnsupportedError, listed
from pipeline.survey.structure import Floats

METHODS = ("linear", "raking", "logit", "truncated")


@dataclass(frozen=True)
class Distance:
    """Weight ratio and its derivative as functions of the linear predictor (n,) and the bounds (n,)."""

    ratio: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def distance_of(method: str, lower: Floats, upper: Floats) -> Distance:
    """Return the distance function of a method.

    Parameters
    ----------
    method : one of `METHODS`.
    lower, upper : (n,) or (1,) bounds of the ratios; infinite without bounds.

    Raises
    ------
    UnsupportedError
        Unknown method, bounds that the method ignores, or bounds that do not hold 1 strictly between them.
    """
    if method not in METHODS:
        raise UnsupportedError(f"calibration method '{method}' is not known; choose one of {listed(METHODS)}")
    bounded = bool(np.isfinite(lower).any() or np.isfinite(upper).any())
    if method == "linear" and bounded:
        raise UnsupportedError("method 'linear' has no bounds; use 'truncated' (linear inside bounds) or 'logit'")
    if method in ("logit", "truncated") and not bounded:
        raise UnsupportedError(f"method '{method}' needs bounds=(lower, upper) of the weight ratios")
    if method == "logit" and not (np.isfinite(lower).all() and np.isfinite(upper).all()):
        raise UnsupportedError("method 'logit' needs finite bounds on both sides")
    if bounded and not ((lower < 1).all() and (upper > 1).all()):
        raise UnsupportedError("bounds of weight ratios must have 1 strictly between them")
    if method == "linear":
        return Distance(lambda u: 1 + u, np.ones_like)
    if method == "raking":
        return Distance(
            lambda u: np.clip(np.exp(u), lower, upper),
            lambda u: np.where((np.exp(u) > lower) & (np.exp(u) < upper), np.exp(u), 0.0),
        )
    if method == "truncated":
        return Distance(
            lambda u: np.clip(1 + u, lower, upper),
            lambda u: ((1 + u > lower) & (1 + u < upper)).astype(np.float64),
        )
    return _logit(lower, upper)


def _logit(lower: Floats, upper: Floats) -> Distance:
    a = (upper - lower) / ((1 - lower) * (upper - 1))

    def share(u: Floats) -> Floats:
        # exp(Au) overflows long before the ratio has any digit left to change
        grown = np.exp(np.clip(a * u, -500, 500)) * (1 - lower)
        return grown / (upper - 1 + grown)

    def ratio(u: Floats) -> Floats:
        return lower + (upper - lower) * share(u)

    def slope(u: Floats) -> Floats:
        s = share(u)
        return (upper - lower) * a * s * (1 - s)

    return Distance(ratio, slope)
