"""What stands in place of a number that is not published: a sign that says why it is not, and nothing of its value."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

#: The reason that weighs most first: of several hidden numbers, a sentence says the first that applies.
_FIRST = ("c", "ns", "np", "nd")


def is_hidden(row: Any) -> bool:
    """Return whether a row's estimate may not be written, or is not there."""
    return bool(row["quality"] == "suppress" or not math.isfinite(row["estimate"]))


def sign_of(rows: Iterable[Any]) -> str:
    """Return the sign that says why, of the hidden ones among ``rows``: « c » before « ns », « np » and « nd ».

    No row at all is too few answers: nobody answered there.
    """
    rows = list(rows)
    if not rows:
        return "ns"
    signs = {str(row["reason"]).partition("_")[0] for row in rows if is_hidden(row)}
    return next((sign for sign in _FIRST if sign in signs), "nd")
