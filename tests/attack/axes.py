"""Shares that a factorial analysis gives back, through what it prints of the place of an answer on its axes.

In a multiple correspondence analysis of Q questions, contribution = share / Q * coordinate² / eigenvalue, and
cos² = coordinate² / (1 / share - 1) (Lebart, Morineau and Piron 1995, Statistique exploratoire multidimensionnelle,
1.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tests.attack.published import Row

Interval = tuple[float, float]
Facts = dict[tuple[str, str, str, frozenset[tuple[str, str]]], Interval]
NOTHING: Interval = (0.0, 1.0)


def finer(rows: Iterable[Row]) -> list[Row]:
    """Return the rows, the shares of answers on an axis narrowed (or told) by what the axis prints of them."""
    rows = list(rows)
    facts = {(r.measure, r.indicator, r.when, r.conditions): (r.low, r.high) for r in rows if not r.hidden}
    questions = next((low for (m, i, _, _), (low, _) in facts.items() if (m, i) == ("active", "axes")), np.nan)
    told: dict[tuple[str, str, frozenset[tuple[str, str]]], Interval] = {}
    for measure, indicator, when, conditions in facts:
        if measure != "coordinate":
            continue
        axis = frozenset(c for c in conditions if c[0] == "axis")
        key = (indicator, when, conditions - axis)
        for low, high in (
            _by_quality(facts, indicator, when, conditions),
            _by_contribution(facts, indicator, when, conditions, questions),
        ):
            known = told.get(key, NOTHING)
            told[key] = max(known[0], low), min(known[1], high)
    return [_narrowed(r, told.get((r.indicator, r.when, r.conditions))) for r in rows]


def _square(interval: Interval) -> Interval:
    """Return the bounds of the square of a number that does not change its sign; none where it may be nought."""
    ends = sorted(x**2 for x in interval)
    return (ends[0], ends[1]) if interval[0] * interval[1] > 0 else (0.0, np.inf)


def _by_quality(facts: Facts, indicator: str, when: str, conditions: frozenset[tuple[str, str]]) -> Interval:
    place = _square(facts["coordinate", indicator, when, conditions])
    quality = facts.get(("cos2", indicator, when, conditions))
    if quality is None or quality[0] <= 0 or place[0] <= 0:
        return NOTHING
    return quality[0] / (quality[0] + place[1]), quality[1] / (quality[1] + place[0])


def _by_contribution(
    facts: Facts, indicator: str, when: str, conditions: frozenset[tuple[str, str]], questions: float
) -> Interval:
    place = _square(facts["coordinate", indicator, when, conditions])
    part = facts.get(("contribution", indicator, when, conditions))
    axis = frozenset(c for c in conditions if c[0] == "axis")
    value = facts.get(("eigenvalue", "axes", when, axis))
    if part is None or value is None or not questions > 0 or place[0] <= 0:
        return NOTHING
    return questions * part[0] * value[0] / place[1], questions * part[1] * value[1] / place[0]


def _narrowed(row: Row, told: Interval | None) -> Row:
    if told is None or row.hidden or row.unit != "share" or row.measure != "share" or row.analysis != "typology":
        return row
    low, high = max(row.low, told[0]), min(row.high, told[1])
    return replace(row, low=low, high=high) if low <= high else row
