"""Large tables are written in parts and read without a second copy, with the same content."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline import tables


@pytest.fixture
def table() -> pd.DataFrame:
    numbers = pd.array([1, None, 3, 4, 5], dtype="Int64")
    status = pd.Categorical.from_codes([0, 1, 0, 0, 1], ["answered", "no_answer"])
    return pd.DataFrame({"wave": pd.array(list("aabba"), dtype="str"), "q": numbers, "q__status": status})


def test_row_groups_hold_the_rows_kept_and_the_bytes_that_pandas_writes(
    tmp_path: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROW_GROUP", 2)
    kept = np.array([True, True, False, False, True])
    tables.write_kept(table, kept, tmp_path / "parts.parquet")
    whole = table[kept].reset_index(drop=True)
    whole.to_parquet(tmp_path / "whole.parquet", index=False, row_group_size=2)
    assert pq.ParquetFile(tmp_path / "parts.parquet").num_row_groups == 2
    assert (tmp_path / "parts.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


@pytest.mark.parametrize("large", [1, 100])
def test_files_are_read_as_pandas_reads_them(
    tmp_path: Path, table: pd.DataFrame, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LARGE", large)
    monkeypatch.setattr(tables, "COLUMNS", 2)
    paths = [tmp_path / f"{name}.parquet" for name in ("one", "two")]
    for path in paths:
        table.to_parquet(path, index=False)
    pd.testing.assert_frame_equal(tables.read_stacked(paths[:1]), pd.read_parquet(paths[0]))
    both = pd.concat([table, table], ignore_index=True)
    pd.testing.assert_frame_equal(tables.read_stacked(paths), both, check_categorical=False)


def test_texts_of_many_records_are_categories_of_all_tables(tmp_path: Path) -> None:
    first = pd.DataFrame({"site_id": ["a", "b", None], "visits": [1, 2, 3], "note": ["x", "y", "z"]})
    second = pd.DataFrame({"site_id": ["c", "a"], "visits": [4, 5], "note": ["x", "x"]})
    paths = [tmp_path / "first.parquet", tmp_path / "second.parquet"]
    for table, path in zip((first, second), paths, strict=True):
        table.to_parquet(path, index=False)
    read = tables.read_coded(paths, ["visits", "site_id", "month"])
    assert [*read.columns] == ["visits", "site_id"]
    assert [*read["site_id"].cat.categories] == ["a", "b", "c"]
    plain = pd.concat([first, second], ignore_index=True)[["visits", "site_id"]]
    pd.testing.assert_frame_equal(read.astype({"site_id": "str"}), plain)


def test_small_whole_numbers_are_held_in_two_bytes_and_the_others_as_they_were(
    tmp_path: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = pd.array([128, None, 3, 4, 5], dtype="Int64")
    table = table.assign(
        wide=wide, less=pd.array([-128, 1, 1, 1, 1], dtype="Int64"), none=pd.array([None] * 5, "Int64")
    )
    table.to_parquet(tmp_path / "one.parquet", index=False)
    monkeypatch.setattr(tables, "LARGE", 1)
    read = tables.read_stacked([tmp_path / "one.parquet"], without=("wave",), narrow=True)
    assert list(read) == ["q", "q__status", "wide", "less", "none"]
    whole = {name: str(dtype) for name, dtype in read.dtypes.items() if name != "q__status"}
    assert whole == {"q": "Int16", "wide": "Int64", "less": "Int64", "none": "Int64"}
    pd.testing.assert_frame_equal(read.astype({"q": "Int64"}), table.drop(columns="wave"))
