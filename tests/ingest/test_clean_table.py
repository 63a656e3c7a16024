"""Clean tables are written and cut without a second copy of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.ingest import clean_table


@pytest.fixture
def table() -> pd.DataFrame:
    numbers = pd.array([1, None, 3, 4, 5], dtype="Int64")
    status = pd.Categorical.from_codes([0, 1, 0, 0, 1], ["answered", "no_answer"])
    return pd.DataFrame({"wave": pd.array(list("aabba"), dtype="str"), "q": numbers, "q__status": status})


def test_row_groups_hold_the_rows_kept_and_the_bytes_that_pandas_writes(
    tmp_path: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean_table, "ROW_GROUP", 2)
    kept = np.array([True, True, False, False, True])
    clean_table.write_table(table, kept, tmp_path / "parts.parquet")
    whole = table[kept].reset_index(drop=True)
    whole.to_parquet(tmp_path / "whole.parquet", index=False, row_group_size=2)
    assert pq.ParquetFile(tmp_path / "parts.parquet").num_row_groups == 2
    assert (tmp_path / "parts.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_accepted_rows_leave_nothing_in_the_table_they_come_from(table: pd.DataFrame) -> None:
    kept = np.array([True, False, True, True, False])
    expected = table[kept].reset_index(drop=True)
    pd.testing.assert_frame_equal(clean_table.accepted_rows(table, kept), expected)
    assert not len(table.columns)
