"""Rows of results made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.results import Result, frame


def result(**changes: Any) -> Result:
    """Return a share of users with plenty of answers, changed as told."""
    row: dict[str, Any] = {
        "analysis": "demand",
        "indicator": "elaborate",
        "measure": "share",
        "population": "users",
        "territory_level": "region",
        "territory": "53",
        "unit": "share",
        "inference": "sample",
        "estimate": 0.48,
        "se": 0.015,
        "lower": 0.45,
        "upper": 0.51,
        "df": 180,
        "n": 1850,
        "contributors": 900,
        "wave": "2006",
    }
    row.update(changes)
    if row.get("period"):
        row["wave"] = None
    return Result(**row)


@pytest.fixture
def table():
    """Return a function that makes a results table of changed rows."""

    def make(*changes: dict[str, Any]) -> pd.DataFrame:
        return frame([result(**c) for c in changes])

    return make
