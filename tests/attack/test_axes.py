"""What an axis prints of an answer narrows the share of that answer."""

from __future__ import annotations

import pytest

from tests.attack.axes import finer
from tests.attack.published import Row


def row(measure: str, estimate: float, domain: dict[str, str], indicator: str = "clubs", half: float = 0.0) -> Row:
    """Return a published row of a typology of spaces."""
    low, high = estimate - half, estimate + half
    unit = "share" if measure == "share" else "coefficient"
    head = ("typology", indicator, measure, "", "spaces", "sample", "2006")
    return Row(f"{indicator}.{measure}", *head, domain, frozenset(), unit, estimate, low, high, 60.0, False, "")


def test_a_share_printed_to_a_point_is_known_to_a_thousandth_of_itself_from_its_axis() -> None:
    axis = {"axis": "1"}
    rows = [
        row("active", 20.0, {}, "axes"),
        row("eigenvalue", 0.25, axis, "axes"),
        row("coordinate", 0.5, axis),
        row("contribution", 0.0155, axis),
        row("share", 0.31, {}, half=0.005),
    ]
    share = finer(rows)[-1]
    # 20 * 0.0155 * 0.25 / 0.5², each factor printed with four significant digits
    assert (share.low + share.high) / 2 == pytest.approx(0.31, abs=1e-4)
    assert share.high - share.low < 1e-3
