"""A sheet of a workbook that holds one table, written a column at a time.

XlsxWriter takes and writes a cell at a time, by five calls each: two thirds of the time of the annex's half a million
cells. This writes the same bytes (`tests/publish/annex/test_table_sheet.py` compares them).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

#: Rows for which a workbook says together which columns they fill.
_BLOCK = 16


class TableSheet(Worksheet):  # type: ignore[misc]
    """A sheet with a line of heads and a table below it."""

    def fill(self, table: pd.DataFrame, numbers: Collection[str], heads: Format) -> None:
        """Write a table of at least one column, cells without a value left out.

        Parameters
        ----------
        table : (n, k) of texts, booleans and numbers.   numbers : its columns of numbers.   heads : how heads look.
        """
        columns = []
        for j, name in enumerate(table.columns):
            self.write_string(0, j, name, heads)
            columns.append(self._cells(xl_col_to_name(j), table[name].tolist(), name in numbers))
        self._check_dimensions(len(table), len(columns) - 1)
        filled = np.array([[bool(cell) for cell in column] for column in columns], dtype=bool).T
        spans = [_span(filled[row - 1 : row + _BLOCK - 1]) for row in range(_BLOCK, len(table) + 1, _BLOCK)]
        spans = [f"1:{len(columns)}", *spans]
        self._rows = [
            f'<row r="{row + 1}" spans="{spans[row // _BLOCK]}">{"".join(cells)}</row>'
            for row, cells in enumerate(zip(*columns, strict=True), 1)
        ]

    def _cells(self, column: str, values: Sequence[object], is_number: bool) -> list[str]:
        """Return the cells of a column from its second row on; empty where there is no value."""
        if is_number:
            return [
                f'<c r="{column}{row}"><v>{value:.16G}</v></c>' if math.isfinite(value) else ""  # type: ignore[arg-type]
                for row, value in enumerate(values, 2)
            ]
        counts = Counter(values)
        known = {value: self._content(value) for value in counts}
        # the workbook tells in how many cells texts stand, each of which has been counted once
        again = (n - 1 for value, n in counts.items() if value and not isinstance(value, bool))
        self.str_table.count += sum(again)
        return [f'<c r="{column}{row}" {known[value]}' if known[value] else "" for row, value in enumerate(values, 2)]

    def _content(self, value: object) -> str:
        """Return what stands in a cell after its place; empty where there is no value."""
        if isinstance(value, bool):
            return f't="b"><v>{value:d}</v></c>'
        return f't="s"><v>{self.str_table._get_shared_string_index(str(value))}</v></c>' if value else ""

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.writelines(self._rows)


def _span(filled: np.ndarray) -> str:
    """Return the first and last column that some rows fill; every row of results fills some."""
    columns = np.flatnonzero(filled.any(axis=0)) + 1
    return f"{columns[0]}:{columns[-1]}"
