"""The Korn-Graubard interval of a proportion, as the NCHS presentation standards use it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]


def effective_size(p: ArrayLike, se: ArrayLike, n: ArrayLike) -> Floats:
    """Return the effective sample size p(1-p)/se² capped at n; n itself where p is 0 or 1.

    Parameters
    ----------
    p, se, n : arrays of one shape; shares between 0 and 1, their standard errors, respondents in the base.

    Notes
    -----
    Parker et al. (2017), National Center for Health Statistics Data Presentation Standards for Proportions,
    Vital and Health Statistics 2(175).
    """
    p, se, n = (np.asarray(x, dtype=np.float64) for x in (p, se, n))
    certain = (p <= 0) | (p >= 1) | (se == 0)
    size = np.divide(p * (1 - p), se**2, out=np.array(n, copy=True), where=~certain)
    return np.where(np.isnan(p), np.nan, np.minimum(size, n))


def korn_graubard(
    p: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the lower and upper limits, shares between 0 and 1.

    The effective size is first multiplied by (t(n-1) / t(df))², then capped at n.

    Parameters
    ----------
    p, se, n, df : arrays of one shape; df are the degrees of freedom of the domain's design, infinite where no
        cluster or stratum was declared. Under one degree of freedom nothing is known: the limits are 0 and 1.
    level : confidence level.

    Notes
    -----
    Korn and Graubard (1998), Survey Methodology 24, 193-201; capped as in Parker et al. (2017), appendix.
    """
    tail = (1 - level) / 2
    return lower_limit(p, se, n, df, tail), upper_limit(p, se, n, df, tail)


def lower_limit(p: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, tail: float) -> Floats:
    """Return the lower limit of :func:`korn_graubard`, that leaves ``tail`` below it."""
    p, size, unknown = _settled(p, se, n, df, tail)
    events = size * p
    with np.errstate(invalid="ignore"):
        lower = special.betaincinv(events, size - events + 1, tail)
    return np.where(unknown | (p <= 0), 0.0, lower)


def upper_limit(p: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, tail: float) -> Floats:
    """Return the upper limit of :func:`korn_graubard`, that leaves ``tail`` above it."""
    p, size, unknown = _settled(p, se, n, df, tail)
    events = size * p
    with np.errstate(invalid="ignore"):
        upper = special.betaincinv(events + 1, size - events, 1 - tail)
    return np.where(unknown | (p >= 1), 1.0, upper)


def t_limit(df: ArrayLike, tail: float) -> Floats:
    """Return the quantile of t that leaves ``tail`` below it, of one degree of freedom where there are fewer.

    Rows by the thousand share a few hundred numbers of degrees of freedom: each is worked out once.
    """
    degrees, place = np.unique(np.maximum(df, 1), return_inverse=True)
    limit: Floats = special.stdtrit(degrees, tail)[place].reshape(np.shape(df))
    return limit


def _settled(
    p: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, tail: float
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the shares, the sizes that count, and where nothing is known."""
    p, n, df = (np.asarray(x, dtype=np.float64) for x in (p, n, df))
    ratio = t_limit(n - 1, tail) / t_limit(df, tail)
    certain = (p <= 0) | (p >= 1)
    size = np.where(certain, n, np.minimum(effective_size(p, se, n) * ratio**2, n))
    return p, size, (df < 1) & ~np.isnan(p)
