"""Adjustment of p-values for many tests: Holm and Benjamini-Hochberg.

Own code because statsmodels', two lines each as well, takes half a second to import: as long as a stage.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipeline.survey.errors import UnsupportedError, VariableError
from pipeline.survey.structure import Floats


def adjust(p_values: ArrayLike, method: str = "holm") -> Floats:
    """Return adjusted p-values (k,) in the order given; missing ones stay missing and count for nothing.

    holm : step-down, holds the familywise error (Holm 1979, Scand. J. Stat. 6, 65).
    benjamini_hochberg : step-up, holds the false discovery rate (1995, JRSS B 57, 289).

    Raises
    ------
    UnsupportedError, VariableError
    """
    if method not in METHODS:
        raise UnsupportedError(f"adjustment '{method}' is not known; choose {' or '.join(METHODS)}")
    p = np.asarray(p_values, dtype=np.float64).ravel()
    if ((p < 0) | (p > 1)).any():
        raise VariableError("p-values must lie between 0 and 1")
    out = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    rising = known[np.argsort(p[known])]
    out[rising] = np.minimum(METHODS[method](p[rising]), 1.0)
    return out


def _holm(p: Floats) -> Floats:
    """Return p-values in rising order times the number of those not smaller, none below one before it."""
    adjusted: Floats = np.maximum.accumulate(p * np.arange(len(p), 0, -1))
    return adjusted


def _benjamini_hochberg(p: Floats) -> Floats:
    """Return p-values in rising order over the part of them that is not larger, none above one after it."""
    part = np.arange(1, len(p) + 1) / len(p)
    adjusted: Floats = np.minimum.accumulate((p / part)[::-1])[::-1]
    return adjusted


METHODS = {"holm": _holm, "benjamini_hochberg": _benjamini_hochberg}
