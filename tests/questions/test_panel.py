"""Monthly returns as a panel: what is missing stays missing, what is partly received counts for its part."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.questions.panel import arrange, rows_of
from pipeline.questions.returns import Returns
from tests.questions.attendance_panel import invented


@pytest.fixture
def returns() -> Returns:
    """Two spaces, three months, one band, two activities that are usually 3 to 1."""
    counts = np.array([[[30.0, 10.0], [np.nan, 8.0], [np.nan, np.nan]], [[60.0, 20.0], [33.0, np.nan], [45.0, 15.0]]])
    months = pd.period_range("2003-01", periods=3, freq="M")
    expected = np.ones((2, 3), dtype=bool)
    return Returns(counts[:, :, None, :], expected, np.ones((1, 2)), ("53",), months, ("all",), ("a", "b"), "x")


@pytest.fixture
def sites() -> pd.DataFrame:
    return pd.DataFrame({"cluster": ["1", "2"], "coast": False, "labelled": np.nan})


def test_a_return_counts_for_the_share_of_visits_that_its_cells_usually_hold(returns, sites):
    panel = arrange(returns, sites)
    assert panel.part[1, 1] == pytest.approx(0.75)
    assert panel.visits[1, 1] == 33


def test_a_return_without_most_of_its_visits_is_missing_and_never_zero(returns, sites):
    panel = arrange(returns, sites)
    assert np.isnan(panel.visits[0, 1])
    assert np.isnan(panel.visits[0, 2])


def test_months_out_of_opening_are_not_returns(returns, sites):
    returns.expected[1, 2] = False
    assert np.isnan(arrange(returns, sites).visits[1, 2])


def test_rows_are_the_received_months_with_codes_without_gaps():
    panel = invented(1)
    kept = np.zeros(panel.visits.shape, dtype=bool)
    kept[6:18] = True
    rows = rows_of(panel, kept)
    assert len(rows.y) == (~np.isnan(panel.visits[6:18])).sum()
    assert set(rows.cluster) == {0, 1}
    assert rows.cluster_names == ("01", "02")
