"""What an axis prints of an answer narrows the share of that answer."""

from __future__ import annotations

from tests.attack.axes import finer
from tests.attack.published import Row


def row(measure: str, estimate: float, domain: dict[str, str], indicator: str = "clubs", half: float = 0.0) -> Row:
    """Return a published row of a typology of spaces."""
    low, high = estimate - half, estimate + half
    unit = "share" if measure == "share" else "coefficient"
    head = ("typology", indicator, measure, "", "spaces", "sample", "2006")
    return Row(f"{indicator}.{measure}", *head, domain, frozenset(), unit, estimate, low, high, 60.0, False, "")


def shares(*rows: Row) -> Row:
    """Return the row of the share once the axis was read."""
    return finer([*rows, row("share", 0.31, {}, half=0.005)])[-1]


def test_a_contribution_with_many_digits_tells_a_share_printed_to_a_point_to_a_thousandth() -> None:
    axis = {"axis": "1"}
    share = shares(
        row("active", 20.0, {}, "axes"),
        row("eigenvalue", 0.25, axis, "axes", half=0.00005),
        row("coordinate", 0.5, axis, half=0.00005),
        row("contribution", 0.0155, axis, half=0.000005),
    )
    assert share.low < 0.31 < share.high
    assert share.high - share.low < 1e-3


def test_the_quality_of_a_place_with_many_digits_tells_the_share_too() -> None:
    axis = {"axis": "1"}
    # 0.5² / (1 / 0.31 - 1)
    share = shares(row("coordinate", 0.5, axis, half=0.00005), row("cos2", 0.11232, axis, half=0.000005))
    assert share.low < 0.31 < share.high
    assert share.high - share.low < 1e-3


def test_an_axis_printed_with_the_decimals_of_the_literature_tells_no_more_than_the_share() -> None:
    axis = {"axis": "1"}
    share = shares(row("coordinate", 0.5, axis, half=0.005), row("cos2", 0.11, axis, half=0.005))
    assert (share.low, share.high) == (0.305, 0.315)
