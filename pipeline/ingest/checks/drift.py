"""Screening between waves: shares of codes and of missing answers that moved more than sampling of records explains.

Counts are unweighted and the test knows no design: it is there to find changed codes, recodes and routings, not to
measure change. Several tests are made at once, so p-values are adjusted by Holm (1979, Scandinavian Journal of
Statistics 6).
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd

from pipeline.ingest.checks.nonresponse import SILENT, looked_at
from pipeline.instrument import Instrument, Question

#: Adjusted p-value under which a difference of records is no accident.
LEVEL = 0.01
COLUMNS = [
    "question", "code", "wave_from", "wave_to", "n_from", "n_to", "share_from", "share_to", "p_adjusted", "flagged",
]  # fmt: skip
#: The code under which the share of missing answers is told.
MISSING = "(missing)"


def drift(instrument: Instrument, clean: pd.DataFrame, waves: list[str], limit: float, at_least: int) -> pd.DataFrame:
    """Return every code of every closed question asked in two waves running, with its two shares.

    Parameters
    ----------
    clean : accepted records. waves : in order of time.
    limit : smallest difference of shares that is told. at_least : answers needed in either wave.
    """
    there = [w for w in waves if (clean["wave"] == w).any()]
    rows: list[tuple[object, ...]] = []
    for before, after in itertools.pairwise(there):
        parts = clean[clean["wave"] == before], clean[clean["wave"] == after]
        for q in looked_at(instrument):
            if q.asked(before) and q.asked(after):
                for code, (k1, n1), (k2, n2) in _counts(q, *parts, before, after):
                    if min(n1, n2) >= at_least:
                        rows.append((q.name, code, before, after, n1, n2, k1 / n1, k2 / n2, _p_value(k1, n1, k2, n2)))
    table = pd.DataFrame(rows, columns=[*COLUMNS[:8], "p_adjusted"])
    table["p_adjusted"] = holm(table["p_adjusted"].to_numpy(dtype=float))
    difference = (table["share_to"] - table["share_from"]).abs()
    table["flagged"] = (table["p_adjusted"] < LEVEL) & (difference >= limit)
    return table[COLUMNS]


Count = tuple[int, int]


def _counts(
    q: Question, first: pd.DataFrame, second: pd.DataFrame, before: str, after: str
) -> list[tuple[str, Count, Count]]:
    found: list[tuple[str, Count, Count]] = []
    statuses = [p[f"{q.name}__status"] for p in (first, second)]
    asked = [s.isin(("answered", *SILENT)) for s in statuses]
    silent = [s.isin(SILENT) for s in statuses]
    found.append((MISSING, (int(silent[0].sum()), int(asked[0].sum())), (int(silent[1].sum()), int(asked[1].sum()))))
    columns = [c for c in q.clean_columns() if c in first]
    answered = [p.loc[(s == "answered").to_numpy(), columns] for p, s in zip((first, second), statuses, strict=True)]
    if q.type == "multiple":
        for name in dict.fromkeys(i.name for w in (before, after) for i in q.offered(w)):
            if all(name in {i.name for i in q.offered(w)} for w in (before, after)):
                boxes = [p[f"{q.name}_{name}"].fillna(False) for p in answered]
                found.append((name, *((int(b.sum()), len(b)) for b in boxes)))  # type: ignore[arg-type]
    elif q.codes:
        counts = [p[q.name].value_counts() for p in answered]
        # of two codes one says what the other does
        for code in list(q.codes)[: 1 if len(q.codes) == 2 else None]:
            key = code if pd.api.types.is_integer_dtype(first[q.name]) else str(code)
            found.append((str(code), *((int(c.get(key, 0)), len(p)) for c, p in zip(counts, answered, strict=True))))  # type: ignore[arg-type]
    return found


def _p_value(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the two-sided p-value of the test of two proportions with their pooled variance."""
    pooled = (k1 + k2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if variance == 0:
        return 1.0
    return math.erfc(abs(k1 / n1 - k2 / n2) / math.sqrt(2 * variance))


def holm(p: np.ndarray) -> np.ndarray:
    """Return the p-values adjusted so that any false alarm at all has at most the level's probability (Holm, 1979)."""
    order = np.argsort(p, kind="stable")
    factors = len(p) - np.arange(len(p))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0) if len(p) else p
    return adjusted
