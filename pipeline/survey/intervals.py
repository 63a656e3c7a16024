"""Confidence intervals of estimates and of proportions, vectorised over rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from pipeline.survey.errors import UnsupportedError
from pipeline.survey.structure import Floats

Bounds = tuple[Floats, Floats]


def t_quantile(df: ArrayLike, level: float) -> Floats:
    """Return the two-sided t multiplier; NaN without a positive number of degrees of freedom."""
    check_level(level)
    degrees = np.asarray(df, dtype=np.float64)
    distinct, where = np.unique(degrees, return_inverse=True)
    safe = np.where(distinct > 0, distinct, np.nan)
    return special.stdtrit(safe, 0.5 + level / 2)[where].reshape(degrees.shape)


def check_level(level: float) -> None:
    """Raise unless the confidence level lies strictly between 0 and 1."""
    if not 0 < level < 1:
        raise UnsupportedError(f"level must lie between 0 and 1, found {level}")


def symmetric(estimate: Floats, se: Floats, df: Floats, level: float) -> Bounds:
    """Return estimate -/+ t se."""
    half = t_quantile(df, level) * se
    return estimate - half, estimate + half


def _mean(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Bounds:
    return symmetric(p, se, df, level)


def _logit(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Bounds:
    with np.errstate(divide="ignore", invalid="ignore"):
        half = t_quantile(df, level) * se / (p * (1 - p))
        return special.expit(special.logit(p) - half), special.expit(special.logit(p) + half)


def _asin(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Bounds:
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.arcsin(np.sqrt(p))
        half = t_quantile(df, level) * se / (2 * np.sqrt(p * (1 - p)))
    low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def effective_size(p: Floats, se: Floats, n: Floats) -> Floats:
    """Return p (1 - p) / se^2, or n where the share is 0 or 1 (nothing to compare)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = p * (1 - p) / se**2
    degenerate = (p <= 0) | (p >= 1)
    return np.where(degenerate, n, size)


def _wilson(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Bounds:
    """Score interval with the effective size and the t multiplier (Wilson 1927; Kott and Carr 1997)."""
    size, t = effective_size(p, se, n), t_quantile(df, level)
    centre = (p + t**2 / (2 * size)) / (1 + t**2 / size)
    half = t / (1 + t**2 / size) * np.sqrt(p * (1 - p) / size + t**2 / (4 * size**2))
    return centre - half, centre + half


def _beta(p: Floats, size: Floats, level: float) -> Bounds:
    """Clopper-Pearson limits with a fractional sample size."""
    alpha = 1 - level
    exact = np.isposinf(size)  # a share without sampling error, such as a calibrated one
    size = np.where(exact, 1.0, size)
    with np.errstate(invalid="ignore"):
        low = special.betaincinv(size * p, size * (1 - p) + 1, alpha / 2)
        high = special.betaincinv(size * p + 1, size * (1 - p), 1 - alpha / 2)
    low, high = np.where(exact, p, low), np.where(exact, p, high)
    return np.where(p <= 0, 0.0, low), np.where(p >= 1, 1.0, high)


def _adjusted_size(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Floats:
    with np.errstate(invalid="ignore"):
        return effective_size(p, se, n) * (t_quantile(n - 1, level) / t_quantile(df, level)) ** 2


def _korn_graubard(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Bounds:
    """Korn and Graubard (1998, Survey Methodology 24, 193), effective size not capped: R's "beta"."""
    return _beta(p, _adjusted_size(p, se, n, df, level), level)


def _nchs(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Bounds:
    """Korn and Graubard with the effective size capped at n (Parker and others 2017, NCHS 2-175)."""
    return _beta(p, np.minimum(_adjusted_size(p, se, n, df, level), n), level)


def _likelihood(p: Floats, se: Floats, n: Floats, df: Floats, level: float) -> Bounds:
    """Shares whose binomial deviance from p, scaled to the effective size, stays within t squared.

    Rao and Scott (1984). The dispersion n / (n - 1) is that of R's quasibinomial fit, whose "likelihood"
    interpolates the same profile.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        allowed = (t_quantile(df, level) * se) ** 2 * n / (n - 1)

    def excess(candidate: Floats) -> Floats:
        deviance = special.xlogy(p, p / candidate) + special.xlogy(1 - p, (1 - p) / (1 - candidate))
        return 2 * p * (1 - p) * deviance - allowed

    with np.errstate(divide="ignore", invalid="ignore"):
        return _bisect(excess, np.zeros_like(p), p), _bisect(excess, np.ones_like(p), p)


def _bisect(excess: Callable[[Floats], Floats], outer: Floats, inner: Floats) -> Floats:
    """Return where excess changes sign between outer (positive) and inner (negative)."""
    undefined = ~np.isfinite(excess(inner)) | (inner <= 0) | (inner >= 1)
    for _ in range(60):
        middle = (outer + inner) / 2
        beyond = excess(middle) > 0
        outer, inner = np.where(beyond, middle, outer), np.where(beyond, inner, middle)
    return np.where(undefined, np.nan, (outer + inner) / 2)


PROPORTION: dict[str, Callable[[Floats, Floats, Floats, Floats, float], Bounds]] = {
    "logit": _logit,
    "korn_graubard": _korn_graubard,
    "beta": _korn_graubard,
    "nchs": _nchs,
    "wilson": _wilson,
    "asin": _asin,
    "likelihood": _likelihood,
    "mean": _mean,
}


def proportion_interval(p: Floats, se: Floats, n: Floats, df: Floats, level: float, method: str) -> Bounds:
    """Return lower and upper limits (m,) of proportions by a named method.

    Parameters
    ----------
    p, se, n, df : (m,) shares, standard errors, respondents and degrees of freedom.
    method : one of `PROPORTION`. Limits are NaN where the method has none (logit at 0 or 1, no df).
    """
    check_level(level)
    if method not in PROPORTION:
        raise UnsupportedError(f"interval '{method}' is not known; choose one of {', '.join(PROPORTION)}")
    return PROPORTION[method](p, se, np.asarray(n, dtype=np.float64), np.asarray(df, dtype=np.float64), level)
