"""Shares that a factorial analysis gives back: an answer's contribution to an axis is its mass times its squared place.

In a multiple correspondence analysis of Q questions, contribution = share / Q * coordinate² / eigenvalue (Lebart,
Morineau and Piron 1995, Statistique exploratoire multidimensionnelle, 1.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tests.attack.published import Row

#: Parameters of models are printed with four significant digits, and never finer than a millionth.
DIGITS, FINEST = 4, 0.5e-6


def finer(rows: Iterable[Row]) -> list[Row]:
    """Return the rows, the shares of answers on an axis narrowed (or told) by what the axis prints of them."""
    rows = list(rows)
    values = {(r.measure, r.indicator, r.when, r.conditions): r.estimate for r in rows if r.analysis == "typology"}
    questions = next((v for (m, i, _, _), v in values.items() if (m, i) == ("active", "axes")), np.nan)
    told: dict[tuple[str, str, frozenset[tuple[str, str]]], tuple[float, float]] = {}
    for (measure, indicator, when, conditions), contribution in values.items():
        axis = frozenset(c for c in conditions if c[0] == "axis")
        place = values.get(("coordinate", indicator, when, conditions), np.nan)
        eigenvalue = values.get(("eigenvalue", "axes", when, axis), np.nan)
        if measure == "contribution" and questions * eigenvalue * place**2 > 0:
            share = questions * contribution * eigenvalue / place**2
            error = _error(contribution) + _error(eigenvalue) + 2 * _error(place)
            key = (indicator, when, conditions - axis)
            low, high = told.get(key, (0.0, 1.0))
            told[key] = max(low, share * (1 - error)), min(high, share * (1 + error))
    return [_narrowed(r, told.get((r.indicator, r.when, r.conditions))) for r in rows]


def _error(value: float) -> float:
    """Return the relative error that the printed digits of a parameter leave."""
    half = 0.5 * 10.0 ** (np.floor(np.log10(abs(value))) - DIGITS + 1) if value else FINEST
    return max(half, FINEST) / max(abs(value), FINEST)


def _narrowed(row: Row, told: tuple[float, float] | None) -> Row:
    if told is None or row.hidden or row.unit != "share" or row.measure != "share" or row.analysis != "typology":
        return row
    low, high = max(row.low, told[0]), min(row.high, told[1])
    return replace(row, low=low, high=high) if low <= high else row
