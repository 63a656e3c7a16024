"""Another table, or a note, below or beside the table of a sheet is told and no record."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from tests.ingest.readers.test_sheets import answers, read, saved, told

RECORDS: list[list[Any]] = [
    ["id", "Jour", "Sexe", "Age"],
    *[[i, dt.date(2006, 5, i), "H", 20 + i] for i in range(1, 9)],
]


def test_a_table_below_the_first_is_told_and_leaves_dates_as_they_are(tmp_path: Path) -> None:
    path = saved(tmp_path / "f.xlsx", R=[*RECORDS, [], ["Tranche", "Effectif"], ["15-24", 3], ["25-44", 5]])
    got = read(path)
    assert got.n == 8
    assert set(map(type, got.table["Jour"])) == {pd.Timestamp}
    assert "not read: rows 11-13 of 'R'" in told(got)


def test_as_wide_a_table_below_the_first_is_told_by_its_header(tmp_path: Path) -> None:
    got = read(saved(tmp_path / "f.xlsx", R=[*RECORDS, [], *RECORDS[:4]]))
    assert got.n == 8


def test_a_note_below_blank_rows_is_no_record(tmp_path: Path) -> None:
    assert read(saved(tmp_path / "f.xlsx", R=[*RECORDS, [], [], ["Source : région"]])).n == 8


def test_records_below_a_blank_row_are_read(tmp_path: Path) -> None:
    more = [[9, dt.date(2006, 5, 9), None, None], [10, None, "F", 44]]
    assert read(saved(tmp_path / "f.xlsx", R=[*RECORDS, [], *more])).n == 10


def test_a_small_table_beside_the_first_is_told_and_not_mixed_in(tmp_path: Path) -> None:
    side: list[list[Any]] = [["Avis", "Nombre"], ["bon", 6], ["mauvais", 6]]
    rows = [[*r, None, *(side[i] if i < 3 else [])] for i, r in enumerate(answers(12))]
    got = read(saved(tmp_path / "f.xlsx", R=rows))
    assert (got.n, got.columns) == (12, ["id", "Sexe", "Age", "Avis"])
    assert "not read: from column 6" in told(got)


def test_a_column_of_remarks_behind_a_blank_one_is_a_column(tmp_path: Path) -> None:
    rows = [[*r, None, "Remarque" if i == 0 else "long" if i == 3 else None] for i, r in enumerate(answers(12))]
    assert "Remarque" in read(saved(tmp_path / "f.xlsx", R=rows)).columns


def test_durations_are_minutes_and_said_so(tmp_path: Path) -> None:
    rows = [["id", "Durée", "Heure"]]
    rows += [[i, dt.timedelta(minutes=90 + i), dt.time(9, 15)] for i in range(3)]  # type: ignore[list-item]
    got = read(saved(tmp_path / "f.xlsx", R=rows))
    assert got.table["Durée"].tolist() == [90, 91, 92]
    assert got.table["Heure"].tolist() == ["09:15:00"] * 3
    assert "read as minutes" in told(got)
