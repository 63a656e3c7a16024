"""Adjustment of p-values for many tests: Holm and Benjamini-Hochberg."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from pipeline.survey.errors import UnsupportedError, VariableError
from pipeline.survey.structure import Floats

#: Our name of an adjustment and statsmodels'.
METHODS = {"holm": "holm", "benjamini_hochberg": "fdr_bh"}


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
    if len(known):
        out[known] = load()(p[known], method=METHODS[method])[1]
    return out


def load() -> Callable[..., Any]:
    """Return statsmodels' function; its first import takes half a second, which may pass while others work."""
    from statsmodels.stats.multitest import multipletests

    function: Callable[..., Any] = multipletests
    return function
