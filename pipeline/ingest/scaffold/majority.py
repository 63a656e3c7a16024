"""What nearly all cells of a column are: the few others are mistakes of typing that `check` tells, and change nothing.

A file that was typed by hand has an age in words, a day that no calendar has, a row given twice. The type and the
role of a column are those of the great majority of its cells.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from pipeline.ingest.values import text_of

#: Share of the cells that are answered which make a column what it is, and fewest of them where it may have others.
MOST, FEWEST = 0.95, 20
#: Share of the records that have a key of their own.
UNIQUE = 0.98
#: A text of which a closed question has so many is an answer of its own.
AGAIN = 3


def few(column: pd.Series, wrong: Collection[str]) -> bool:
    """Return whether the cells that are one of ``wrong`` are few beside all others that are answered."""
    if not wrong:
        return True
    texts = column.map(text_of).dropna()
    return len(texts) >= FEWEST and int(texts.isin(set(wrong)).sum()) <= (1 - MOST) * len(texts)


def single(column: pd.Series, wrong: Collection[str]) -> bool:
    """Return whether the cells of ``wrong`` are few, and none of their texts stands several times as an answer does."""
    if not wrong:
        return True
    texts = column.map(text_of).dropna()
    met = texts[texts.isin(set(wrong))].value_counts()
    return few(column, wrong) and int(met.max()) < AGAIN


def nearly_filled(column: pd.Series) -> bool:
    """Return whether (nearly) each record has a value."""
    blank = int(column.map(text_of).isna().sum())
    return blank == 0 or (len(column) >= FEWEST and blank <= (1 - MOST) * len(column))


def is_unique(column: pd.Series) -> bool:
    """Return whether each record has a value, and none has that of another."""
    texts = column.map(text_of)
    return bool(texts.notna().all()) and bool(texts.is_unique)


def nearly_unique(column: pd.Series) -> bool:
    """Return whether (nearly) each record has a value of its own: a few rows stand twice, or have none."""
    lacking = int(column.map(text_of).duplicated().sum()) + int(column.map(text_of).isna().any())
    return lacking == 0 or (len(column) >= FEWEST and lacking <= (1 - UNIQUE) * len(column))
