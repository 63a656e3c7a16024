"""Which boundaries and populations a number rests on, in the codes of the results' column ``boundaries``.

``pays=2023`` : vintage of the boundaries.   ``allocated=2023`` : the population of the year, shared between communes in
proportion to their legal population of 2023.   ``population=2003;asked=2005`` : the population of the nearest year
held.   Several stand side by side, separated by ``;``.
"""

from __future__ import annotations


def together(*codes: str | None) -> str | None:
    """Return several codes as one; None where there is none."""
    return ";".join(code for code in codes if code) or None


def nearest(held: int, asked: int) -> str:
    """Return the code of a population of another year; empty where it is of the year asked for."""
    return "" if held == asked else f"population={held};asked={asked}"


def values(codes: str) -> dict[str, str]:
    """Return what the codes say, name -> value."""
    return dict(code.split("=", 1) for code in codes.split(";") if code)
