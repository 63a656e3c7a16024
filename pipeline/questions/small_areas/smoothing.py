"""Smoothed sampling variances: an area's own is itself estimated from a handful of spaces, too unsteady to weigh by."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AnalyseError

Floats = NDArray[np.float64]
Smoothing = Literal["design_effect", "variance_function"]
_LEAST = 4


def pooled_design_effect(variance: Floats, reference: Floats, n: Floats) -> float:
    """Return the mean design effect of areas, weighted by their answers.

    Parameters
    ----------
    variance : (m,) estimated sampling variances, NaN where the area has none; reference : (m,) variances of simple
        random samples of the same sizes; n : (m,) answers.

    Raises
    ------
    AnalyseError
        When fewer than four areas have a variance of their own.
    """
    known = np.isfinite(variance) & (variance > 0) & (reference > 0)
    if known.sum() < _LEAST:
        raise AnalyseError(
            "too few areas have a sampling variance to smooth", found=int(known.sum()), allowed=f"{_LEAST} or more"
        )
    return float(np.average(variance[known] / reference[known], weights=n[known]))


def smoothed(variance: Floats, reference: Floats, n: Floats, how: Smoothing) -> tuple[Floats, float]:
    """Return smoothed sampling variances (m,) and the pooled design effect.

    ``design_effect`` multiplies the variance of a simple random sample by the pooled design effect (Rao and Molina
    2015, sect. 6.4.1). ``variance_function`` regresses the logarithm of the variances on that of the number of answers
    and corrects the mean of the exponentials (generalised variance function: Wolter 2007, Introduction to Variance
    Estimation, 2nd ed., chap. 7; Rivest and Belmonte 2000).
    """
    effect = pooled_design_effect(variance, reference, n)
    if how == "design_effect":
        return effect * reference, effect
    known = np.isfinite(variance) & (variance > 0)
    x = np.column_stack([np.ones(len(n)), np.log(n)])
    beta = np.linalg.lstsq(x[known], np.log(variance[known]), rcond=None)[0]
    fitted = np.exp(x @ beta)
    return fitted * variance[known].sum() / fitted[known].sum(), effect
