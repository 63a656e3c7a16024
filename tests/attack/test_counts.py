"""Test values are functions of whole numbers: printed finely, they give the counts behind them."""

from __future__ import annotations

import pytest

from tests.attack.counts import _values, of_marks
from tests.attack.published import Row

#: Units of each class, and how many of them gave the answer: those of the last class are hidden.
SIZES, GAVE = {"1": 77, "2": 126, "3": 61}, {"1": 38, "2": 28, "3": 8}


def printed(step: float) -> list[Row]:
    """Return the test values of the classes shown, and the hidden share of the last."""
    total, all_of_them = sum(SIZES.values()), sum(GAVE.values())
    rows = []
    for name, size in SIZES.items():
        first = max(0, size + all_of_them - total)
        value = step * int(_values(all_of_them, total, size)[GAVE[name] - first] / step)
        hidden = name == "3"
        head = ("typology", "ccas", "test_value", "", "spaces", "model", "2003", {"class": name}, frozenset(), "score")
        ends = (value, value - step / 2, value + step / 2, float(size))
        rows.append(Row(f"mark {name}", *head, *ends, hidden, ""))
        head = ("typology", "ccas", "share", "", "spaces", "sample", "2003", {"class": name}, frozenset(), "share")
        rows.append(Row(f"share {name}", *head, 0.5, 0.5, 0.5, float(size), hidden, ""))
    return rows


def test_test_values_of_four_digits_give_the_number_of_units_that_is_hidden() -> None:
    (found,) = of_marks(printed(0.001))
    assert (found.low, found.high) == pytest.approx((7.5 / 61, 8.5 / 61))


def test_test_values_on_half_their_error_leave_it_open() -> None:
    (found,) = of_marks(printed(0.5))
    assert (found.high - found.low) * 61 > 30
