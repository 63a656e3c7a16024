"""A table written a column at a time is the workbook that XlsxWriter writes a cell at a time, to the byte."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pandas as pd
import xlsxwriter

from pipeline.publish.annex.table_sheet import TableSheet


def table(rows: int) -> pd.DataFrame:
    """Return a table with gaps at either end, whole blocks of rows among them, and signs that XML escapes."""
    held = range(rows)
    return pd.DataFrame(
        {
            "first": ["" if 16 <= i < 40 else f"a&<{i % 7}>" for i in held],
            "number": [math.nan if i % 5 == 0 else (-1) ** i * i / 3 for i in held],
            "sure": [i % 2 == 0 for i in held],
            "last": ["" if i > 30 else "é" for i in held],
        }
    )


def by_cell(sheet: xlsxwriter.worksheet.Worksheet, content: pd.DataFrame, heads: xlsxwriter.format.Format) -> None:
    """Write a table as the annex did: a cell at a time."""
    for j, name in enumerate(content.columns):
        sheet.write_string(0, j, name, heads)
        for i, value in enumerate(content[name].tolist(), 1):
            if isinstance(value, bool):
                sheet.write_boolean(i, j, value)
            elif isinstance(value, float):
                if math.isfinite(value):
                    sheet.write_number(i, j, value)
            elif value:
                sheet.write_string(i, j, value)


def workbook(path: Path, content: pd.DataFrame, at_once: bool) -> bytes:
    """Return the bytes of a workbook of two sheets, the second of which holds the table."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    book.set_properties({"created": dt.datetime(2006, 12, 31)})
    heads = book.add_format({"bold": True})
    book.add_worksheet("one").write_string(0, 0, "é")
    if at_once:
        book.add_worksheet("two", TableSheet).fill(content, {"number"}, heads)
    else:
        by_cell(book.add_worksheet("two"), content, heads)
    book.close()
    return path.read_bytes()


def test_a_table_is_written_to_the_byte_as_cell_by_cell(tmp_path: Path) -> None:
    for rows in (0, 1, 15, 16, 17, 100):
        content = table(rows)
        assert workbook(tmp_path / "a", content, True) == workbook(tmp_path / "b", content, False), rows
