"""How unequally an amount is spread: the share that the largest hold, and the Gini index, with their linearised values.

Both are ratios of totals once what depends on the whole population is held at its estimate, so that the variance of a
design follows from one number an observation: its influence, shifted so that the weighted mean is the estimate itself
(Deville 1999, Survey Methodology 25(2), 193).
"""

from __future__ import annotations

import numpy as np

from pipeline.survey.structure import Floats


def smallest_of_largest(values: Floats, weights: Floats, share: float) -> float:
    """Return the value from which on stand the largest, as many as ``share`` of the population; arguments as below."""
    order = np.argsort(-values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(reached, share)), len(order) - 1)])


def held_by_largest(values: Floats, weights: Floats, share: float) -> Floats:
    """Return linearised values of the share of a total that the largest values hold.

    Where the limit falls among equal values, only a part of these counts: the Lorenz curve is straight between
    observations. Its variance is that of Kovacevic and Binder (1997, Journal of Official Statistics 13(1), 41).

    Parameters
    ----------
    values : (n,) amounts, nought or more, some of them positive.   weights : (n,) positive.
    share : part of the population, the largest first, between 0 and 1.

    Returns
    -------
    (n,) numbers whose weighted mean is the share held, and whose variance by a design is its own.
    """
    limit = smallest_of_largest(values, weights, share)
    return _linearised(np.maximum(values - limit, 0.0) + share * limit, values, weights)


def gini(values: Floats, weights: Floats) -> Floats:
    """Return linearised values of the Gini index: 0 where all hold as much, towards 1 where one holds all.

    Half the mean difference between two members of the population, over the mean. Its influence is that of Langel and
    Tillé (2013, Journal of the Royal Statistical Society A 176(2), 521), written so that equal values need no order.

    Parameters
    ----------
    values : (n,) amounts, nought or more, some of them positive.   weights : (n,) positive.

    Returns
    -------
    (n,) numbers whose weighted mean is the index, and whose variance by a design is its own.
    """
    apart = _mean_distance(values, weights)
    mean = float(np.average(values, weights=weights))
    index = float(np.average(apart, weights=weights)) / (2 * mean)
    # a member is counted twice among the differences, as the one and as the other
    return _linearised(apart - index * mean, values, weights)


def _linearised(numerators: Floats, values: Floats, weights: Floats) -> Floats:
    """Return the ratio of two totals, moved for each observation by what it adds to it."""
    mean = float(np.average(values, weights=weights))
    ratio = float(np.average(numerators, weights=weights)) / mean
    out: Floats = ratio + (numerators - ratio * values) / mean
    return out


def _mean_distance(values: Floats, weights: Floats) -> Floats:
    """Return (n,) the mean distance of each value to those of the population."""
    order = np.argsort(values, kind="stable")
    x, w = values[order], weights[order] / weights.sum()
    below, held = np.cumsum(w), np.cumsum(w * x)
    out = np.empty_like(x)
    out[order] = x * (2 * below - 1) + held[-1] - 2 * held
    return out
