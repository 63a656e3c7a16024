"""Texts as a spreadsheet that opens a CSV file shows them, and never as a formula that it would run."""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from pipeline.formulas import without_formula
from pipeline.wording.markdown import visible


def safe(text: str) -> str:
    """Return a text on one line, behind an apostrophe where a spreadsheet would take it for a formula."""
    return without_formula(visible(text))


#: Signs that no name of a sheet may hold, and how long one may be.
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST = 31


def sheet_name(text: str, taken: Collection[str] = ()) -> str:
    """Return a name that a workbook takes for a sheet: short, without the signs it refuses, unlike those ``taken``."""
    name = _NOT_IN_NAMES.sub(" ", visible(text))[:_LONGEST].strip(" '") or "Feuille"
    others = {other.lower() for other in taken}
    number = 1
    free = name
    while free.lower() in others:
        number += 1
        free = f"{name[: _LONGEST - 4]} {number}"
    return free


def decimal(value: float) -> str:
    """Return a number as French spreadsheets read it; empty where there is none."""
    return repr(float(value)).removesuffix(".0").replace(".", ",") if math.isfinite(value) else ""
