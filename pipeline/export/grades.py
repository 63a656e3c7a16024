"""How far a result may be believed: one word for one statement, by rules that anyone can apply again.

A statement is made only of publishable numbers. A change is told when it passes the five per cent level after the
correction for the number of comparisons; it is never inferred from two intervals. Then its strength starts at
*established* and can only fall: exploratory changes, model-based and non-probability results are at most *probable*;
a result marked for caution, a source that disagrees, and each open warning about the method take one step away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.results.significance import COMPARISONS, Row, detected, published
from pipeline.state.strength import strength

Direction = Literal["rise", "fall", "stable", "above", "below", "level", ""]


@dataclass(frozen=True)
class Grade:
    """What may be said of a result.

    Attributes
    ----------
    direction : `rise`, `fall` or `stable` of a comparison, `above` or `below` a declared level, `level` of an
        exhaustive count; empty when nothing may be claimed.
    strength : one of `pipeline.results.statement.STRENGTHS`, empty when nothing may be claimed.
    reasons : codes of what gave or lowered the strength, in order.
    """

    direction: Direction
    strength: str
    reasons: tuple[str, ...]


#: Where no rule fires: suppressed, or a difference that chance may have made.
NOTHING = Grade("", "", ())


def grade(
    row: Row,
    *,
    margin: float | None = None,
    above: float | None = None,
    others: Sequence[int] = (),
    warnings: Sequence[str] = (),
) -> Grade:
    """Return the grade of one row of results.

    Parameters
    ----------
    row : a publishable row; a suppressed one gives `NOTHING`.
    margin : change, in the unit of the row, that would not matter.
    above : level that the row may be compared with.
    others : signs (-1, 0, 1) of what other sources say of the same change; 0 says nothing.
    warnings : names of the open warnings that concern the row.
    """
    if not published(row):
        return NOTHING
    direction = _direction(row, margin, above)
    if not direction:
        return NOTHING
    sign = {"rise": 1, "fall": -1}.get(direction, 0)
    compares = direction in ("rise", "fall", "stable")
    return Grade(direction, *strength(row, compares=compares, sign=sign, others=others, warnings=warnings))


def sign_of(row: Row) -> int:
    """Return the direction in which a published comparison moved; 0 where nothing may be claimed."""
    return {"rise": 1, "fall": -1}.get(grade(row).direction, 0)


def _direction(row: Row, margin: float | None, above: float | None) -> Direction:
    if row["measure"] in COMPARISONS or row["unit"] == "point":
        return _change(row, margin)
    exact = row["inference"] == "census" and not math.isfinite(row["lower"])
    if above is not None:
        low, high = (row["estimate"], row["estimate"]) if exact else (row["lower"], row["upper"])
        return "above" if low > above else "below" if high < above else ""
    return "level" if exact else ""


def _change(row: Row, margin: float | None) -> Direction:
    exact = row["inference"] == "census" and not math.isfinite(row["lower"])
    low, high = (row["estimate"], row["estimate"]) if exact else (row["lower"], row["upper"])
    if margin is not None and -margin < low and high < margin:
        return "stable"
    if exact:
        return "rise" if row["estimate"] > 0 else "fall" if row["estimate"] < 0 else "stable"
    if not detected(row):
        return ""
    return "rise" if row["estimate"] > 0 else "fall" if row["estimate"] < 0 else ""
