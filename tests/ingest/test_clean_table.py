"""Clean tables are written and cut without a second copy of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.ingest import clean_table


@pytest.fixture
def table() -> pd.DataFrame:
    numbers = pd.array([1, None, 3, 4, 5], dtype="Int64")
    status = pd.Categorical.from_codes([0, 1, 0, 0, 1], ["answered", "no_answer"])
    return pd.DataFrame({"wave": pd.array(list("aabba"), dtype="str"), "q": numbers, "q__status": status})


def test_accepted_rows_leave_nothing_in_the_table_they_come_from(table: pd.DataFrame) -> None:
    kept = np.array([True, False, True, True, False])
    expected = table[kept].reset_index(drop=True)
    pd.testing.assert_frame_equal(clean_table.accepted_rows(table, kept), expected)
    assert not len(table.columns)
