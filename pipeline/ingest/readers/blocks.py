"""Where the table of a sheet ends: another table, or a note, below it or beside it is no part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Cells = Sequence[Any]
#: A sentence, or what stands behind the sign or the word of a note.
_NOTE = re.compile(r"[*(]|(?:source|note|nota|nb|n\.b\.|champ|lecture)s?\s*[:.]|\S+\s.*[.)]$", re.I | re.S)


def end_of_table(numbers: Sequence[int], rows: Sequence[Cells]) -> int:
    """Return how many rows are those of the table: what follows blank rows and does not look like them is apart.

    It is apart where no row fills half as many cells as most records do, and one holds a kind of value that the column
    has nowhere above, or a single cell; or where its first row holds texts only, in columns that hold none above.

    Parameters
    ----------
    numbers : the numbers of the rows in the sheet, blank rows left out.
    rows : their cells; None is blank.
    """
    for start in range(1, len(rows)):
        if numbers[start] > numbers[start - 1] + 1 and _apart(rows[:start], rows[start:]):
            return start - _notes_below(rows[:start])
    return len(rows) - _notes_below(rows)


def _notes_below(rows: Sequence[Cells]) -> int:
    """Return how many of the last rows are a note: one cell, a sentence, below three columns or more."""
    if not rows or sorted(map(_filled, rows))[len(rows) // 2] < 3:
        return 0
    n = 0
    while n < len(rows) - 1 and _is_note(rows[-1 - n]):
        n += 1
    return n


def _is_note(cells: Cells) -> bool:
    held = [c for c in cells if c is not None]
    return len(held) == 1 and isinstance(held[0], str) and _NOTE.match(held[0].strip()) is not None


def _apart(above: Sequence[Cells], below: Sequence[Cells]) -> bool:
    usual = sorted(map(_filled, above))[len(above) // 2]
    kinds = [{_kind(cells[i]) for cells in above if cells[i] is not None} for i in range(len(above[0]))]
    strange = [
        [i for i, c in enumerate(cells) if c is not None and kinds[i] - {_kind(c)} == kinds[i]] for cells in below
    ]
    if usual > 2 and max(map(_filled, below)) * 2 <= usual:
        return any(strange) or max(map(_filled, below)) == 1
    first = below[0]
    texts = all(isinstance(c, str) for c in first if c is not None)
    contrary = [i for i in strange[0] if kinds[i]]
    return texts and _filled(first) > 1 and len(contrary) * 2 >= _filled(first)


def beside(rows: Sequence[Cells]) -> set[int]:
    """Return the columns of smaller tables that a blank column parts from the largest one.

    Such a table has two columns or more, and fills one run of rows, at most half as many as the largest.
    """
    width = max(map(len, rows), default=0)
    held = [any(i < len(cells) and cells[i] is not None for cells in rows) for i in range(width)]
    blocks: list[list[int]] = []
    for i in range(width):
        if held[i] and (i == 0 or not held[i - 1]):
            blocks.append([])
        if held[i]:
            blocks[-1].append(i)
    if len(blocks) < 2:
        return set()
    filled = [[r for r, cells in enumerate(rows) if any(cells[i] is not None for i in block)] for block in blocks]
    main = max(range(len(blocks)), key=lambda b: len(filled[b]) * len(blocks[b]))

    def small(b: int) -> bool:
        run = filled[b][-1] - filled[b][0] + 1 == len(filled[b])
        return b != main and len(blocks[b]) > 1 and run and 1 < len(filled[b]) <= len(filled[main]) / 2

    return {i for b in range(len(blocks)) if small(b) for i in blocks[b]}


def _filled(cells: Cells) -> int:
    return sum(c is not None for c in cells)


def _kind(cell: Any) -> str:
    if isinstance(cell, str):
        return "text"
    return "number" if isinstance(cell, (int, float)) else type(cell).__name__
