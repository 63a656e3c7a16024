"""Texts that a spreadsheet would run when it opens a file of tables (CSV injection, OWASP)."""

from __future__ import annotations

import re

#: First signs that make a spreadsheet take a text for a formula; a number is none.
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?\Z")


def without_formula(text: str) -> str:
    """Return a text behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text
