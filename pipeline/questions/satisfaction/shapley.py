"""How much of what is explained goes with each predictor: Shapley shares of R squared, also known as LMG.

The share of a predictor is its mean gain of R squared over all orders in which the predictors may enter (Lindeman,
Merenda and Gold 1980; Grömping 2007, Am. Stat. 61, 139). It is a description of joint variation, not of causes.
"""

from __future__ import annotations

import itertools
from math import factorial

import numpy as np
from numpy.typing import NDArray

from pipeline.survey import Design
from pipeline.survey.smooth import Smooth, of_totals

Floats = NDArray[np.float64]
#: All subsets are looked at: 2 to the power of this many.
MOST = 12


def shares(covariance: Floats) -> Floats:
    """Return the parts (k,) of R squared; they add up to it.

    Parameters
    ----------
    covariance : (k + 1, k + 1), the outcome first.

    Raises
    ------
    ValueError
        For fewer than two or more than twelve predictors.
    """
    k = len(covariance) - 1
    if not 2 <= k <= MOST:
        raise ValueError(f"between 2 and {MOST} predictors, not {k}")
    explained = {
        subset: _r_squared(covariance, [i + 1 for i in subset])
        for size in range(k + 1)
        for subset in itertools.combinations(range(k), size)
    }
    out = np.zeros(k)
    for i in range(k):
        others = [j for j in range(k) if j != i]
        for size in range(k):
            chance = factorial(size) * factorial(k - size - 1) / factorial(k)
            for subset in itertools.combinations(others, size):
                out[i] += chance * (explained[tuple(sorted((*subset, i)))] - explained[subset])
    return out


def _r_squared(covariance: Floats, chosen: list[int]) -> float:
    if not chosen:
        return 0.0
    with_outcome = covariance[chosen, 0]
    return float(with_outcome @ np.linalg.solve(covariance[np.ix_(chosen, chosen)], with_outcome) / covariance[0, 0])


def driver_shares(
    design: Design, outcome: Floats, predictors: Floats, where: NDArray[np.bool_] | None = None
) -> Smooth:
    """Return the parts of R squared of each predictor and their sum (k + 1,), with design-based covariance.

    Parameters
    ----------
    outcome, predictors : (n,) and (n, k) numbers; rows missing one of them are left out.
    where : (n,) rows of the domain.
    """
    table = np.column_stack([outcome, predictors])
    n, k = table.shape
    whole = ~np.isnan(table).any(axis=1)
    if where is not None:
        whole &= where
    upper = np.triu_indices(k)
    centred = table - np.nanmean(table[whole], axis=0)
    values = np.hstack([np.ones((n, 1)), centred, centred[:, upper[0]] * centred[:, upper[1]]])
    values[~whole] = 0.0

    def parts(totals: Floats) -> Floats:
        mean = totals[1 : k + 1] / totals[0]
        covariance = np.empty((k, k))
        covariance[upper] = totals[k + 1 :] / totals[0]
        covariance.T[upper] = covariance[upper]
        found = shares(covariance - np.outer(mean, mean))
        return np.append(found, found.sum())

    return of_totals(design, values, parts, where=whole)
