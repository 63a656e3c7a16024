"""When a number may be told, and when a difference is one: the same rule for statements, figures and sentences."""

from __future__ import annotations

import math
from typing import Any, Protocol

#: Level under which a difference is called one (glossary: « significatif au seuil de 5 % »).
ALPHA = 0.05


class Row(Protocol):
    """One row of the results table."""

    def __getitem__(self, key: str) -> Any: ...


def published(row: Row) -> bool:
    """Return whether a row may be written."""
    return row["quality"] != "suppress" and math.isfinite(row["estimate"])


def detected(row: Row) -> bool:
    """Return whether a difference is significant: by the adjusted p-value, else the plain one, else the interval."""
    for column in ("p_adjusted", "p_value"):
        if math.isfinite(row[column]):
            return bool(row[column] < ALPHA)
    return bool(row["lower"] * row["upper"] > 0)


def detected_alone(row: Row) -> bool:
    """Return whether a difference would be detected alone and is not among the others that it was tested with.

    Intervals are those of one comparison; read beside an adjusted test they seem to say the opposite.
    """
    nil = 1.0 if row["unit"] == "odds_ratio" else 0.0
    apart = row["lower"] > nil or row["upper"] < nil
    return bool(apart and row["p_adjusted"] >= ALPHA > row["p_value"])


#: Measures that compare two dates, two parts or two situations.
COMPARISONS = frozenset({"shift", "score_shift", "mean_shift", "gap", "mean_gap", "score_gap", "evolution", "effect"})
