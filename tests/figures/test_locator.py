"""The small map of a sheet: one unit dark among all, its land where it is."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.figures.plots.locator import locators
from pipeline.figures.scope import Shapes
from pipeline.territory import Outlines, Projection


def square(code: str, group: int, x: float, y: float, side: float = 10.0) -> pd.DataFrame:
    corners = [(0, 0), (side, 0), (side, side), (0, side), (0, 0)]
    return pd.DataFrame(
        {
            "code": code,
            "group": group,
            "x": [x + dx for dx, _ in corners],
            "y": [y + dy for _, dy in corners],
        }
    )


def drawn(code: str) -> list[str]:
    """Return the two paths of the map: of other units, of the one."""
    polygons = pd.concat([square("a", 0, 0, 0), square("b", 1, 20, 10), square("b", 2, 12, 0, side=0.001)])
    outlines = Outlines(polygons, pd.DataFrame(), Projection(0.0, 0.0))
    return re.findall(r' d="([^"]*)"', locators(Shapes(outlines, outlines), [code])[code])


def test_the_unit_asked_for_is_apart_from_the_others_and_north_is_above() -> None:
    others, here = drawn("b")
    # thirty km are 240 units: ten are 80, and b lies up on the right
    assert others.startswith("M0 160l")
    assert here.startswith("M160 80l")
    assert drawn("a") == [here, others]


def test_land_too_small_to_be_seen_leaves_no_trace() -> None:
    assert [path.count("M") for path in drawn("b")] == [1, 1]
