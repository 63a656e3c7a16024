"""A small map that shows where a unit lies: its land dark in the outlines of all units."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.figures import theme

if TYPE_CHECKING:
    from pipeline.figures.scope import Shapes

#: Width of the drawing in its own units; corners nearer to each other than one of them are one.
_WIDTH = 240.0
_OTHERS, _HERE, _LINE = "#e3e9ed", theme.SEQUENCE[-1], "#9aa5b1"


def locators(shapes: Shapes, codes: Iterable[str]) -> dict[str, str]:
    """Return, by code, an SVG of all units, that one dark; coarse, for it is shown at the width of a column.

    Parameters
    ----------
    shapes : outlines in km.   codes : of the units to be found.
    """
    base = shapes.units.polygons
    low = base[["x", "y"]].min()
    scale = _WIDTH / float(np.ptp(base["x"]))
    height = round(float(np.ptp(base["y"])) * scale)
    lands: list[tuple[str, str]] = []
    for (_, owner), land in base.groupby(["group", "code"], sort=False):
        path = _path(((land["x"] - low["x"]) * scale).to_numpy(), (height - (land["y"] - low["y"]) * scale).to_numpy())
        lands.append((str(owner), path))
    return {code: _dark(lands, code, height) for code in codes}


def _dark(lands: Sequence[tuple[str, str]], code: str, height: int) -> str:
    """Return the lands, of owner and path, those of one owner dark."""
    others = "".join(path for owner, path in lands if owner != code)
    here = "".join(path for owner, path in lands if owner == code)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {_WIDTH + 2:g} {height + 2}" stroke="{_LINE}" '
        f'stroke-width=".6" stroke-linejoin="round"><path fill="{_OTHERS}" d="{others}"/>'
        f'<path fill="{_HERE}" stroke="{_HERE}" d="{here}"/></svg>\n'
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
