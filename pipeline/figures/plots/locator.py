"""A small map that shows where a unit lies: its land dark in the outlines of all units."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pipeline.figures import theme

if TYPE_CHECKING:
    from pipeline.figures.scope import Shapes

#: Width of the drawing in its own units; corners nearer to each other than one of them are one.
_WIDTH = 240.0
_OTHERS, _HERE, _LINE = "#e3e9ed", theme.SEQUENCE[-1], "#9aa5b1"


def locator(shapes: Shapes, code: str) -> str:
    """Return an SVG of all units, the one of ``code`` dark; coarse, for it is shown at the width of a column.

    Parameters
    ----------
    shapes : outlines in km.   code : of the unit to be found.
    """
    base = shapes.units.polygons
    low = base[["x", "y"]].min()
    scale = _WIDTH / float(np.ptp(base["x"]))
    height = round(float(np.ptp(base["y"])) * scale)
    others: list[str] = []
    here: list[str] = []
    for (_, owner), land in base.groupby(["group", "code"], sort=False):
        path = _path(((land["x"] - low["x"]) * scale).to_numpy(), (height - (land["y"] - low["y"]) * scale).to_numpy())
        (here if str(owner) == code else others).append(path)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {_WIDTH + 2:g} {height + 2}" stroke="{_LINE}" '
        f'stroke-width=".6" stroke-linejoin="round"><path fill="{_OTHERS}" d="{"".join(others)}"/>'
        f'<path fill="{_HERE}" stroke="{_HERE}" d="{"".join(here)}"/></svg>\n'
    )


def _path(x: np.ndarray, y: np.ndarray) -> str:
    """Return a closed path over whole units; a land that is less than one is left out."""
    corners = list(_distinct(np.round(x).astype(int).tolist(), np.round(y).astype(int).tolist()))
    if len(corners) < 3:
        return ""
    (x0, y0), *_ = corners
    steps = (f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in itertools.pairwise(corners))
    return f"M{x0} {y0}l{' '.join(steps)}z".replace(" -", "-")


def _distinct(x: list[int], y: list[int]) -> Iterator[tuple[int, int]]:
    last = None
    for corner in zip(x, y, strict=True):
        if corner != last:
            yield corner
        last = corner
