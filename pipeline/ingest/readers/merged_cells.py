"""Cells of a workbook that are merged over several rows: the text that stands once is that of each of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.ingest.readers.received import Note

#: First and last cell of a merged range, each (row, column), counted from 0.
Range = tuple[tuple[int, int], tuple[int, int]]


def repeat_texts(
    below: Sequence[tuple[int, list[Any]]], names: Sequence[str], first_column: int, ranges: Sequence[Range]
) -> list[Note]:
    """Write the text of cells merged downwards into every row that they cover, in place; return what is said of it.

    A number stays where it stands: that of three months is not the number of each.

    Parameters
    ----------
    below : rows of the sheet (counted from 1) below the header, with their cells.
    names : header; first_column : column of the sheet that the first cells stand in, from 1.
    """
    rows = dict(below)
    repeated: dict[str, list[int]] = {}
    for (top, left), (bottom, right) in ranges:
        at = left + 1 - first_column
        first = rows.get(top + 1)
        if left != right or top == bottom or first is None or not 0 <= at < len(first):
            continue
        text = first[at]
        covered = [cells for row in range(top + 2, bottom + 2) if (cells := rows.get(row)) and at < len(cells)]
        if not isinstance(text, str) or not covered:
            continue
        for cells in covered:
            cells[at] = text
        repeated.setdefault(names[at] if at < len(names) else "", []).append(top + 1)
    said = "cells merged over several rows, read as the text of each of them"
    return [Note("merged_cells", name, "", str(len(tops)), said, min(tops)) for name, tops in repeated.items()]
