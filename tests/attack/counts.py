"""How many of a class gave an answer: whole numbers that the test values of a typology give back.

A test value is the normal quantile of the mid p-value of a hypergeometric count (Lebart, Morineau and Piron 1995, 2.3):
a function of four whole numbers, of which the sizes of the classes are printed. The counts of the classes add up to
that of all, which nobody prints, but which few whole numbers fit.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from scipy import special, stats

from tests.attack.masses import Found
from tests.attack.published import Place, Row

MEASURE, CLASS = "test_value", "class"


def of_marks(rows: Iterable[Row]) -> list[Found]:
    """Return what printed test values leave of the hidden shares of an answer in a class (one person, one weight)."""
    rows = list(rows)
    marks: dict[tuple[str, str, Place], dict[str, Row]] = defaultdict(dict)
    shares: dict[tuple[str, str, Place], dict[str, Row]] = defaultdict(dict)
    sizes: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        group = dict(row.domain).get(CLASS)
        if group is None or row.measure not in (MEASURE, "share"):
            continue
        key = (row.indicator, row.when, row.conditions - {(CLASS, group)})
        (marks if row.measure == MEASURE else shares)[key][group] = row
        if row.measure == MEASURE and row.n > 0:
            sizes[row.when][group] = int(row.n)
    return [f for key, found in marks.items() for f in _counted(found, shares.get(key, {}), sizes[key[1]])]


def _counted(marks: dict[str, Row], shares: dict[str, Row], sizes: dict[str, int]) -> Iterator[Found]:
    hidden = [c for c, r in shares.items() if r.hidden and c in sizes]
    total, told = sum(sizes.values()), {c: r for c, r in marks.items() if not r.hidden}
    if not hidden or not told:
        return
    possible: dict[str, set[int]] = {c: set() for c in hidden}
    unknown = [c for c in sizes if c not in told]
    for m in range(1, total):
        fits = {c: _fitting(r, m, total, sizes[c]) for c, r in told.items()}
        if not all(len(x) for x in fits.values()):
            continue
        least, most = (sum(int(end(x)) for x in fits.values()) for end in (min, max))
        for c in hidden:
            others = sum(sizes[u] for u in unknown if u != c)
            left = (m - most - others, m - least) if c in unknown else (min(fits[c]), max(fits[c]))
            possible[c].update(range(max(0, int(left[0])), min(sizes[c], int(left[1])) + 1))
    for c in hidden:
        if possible[c]:
            low, high = ((end(possible[c]) + half) / sizes[c] for end, half in ((min, -0.5), (max, 0.5)))
            yield Found(shares[c].id, low, high, "test values")


def _fitting(row: Row, m: int, total: int, size: int) -> np.ndarray:
    """Return the counts of a class that give a printed test value, whichever way it was rounded."""
    values = _values(m, total, size)
    step = row.high - row.low
    low, high = row.estimate - step, row.estimate + step
    first = max(0, size + m - total)
    return first + np.flatnonzero((values >= low - 1e-9) & (values <= high + 1e-9))


@functools.lru_cache(maxsize=4096)
def _values(m: int, total: int, size: int) -> np.ndarray:
    support = np.arange(max(0, size + m - total), min(size, m) + 1)
    law = stats.hypergeom(total, m, size)
    point = law.pmf(support)
    lower = law.cdf(support) - point
    p = np.minimum(2 * np.minimum(lower, 1 - lower - point) + point, 1.0)
    sign = np.where(support / size >= m / total, 1.0, -1.0)
    values: np.ndarray = -sign * special.ndtri(np.maximum(p, 1e-300) / 2)
    return values
