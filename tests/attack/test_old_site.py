"""The attack is strong enough: on numbers published with all their digits it finds many that were hidden.

``old_site`` is a cut of a site as it was published before digits followed the standard error: two questions of the
synthetic default evaluation, every number of it simulated. ``truth.parquet`` holds what was hidden there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attack import on
from tests.attack.score import judged, scores

OLD = Path(__file__).parent / "old_site"
#: Of the 121 numbers of 1 to 10 respondents hidden in the cut, those found exactly when the attack was written.
EXACT = 61


@pytest.mark.slow
def test_hidden_numbers_printed_with_all_digits_around_them_are_found_exactly() -> None:
    rows, found = on(OLD)
    table = judged(rows, found, OLD / "truth.parquet")
    assert scores(table)["primary"].exact >= EXACT


@pytest.mark.slow
def test_what_is_found_is_true() -> None:
    rows, found = on(OLD)
    table = judged(rows, found, OLD / "truth.parquet")
    told = table[table["low"].notna() & (table["high"] - table["low"] < 0.05)]
    right = told["value"].between(told["low"] - 1e-4, told["high"] + 1e-4)
    assert right.mean() == 1.0
