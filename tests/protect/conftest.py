"""Rows of results made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.results import Result, frame
from pipeline.results.quantity import ANSWERED, VALUE, Quantity, Where, keys


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


def share(numerator: dict[str, Any], n: int, contributors: int, code: str = "53", **base: Any) -> Result:
    """Return a share of users who gave an answer, among those who answered and were ``base``."""
    asked = dict.fromkeys(numerator, ANSWERED) | {name: [code] for name, code in base.items()}
    counted = {name: codes if isinstance(codes, list) else [codes] for name, codes in numerator.items()}
    place = Where("region" if code == "53" else "pays", code)
    p = contributors / n
    return result(
        analysis="made",
        indicator="_".join(numerator),
        domain={**base, "answer": "+".join(str(c) for codes in counted.values() for c in codes)},
        territory_level=place.level,
        territory=code,
        estimate=p,
        se=max((p * (1 - p) / n) ** 0.5, 1e-9),
        n=n,
        contributors=contributors,
        quantity=Quantity("share", "users", "users", "person", keys(counted), keys(asked), place, "wave=2006"),
    )


def visits(amount: float, spaces: int, code: str = "53", band: str = "", **changes: Any) -> Result:
    """Return visits counted in some spaces, of one age band or of all."""
    place = Where("region" if code == "53" else "pays", code)
    counted = {"visits": VALUE} | ({"age_band": [band]} if band else {})
    row: dict[str, Any] = {
        "analysis": "attendance",
        "indicator": "visits",
        "measure": "count",
        "population": "visits",
        "unit": "count",
        "inference": "census",
        "estimate": float(amount),
        "se": None,
        "lower": None,
        "upper": None,
        "df": None,
        "n": spaces,
        "contributors": spaces,
        "territory_level": place.level,
        "territory": code,
        "domain": {"age_band": band} if band else None,
        "period": "2006",
        "quantity": Quantity("total", "visits", "attendance", numerator=keys(counted), where=place, when="period=2006"),
    }
    return result(**{**row, **changes})


@pytest.fixture
def table():
    """Return a function that makes a results table of changed rows."""

    def make(*changes: dict[str, Any]) -> pd.DataFrame:
        return frame([result(**c) for c in changes])

    return make
