"""Different persons whom sign-ins identify: one a year over all spaces, never added up over spaces or months."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.ingest.attendance.active_file import active_file
from pipeline.questions.attendance.answer import _persons
from pipeline.questions.context import Context

from .test_elsewhere import context

ENTRY: Any = SimpleNamespace(name="attendance", confirmatory=False)
RETURNS: Any = SimpleNamespace(source="visits", units=["53", "01"])


def visits(named: bool) -> pd.DataFrame:
    """Thirty persons who come to both spaces in each of two months."""
    rows = [(s, m, f"p{i}") for s in "AB" for m in ("2006-01", "2006-02") for i in range(30)]
    table = pd.DataFrame(rows, columns=["site_id", "month", "person"])
    return table if named else table.assign(person=table["person"].where(table.index % 4 > 0))


@pytest.mark.parametrize("shortest", ["month", "year"])
def test_a_person_of_several_spaces_and_months_is_one_of_the_year(tmp_path: Path, shortest: Any) -> None:
    assert list(_persons(context(tmp_path), ENTRY, RETURNS)) == []
    active_file("visits", visits(True), "person", shortest).to_parquet(tmp_path / "active_file.parquet")
    [row] = _persons(context(tmp_path), ENTRY, RETURNS)
    assert (row.period, row.estimate, row.contributors) == ("2006", 30.0, 30.0)
    assert (row.indicator, row.population, row.territory) == ("persons", "visitors", "53")


def test_visits_of_nobody_known_are_told_beside_the_persons(tmp_path: Path) -> None:
    active_file("visits", visits(False), "person", "year").to_parquet(tmp_path / "active_file.parquet")
    persons, named = _persons(context(tmp_path), ENTRY, RETURNS)
    assert persons.estimate == visits(False)["person"].nunique()
    assert (named.indicator, named.estimate, named.n) == ("named", 0.75, 120.0)


def test_counts_of_sign_ins_are_read_by_role_whatever_the_sheet_calls_its_columns(tmp_path: Path) -> None:
    (tmp_path / "visits").mkdir()
    counts = pd.DataFrame({"site_id": ["A"], "activity": ["workshop"], "age_band": ["0-14"], "visits": [3]})
    counts.to_parquet(tmp_path / "visits" / "all.parquet")
    question = SimpleNamespace(name="service", role="activity")
    instrument = SimpleNamespace(questions=[question], all_by_role=lambda *roles: [question])
    evaluation: Any = SimpleNamespace(
        instruments={"visits": instrument}, source=lambda name: SimpleNamespace(signins=object())
    )
    read = Context(evaluation, tmp_path, tmp_path).by_role("visits", ("age_band", "activity", "visits"), ("site_id",))
    pd.testing.assert_frame_equal(read[counts.columns], counts)
