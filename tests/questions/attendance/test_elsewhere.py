"""Visits that took place in no space are rows of their own: by year and place, in no sum of the spaces."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from pipeline.questions.attendance.answer import _elsewhere


def context(folder: Path) -> Any:
    return SimpleNamespace(
        ingest=folder,
        table=lambda stage, name: pd.read_parquet(stage / f"{name}.parquet"),
        where=lambda unit: {"territory_level": "region", "territory": "53"},
    )


def test_visits_elsewhere_are_rows_of_their_own_by_year_and_place(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "month": ["2006-01", "2006-02", "2006-02", "2007-01", "2006-01"],
            "place": ["home", "home", "remote", "remote", "home"],
            "age_band": "unknown",
            "activity": "visit",
            "visits": [3, 4, 5, 6, 50],
            "source": ["visits"] * 4 + ["other"],
        }
    )
    entry: Any = SimpleNamespace(name="attendance", confirmatory=False)
    returns: Any = SimpleNamespace(source="visits", units=["53"])
    assert list(_elsewhere(context(tmp_path), entry, returns)) == []
    table.to_parquet(tmp_path / "elsewhere.parquet")
    made = list(_elsewhere(context(tmp_path), entry, returns))
    assert {(r.period, (r.domain or {}).get("place"), r.estimate) for r in made} == {
        ("2006", None, 12.0),
        ("2007", None, 6.0),
        ("2006", "home", 7.0),
        ("2006", "remote", 5.0),
        ("2007", "remote", 6.0),
    }
    assert {r.indicator for r in made} == {"elsewhere"}
