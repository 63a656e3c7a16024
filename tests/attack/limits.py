"""Shares narrowed by their own printed interval: its limits are functions of the share, its error and the sample.

Limits are those of Korn and Graubard (1998, Survey Methodology 24, 193-201), as the methods report says; they are
printed outward on the step of the share. Both functions rise with the share, so each printed limit bounds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tests.attack.published import Row

Floats = NDArray[np.float64]
#: Halvings of the interval of possible shares.
_ROUNDS = 40
_TAIL = 0.025


def narrowed(rows: Iterable[Row]) -> list[Row]:
    """Return the rows, shares of a sample narrowed to those that give the limits printed beside them."""
    rows = list(rows)
    chosen = [i for i, r in enumerate(rows) if _usable(r)]
    if not chosen:
        return rows
    use = [rows[i] for i in chosen]
    n, low, high = (np.array([getattr(r, c) for r in use]) for c in ("n", "low", "high"))
    se, df, limits = (
        np.array(list(told)).T
        for told in zip(*((r.printed["se"], r.printed["df"], r.limits) for r in use), strict=True)
    )
    step = high - low
    sharp, blunt = (se[0], df[1]), (se[1], df[0])
    bounds = (
        _inverse(lambda p: korn_graubard(p, sharp[0], n, sharp[1])[0], limits[0]),
        _inverse(lambda p: korn_graubard(p, blunt[0], n, blunt[1])[0], limits[0] + step),
        _inverse(lambda p: korn_graubard(p, blunt[0], n, blunt[1])[1], limits[1] - step),
        _inverse(lambda p: korn_graubard(p, sharp[0], n, sharp[1])[1], limits[1]),
    )
    least, most = np.maximum(bounds[0], bounds[2]), np.minimum(bounds[1], bounds[3])
    for i, row, least_, most_ in zip(chosen, use, least, most, strict=True):
        ends = max(row.low, float(least_)), min(row.high, float(most_))
        # an interval made in another way contradicts the digits: it says nothing
        rows[i] = replace(row, low=ends[0], high=ends[1]) if ends[0] < ends[1] else row
    return rows


def _usable(row: Row) -> bool:
    told = (*row.printed.get("se", (np.nan,)), *row.printed.get("df", (np.nan,)), *row.limits, row.n)
    sampled = row.inference in ("sample", "nonprobability") and row.unit == "share" and not row.hidden
    inside = min(row.limits[0], row.low) > 0 and max(row.limits[1], row.high) < 1
    return bool(sampled and np.isfinite(told).all() and row.printed["se"][0] > 0 and row.n > 2 and inside)


def korn_graubard(p: Floats, se: Floats, n: Floats, df: Floats) -> tuple[Floats, Floats]:
    """Return the limits of shares p with standard errors, respondents and degrees of freedom, arrays of one shape."""
    size = np.minimum(p * (1 - p) / se**2, n)
    ratio = special.stdtrit(n - 1, _TAIL) / special.stdtrit(np.maximum(df, 1), _TAIL)
    size = np.minimum(size * ratio**2, n)
    given = size * p
    lower = special.betaincinv(given, size - given + 1, _TAIL)
    upper = special.betaincinv(given + 1, size - given, 1 - _TAIL)
    return lower, upper


def _inverse(function: Callable[[Floats], Floats], target: Floats) -> Floats:
    low, high = np.full(len(target), 1e-6), np.full(len(target), 1 - 1e-6)
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        under = function(middle) < target
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    found: Floats = (low + high) / 2
    return found
