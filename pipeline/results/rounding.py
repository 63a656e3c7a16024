"""Rounding as readers do, and the decimals with which a result is printed unless its interval needs more.

A result stands on its step already (``protect``). Where that is halfway between two numbers as they are printed (42.5
of a true 42.3), rounding it again would print 43: it keeps one decimal more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pipeline.errors import NotPublished


def rounded(value: float, decimals: int = 0) -> Decimal:
    """Return ``value`` rounded half away from zero on its decimal writing; never a negative zero.

    Raises
    ------
    NotPublished
        When the value is missing or infinite: a number that is not published cannot be written.
    """
    if value is None or not math.isfinite(value):
        raise NotPublished(
            "a number that is not published cannot be written",
            found=value,
            action="look at the row's quality before writing its estimate",
        )
    out = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(out) if out == 0 else out


def halfway(value: float, decimals: int = 0) -> bool:
    """Return whether a number stands exactly between two numbers of so many decimals."""
    return math.isfinite(value) and abs(Decimal(repr(float(value))).scaleb(decimals)) % 1 == Decimal("0.5")


def digits(value: float, decimals: int = 0) -> int:
    """Return the decimals that print a number without rounding it twice: one more where it stands halfway."""
    return decimals + halfway(value, decimals)


def shown_decimals(row: Mapping[str, Any]) -> int:
    """Return the decimals of a result as it is printed: shares are percentages, points have one under two."""
    if row["unit"] == "point":
        return digits(row["estimate"], 0 if abs(rounded(row["estimate"], 1)) >= 2 else 1)
    return digits(row["estimate"], 2 if row["unit"] in ("share", "ratio", "odds_ratio", "coefficient", "rate") else 1)
