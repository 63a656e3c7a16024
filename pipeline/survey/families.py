"""Families and links of generalised linear models (McCullagh and Nelder 1989, chapter 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.survey.errors import UnsupportedError
from pipeline.survey.structure import Floats

Function = Callable[[Floats], Floats]
# the linear predictor is kept where a probability and its complement are both positive numbers
FAR = 36.0


@dataclass(frozen=True)
class Link:
    """eta = link(mu); inverse, its first derivative (slope) and second (curvature) are functions of eta."""

    name: str
    link: Function
    inverse: Function
    slope: Function
    curvature: Function


@dataclass(frozen=True)
class Family:
    """variance(mu); deviance(y, mu) of each row; start(y) first means; inside(mu) where means are possible.

    recedes : "both" when fitted means can run off to 0 and 1, "zero" when to 0, "" when the fit always exists.
    """

    name: str
    links: tuple[str, ...]
    variance: Function
    deviance: Callable[[Floats, Floats], Floats]
    start: Function
    inside: Callable[[Floats], NDArray[np.bool_]]
    allowed: tuple[float, float, str]
    recedes: str = ""


def _phi(eta: Floats) -> Floats:
    return np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi)


def _logit_slope(eta: Floats) -> Floats:
    e = np.exp(-np.minimum(np.abs(eta), FAR))
    return e / (1 + e) ** 2


def _cloglog_slope(eta: Floats) -> Floats:
    e = np.exp(np.minimum(eta, 6.5))
    return np.maximum(e * np.exp(-e), 1e-300)


LINKS = {
    "identity": Link("identity", lambda m: m, lambda e: e, np.ones_like, np.zeros_like),
    "log": Link("log", np.log, np.exp, np.exp, np.exp),
    "inverse": Link("inverse", lambda m: 1 / m, lambda e: 1 / e, lambda e: -1 / e**2, lambda e: 2 / e**3),
    "logit": Link(
        "logit",
        special.logit,
        lambda e: special.expit(np.clip(e, -FAR, FAR)),
        _logit_slope,
        lambda e: _logit_slope(e) * -np.tanh(e / 2),
    ),
    "probit": Link(
        "probit", special.ndtri, lambda e: special.ndtr(np.clip(e, -8.2, 8.2)), _phi, lambda e: -e * _phi(e)
    ),
    "cloglog": Link(
        "cloglog",
        lambda m: np.log(-np.log1p(-m)),
        lambda e: -np.expm1(-np.exp(np.minimum(e, 3.58))),
        _cloglog_slope,
        lambda e: _cloglog_slope(e) * (1 - np.exp(np.minimum(e, 6.5))),
    ),
}


def _binomial_deviance(y: Floats, mu: Floats) -> Floats:
    if ((y == 0) | (y == 1)).all():
        return -2 * np.log1p(-np.abs(y - mu))
    return -2 * (special.xlogy(y, mu) + special.xlog1py(1 - y, -mu) - special.xlogy(y, y) - special.xlog1py(1 - y, -y))


def _positive(mu: Floats) -> NDArray[np.bool_]:
    return mu > 0


FAMILIES = {
    "gaussian": Family(
        "gaussian", ("identity", "log", "inverse"), np.ones_like, lambda y, m: (y - m) ** 2, lambda y: y,
        np.isfinite, (-np.inf, np.inf, "numbers"),
    ),
    "binomial": Family(
        "binomial", ("logit", "probit", "cloglog", "log", "identity"), lambda m: m * (1 - m), _binomial_deviance,
        lambda y: (y + 0.5) / 2, lambda m: (m > 0) & (m < 1), (0, 1, "0 or 1 (or shares between), or two categories"),
        "both",
    ),
    "poisson": Family(
        "poisson", ("log", "identity"), lambda m: m, lambda y, m: 2 * (special.xlogy(y, y / m) - (y - m)),
        lambda y: y + 0.1, _positive, (0, np.inf, "counts from 0"), "zero",
    ),
    "gamma": Family(
        "gamma", ("inverse", "log", "identity"), lambda m: m**2, lambda y, m: -2 * (np.log(y / m) - (y - m) / m),
        lambda y: y, _positive, (np.nextafter(0, 1), np.inf, "positive numbers"),
    ),
}  # fmt: skip


def negative_binomial(theta: float) -> Family:
    """Return the family with variance mu + mu^2 / theta (Venables and Ripley 2002, 7.4)."""
    return Family(
        "negative_binomial", ("log", "identity"), lambda m: m + m**2 / theta,
        lambda y, m: 2 * (special.xlogy(y, y / m) - (y + theta) * np.log((y + theta) / (m + theta))),
        lambda y: y + (y == 0) / 6, _positive, (0, np.inf, "counts from 0"), "zero",
    )  # fmt: skip


def link_of(family: Family, name: str | None) -> Link:
    """Return a link of the family, by default its first (R's default).

    Raises
    ------
    UnsupportedError
    """
    chosen = family.links[0] if name is None else name
    if chosen not in family.links:
        raise UnsupportedError(f"link '{chosen}' does not go with {family.name}; choose {', '.join(family.links)}")
    return LINKS[chosen]
