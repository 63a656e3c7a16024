"""A whole and its units that are all printed tell what lies outside them, unless rounding hides it."""

from __future__ import annotations

import pytest

from tests.attack.links import alone
from tests.attack.published import Row


def visits(name: str, estimate: float, step: float, *, hidden: bool = False) -> Row:
    """Return the printed visits of a unit, or of the whole."""
    place = frozenset() if name == "whole" else frozenset({("@pays", name)})
    head = ("attendance", "visits", "count", "", "visits", "census", "2006", {}, place, "count")
    return Row(name, *head, estimate, estimate - step / 2, estimate + step / 2, 12.0, hidden, "")


@pytest.mark.parametrize(("step", "hidden", "found"), [(1.0, False, ["whole"]), (100.0, False, []), (1.0, True, [])])
def test_a_rest_is_known_where_every_unit_is_printed_finely(step: float, hidden: bool, found: list[str]) -> None:
    rows = [visits("whole", 10_000, step), visits("01", 6_000, step), visits("02", 3_600, step, hidden=hidden)]
    assert alone(rows) == found
