"""The key of a figure: names side by side, folded onto further lines where the paper is too narrow for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def fold(widths: Iterable[float], room: float, gap: float) -> Iterator[tuple[float, int]]:
    """Yield where each name of a key begins, and on which line.

    Parameters
    ----------
    widths : of the names with their marks, in mm.   room : width of a line.   gap : between two names.
    """
    at, line = 0.0, 0
    for width in widths:
        if at and at + width > room:
            at, line = 0.0, line + 1
        yield at, line
        at += width + gap
