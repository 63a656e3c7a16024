"""Decompositions of the difference between two rates, from sizes and rates of classes: Kitagawa and Das Gupta.

A rate is the sum over classes of composition times rate. Kitagawa splits the difference of two rates into the part of
the class rates (behaviour) and that of the composition, each at the mean of the other. Das Gupta splits the part of a
composition crossed by several factors among these factors, whatever their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Aggregate = Callable[[Sequence[Floats]], float]


@dataclass(frozen=True)
class Kitagawa:
    """Parts of a difference of rates.

    behaviour, composition : (classes,) contribution of every class; the sum of both is the difference. What a class
        contributes to composition depends on the level of rates, only its sum has a meaning of its own.
    """

    behaviour: Floats
    composition: Floats


def kitagawa(first: tuple[Floats, Floats], last: tuple[Floats, Floats]) -> Kitagawa:
    """Split the difference of two rates into behaviour and composition.

    Parameters
    ----------
    first, last : (sizes, rates) of the classes of each population, (classes,) each; sizes need not sum to one.

    Notes
    -----
    Kitagawa (1955), Components of a difference between two rates, JASA 50, 1168, without interaction.
    """
    (size_a, rate_a), (size_b, rate_b) = first, last
    share_a, share_b = size_a / size_a.sum(), size_b / size_b.sum()
    return Kitagawa(
        behaviour=(share_a + share_b) / 2 * (rate_b - rate_a), composition=(rate_a + rate_b) / 2 * (share_b - share_a)
    )


def symmetric_effects(first: Sequence[Floats], last: Sequence[Floats], aggregate: Aggregate) -> Floats:
    """Return the effect (P,) of each of P factors on the difference of an aggregate, averaged over all orders.

    Parameters
    ----------
    first, last : the P factors of each population, arrays of any shape.
    aggregate : the rate as a function of the P factors.

    Notes
    -----
    Das Gupta (1993), Standardization and decomposition of rates: a user's manual, US Bureau of the Census, P23-186,
    equation 3.54: each subset of the other factors taken from `last` has weight s! (P - s - 1)! / P!.
    """
    count = len(first)
    effects = np.zeros(count)
    for moved in range(count):
        others = [i for i in range(count) if i != moved]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for changed in combinations(others, size):
                before = [last[i] if i in changed else first[i] for i in range(count)]
                after = [last[i] if i == moved else before[i] for i in range(count)]
                effects[moved] += weight * (aggregate(after) - aggregate(before))
    return effects


def structure_factors(sizes: Floats) -> list[Floats]:
    """Write the shares of crossed classes as a product of one array a factor, symmetrically.

    Parameters
    ----------
    sizes : numbers of a population crossed by K factors, one axis a factor; no margin may be empty.

    Returns
    -------
    K arrays of the shape of ``sizes`` whose product is ``sizes`` over its sum; 0 in empty classes.

    Notes
    -----
    Das Gupta (1993), chapter 5: geometric mean, over the orders in which factors may enter, of the share that the
    factor adds given those entered before.
    """
    axes = range(sizes.ndim)
    shares = sizes / sizes.sum()
    logs = {}
    for kept in (s for n in range(sizes.ndim + 1) for s in combinations(axes, n)):
        margin = shares.sum(axis=tuple(a for a in axes if a not in kept), keepdims=True)
        with np.errstate(divide="ignore"):
            logs[kept] = np.log(margin)
    factors = []
    for axis in axes:
        total = np.zeros(sizes.shape)
        others = [a for a in axes if a != axis]
        for n in range(sizes.ndim):
            weight = factorial(n) * factorial(sizes.ndim - n - 1) / factorial(sizes.ndim)
            for before in combinations(others, n):
                with np.errstate(invalid="ignore"):
                    total = total + weight * (logs[tuple(sorted((*before, axis)))] - logs[before])
        factors.append(np.where(sizes > 0, np.exp(total), 0.0))
    return factors


@dataclass(frozen=True)
class DasGupta:
    """Parts of a difference of rates: ``behaviour`` and the (K,) effects of the factors of the ``composition``."""

    behaviour: float
    composition: Floats


def das_gupta(first: tuple[Floats, Floats], last: tuple[Floats, Floats]) -> DasGupta:
    """Split the difference of two rates into behaviour and one part for each factor of the composition.

    Parameters
    ----------
    first, last : (sizes, rates) of each population, arrays with one axis a factor. Rates of empty classes are ignored.

    Notes
    -----
    Das Gupta (1993), P23-186, chapter 5 (cross-classified data): rates against composition as Kitagawa, then the
    composition among its factors by :func:`structure_factors` at the mean of the two rates.
    """
    (size_a, rate_a), (size_b, rate_b) = first, last
    main = kitagawa((size_a, rate_a), (size_b, rate_b))
    mean = (rate_a + rate_b) / 2

    def crude(factors: Sequence[Floats]) -> float:
        return float((mean * np.prod(np.stack(factors), axis=0)).sum())

    effects = symmetric_effects(structure_factors(size_a), structure_factors(size_b), crude)
    return DasGupta(behaviour=float(main.behaviour.sum()), composition=effects)
