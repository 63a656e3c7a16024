"""A typology read from the results: its classes, what marks them, and the figures and tables that tell it."""

from __future__ import annotations

import pandas as pd

from pipeline.figures.scope import Scope, published

#: Test value from which a category marks a class.
MARKED = 2.0


def numbers_of(scope: Scope, analysis: str) -> pd.DataFrame:
    """Return the rows of a typology of the region with ``in_class``, ``axis`` and ``category`` (what is left)."""
    t = scope.table
    rows = t[(t["analysis"] == analysis) & (t["territory_level"] == "region")].copy()
    parts = [dict(p.split("=", 1) for p in d.split("/")) if d else {} for d in rows["domain"]]
    for column, name in (("in_class", "class"), ("axis", "axis")):
        rows[column] = [p.get(name, "") for p in parts]
    own = [next((f"{k}={v}" for k, v in p.items() if k not in ("class", "axis", "classes")), "") for p in parts]
    rows["category"] = own
    return rows


def said(scope: Scope, analysis: str, indicator: str, category: str) -> str:
    """Return what a category is called: the code of a question, or a box."""
    if category:
        name, _, code = category.partition("=")
        return scope.code_text(name, code)
    return scope.text(f"{analysis}.{indicator}")


def classes_of(rows: pd.DataFrame) -> list[str]:
    """Return the numbers of the classes, in order."""
    shares = rows[(rows["indicator"] == "class") & (rows["measure"] == "share")]
    return sorted(shares["in_class"].unique(), key=int)


def marks_of(rows: pd.DataFrame, number: str, measure: str) -> pd.DataFrame:
    """Return the published test values (``measure``) of a class that are far enough from nought, highest first."""
    found = published(rows[(rows["measure"] == measure) & (rows["in_class"] == number)])
    return found[found["estimate"].abs() >= MARKED].sort_values("estimate", ascending=False, kind="stable")
