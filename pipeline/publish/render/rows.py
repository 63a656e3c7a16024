"""Rows of tables on their way through Pandoc: rows of one form pass as one, and are written where that is.

Every filter takes a table apart, cell by cell, and puts it together again; what becomes of a row of plain cells is the
same for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.publish.render.passages import WORD, as_read
from pipeline.publish.render.spans import CELL, CELLS_MOST, COLUMNS, SIGNS, Folded, kept_wide, outside_code

#: A table of at most so many rows stays on one page (filters/crossref.lua): one that has more passes with more.
SHORT = 18
_RULE = re.compile(r"\|[-:| ]*-[-:| ]*\|")
_BLANKS = re.compile(r" {2,}\|$")
#: What a cell may hold: plain words, the first of which opens with nothing that opens a list in Typst.
_PLAIN = rf"(?=[^\W_]|[–{SIGNS}])(?![^ ]*\.(?: |\]|$)){WORD}(?: {WORD})*"
_CELL = re.compile(rf"(?:{_PLAIN})?|\[(?P<head>{_PLAIN})\]\{{\.row-header\}}")
#: How a cell that heads its row is written.
_HEAD = "[{}]{{.row-header}}"


def fold_rows(text: Folded) -> Folded:
    """Return a text whose tables have one row for those that follow one another in one form.

    Where there are no signs for more cells, rows stay.
    """
    if not text.signs:
        return text
    cells: list[tuple[str, ...]] = []
    lines: list[str] = []
    for is_table, block in groupby(outside_code(text.lines), lambda told: told[1] and _is_row(told[0])):
        each = [line for line, _ in block]
        if is_table and len(each) > 2 and _RULE.fullmatch(each[1]):
            lines += _narrow([*each[:2], *_joined(each[2:], each[1].count("|") - 1, cells)])
        else:
            lines += each
    return replace(text, lines=tuple(lines), cells=tuple(cells))


def _narrow(table: list[str]) -> list[str]:
    """Return the lines of a table whose rule is wide by itself without the blanks that kept its rows wide."""
    return [_BLANKS.sub(" |", line) for line in table] if len(table[1]) > COLUMNS else table


def _is_row(line: str) -> bool:
    return line.startswith("|") and line.endswith("|")


def _joined(rows: Sequence[str], width: int, cells: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the rows of the body of a table of so many columns, those of one form as one."""
    left = len(rows) - SHORT - 1 if len(rows) > SHORT else len(rows)
    for form, alike in groupby(rows, lambda row: _form(row, width)):
        group = list(alike)
        fits = form is not None and left > 0 and len(cells) + width <= CELLS_MOST
        single = max(len(group) - left - 1, 0) if fits else len(group)
        yield from group[:single]
        if together := group[single:]:
            left -= len(together) - 1
            yield _row(together, form or (), cells)


def _form(row: str, width: int) -> tuple[bool, ...] | None:
    """Return which cells of a row head it; None where one of them is more than plain words."""
    found = [_CELL.fullmatch(cell.strip()) for cell in row[1:-1].split("|")]
    if len(found) != width or not all(found):
        return None
    return tuple(bool(cell and cell["head"]) for cell in found)


def _row(rows: Sequence[str], form: Sequence[bool], cells: list[tuple[str, ...]]) -> str:
    """Return the row that stands for others: a sign a cell."""
    said = []
    for heads, column in zip(form, zip(*(row[1:-1].split("|") for row in rows), strict=True), strict=True):
        found = (_CELL.fullmatch(cell.strip()) for cell in column)
        cells.append(tuple(as_read((cell["head"] or cell[0]) if cell else "") for cell in found))
        sign = chr(CELL + len(cells) - 1)
        said.append(_HEAD.format(sign) if heads else sign)
    return kept_wide(max(rows, key=len), f"| {' | '.join(said)} |")
