"""Workbooks (.xlsx, .xlsb, .xls, .ods): the sheet and the header row with the wanted columns, the records below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.confined import NativeFault, read_confined
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.package import look_over
from pipeline.ingest.readers.received import Choose, Documented, Note, Received, refuse_duplicates

#: A header stands among the first filled rows.
SEARCHED = 100
#: Cells of a header, as a share of the widest row below it: title rows and filters have fewer.
FILLED = 0.6

Row = tuple[int, list[Any]]


@dataclass(frozen=True)
class _Table:
    """The table of one sheet: its header, where it stands, and what follows."""

    sheet: str
    row: int
    names: list[str]
    below: list[Row]


def read_workbook(content: Content, file: str, spec: FileSpec, choose: Choose, *, first: bool = False) -> Received:
    """Read a sheet of a workbook; ``lines`` are the rows of the sheet.

    Without `sheet:` the one sheet that has the wanted columns is read; without `header_row:` the header is the first
    row that names them. Rows without any value are no records.

    Parameters
    ----------
    first : take the largest of several sheets that could be read, instead of refusing to choose.

    Raises
    ------
    Blocked
        The workbook is damaged, no sheet or several have the wanted columns, or the sheet holds no record.
    """
    package = look_over(content, file)
    sheets: list[str] = []

    def wanted(described: dict[str, Any]) -> list[str]:
        sheets.extend(described["sheets"])
        return _wanted_sheets(sheets, file, spec)

    try:
        _, found = read_confined("workbook", content.source, file, wanted)
    except NativeFault as fault:
        raise Blocked(
            Fault(
                "the workbook cannot be read",
                file,
                found=fault.text or fault.kind,
                action="open it in a spreadsheet program and save it again, or send it again",
            )
        ) from None
    filled = {name: s["rows"] for name, s in found["columns"].items() if s["rows"]}
    if not filled:
        where = f"the sheet '{next(iter(found['columns']))}'" if spec.sheet is not None else "the workbook"
        raise Blocked(Fault(f"{where} is empty", file, found=f"sheets: {some(sheets)}", action="send the file again"))
    table, kept, notes = _one_table(filled, file, spec, choose, first)
    received = _records(table, kept, file)
    named = Documented(sheets=sheets)
    return Received(
        file, [n for n in table.names if n], *received, notes=notes, documented=named, day_zero=package.day_zero
    )


def _wanted_sheets(sheets: list[str], file: str, spec: FileSpec) -> list[str]:
    if spec.sheet is None:
        return sheets
    if isinstance(spec.sheet, int) and spec.sheet <= len(sheets):
        return [sheets[spec.sheet - 1]]
    if spec.sheet in sheets:
        return [str(spec.sheet)]
    raise Blocked(
        Fault(
            "the workbook has no such sheet",
            file,
            found=f"sheet: {spec.sheet}",
            allowed=some(sheets, 20),
            action="correct `sheet:` in evaluation.yaml",
        )
    )


def _one_table(
    filled: dict[str, list[Row]], file: str, spec: FileSpec, choose: Choose, first: bool
) -> tuple[_Table, list[str], list[Note]]:
    """Return the table to read, its wanted columns, and what was decided about sheet and header."""
    taken: list[tuple[_Table, list[str]]] = []
    refused: list[Blocked] = []
    for sheet, rows in filled.items():
        try:
            taken.append(_table_of(sheet, rows, file, spec, choose))
        except Blocked as blocked:
            refused.append(blocked)
    if not taken:
        raise refused[0]
    if len(taken) > 1 and not first:
        raise Blocked(
            Fault(
                "several sheets hold the wanted columns",
                file,
                found=some(t.sheet for t, _ in taken),
                allowed="one sheet a file",
                action="declare `sheet:` for this file in evaluation.yaml (one entry under `files:` a sheet)",
            )
        )
    table, kept = max(taken, key=lambda t: len(t[0].below) * len(t[0].names))
    notes = []
    if len(filled) > 1 and spec.sheet is None:
        others = some(s for s in filled if s != table.sheet)
        fr, en = f"feuille non déclarée ; autres feuilles : {others}", f"sheet not declared; other sheets: {others}"
        notes.append(Note("sheet", "", "", table.sheet, fr, en))
    if spec.header_row is None and table.row != filled[table.sheet][0][0]:
        fr, en = f"ligne d’en-tête trouvée : {table.row}", f"header row found: {table.row}"
        notes.append(Note("header_row", table.sheet, "", str(table.row), fr, en, table.row))
    return table, kept, notes


def _table_of(sheet: str, rows: list[Row], file: str, spec: FileSpec, choose: Choose) -> tuple[_Table, list[str]]:
    fault: Blocked | None = None
    for at in _likely_headers(rows, sheet, file, spec):
        row, cells = rows[at]
        table = _Table(sheet, row, [_name(c) for c in cells], rows[at + 1 :])
        try:
            named = [n for n in table.names if n]
            kept = choose(named)
            refuse_duplicates(f"{file}, sheet '{sheet}'", named, line=row)
            return table, kept
        except Blocked as blocked:
            fault = fault or blocked
    assert fault is not None
    raise fault


def _likely_headers(rows: list[Row], sheet: str, file: str, spec: FileSpec) -> list[int]:
    """Return positions of rows that may be the header, the likeliest first."""
    if spec.header_row is not None:
        at = next((i for i, (row, _) in enumerate(rows) if row == spec.header_row), None)
        if at is None:
            raise Blocked(
                Fault(
                    "the declared header row is empty",
                    f"{file}, sheet '{sheet}'",
                    line=spec.header_row,
                    found=f"filled rows: {some(row for row, _ in rows)}",
                    action="correct `header_row:` in evaluation.yaml",
                )
            )
        return [at]
    return header_order([cells for _, cells in rows[:SEARCHED]])


def header_order(rows: Sequence[Sequence[Any]]) -> list[int]:
    """Return positions of rows in the order in which they may be a table's header.

    A header is nearly as wide as what follows it and holds names only, none twice; the first such row comes first,
    then the others by how many names they hold.

    Parameters
    ----------
    rows : cells of the first filled rows of a sheet; None is blank.
    """
    filled = [sum(c is not None for c in cells) for cells in rows]
    names = [[c for c in cells if isinstance(c, str)] for cells in rows]
    widest = np.maximum.accumulate(np.array(filled, dtype=np.int64)[::-1])[::-1] if filled else np.array([])

    def order(at: int) -> tuple[int, int, int]:
        only_names = len(names[at]) == filled[at] and len(set(names[at])) == len(names[at])
        header = only_names and filled[at] >= FILLED * widest[at]
        return (0, at, 0) if header else (1, -len(names[at]), at)

    return sorted(range(len(rows)), key=order)


def _name(cell: Any) -> str:
    """Return a header cell as a column name: one line, no outer blanks."""
    if cell is None:
        return ""
    if isinstance(cell, (dt.date, dt.datetime)):
        return cell.isoformat()[:10]
    return " ".join(str(cell).split())


def _records(table: _Table, kept: list[str], file: str) -> tuple[pd.DataFrame, np.ndarray, list[tuple[int, str]]]:
    positions = [i for i, name in enumerate(table.names) if name]
    good = [(row, cells) for row, cells in table.below if any(cells[i] is not None for i in positions)]
    broken = [(row, "ragged_row") for row, cells in table.below if all(cells[i] is None for i in positions)]
    if not good:
        raise Blocked(
            Fault(
                "the sheet has a header and no record",
                f"{file}, sheet '{table.sheet}'",
                line=table.row,
                action="send the file again",
            )
        )
    frame = {name: _column([cells[table.names.index(name)] for _, cells in good]) for name in kept}
    return pd.DataFrame(frame), np.array([row for row, _ in good], dtype=np.int64), broken


def _column(cells: list[Any]) -> pd.Series:
    kinds = {type(c) for c in cells if c is not None}
    if kinds == {str}:
        return pd.Series(pd.array(cells, dtype="str"))
    return pd.Series([_moment(c) for c in cells], dtype=object)


def _moment(cell: Any) -> Any:
    if isinstance(cell, dt.date):
        return pd.Timestamp(cell)
    return str(cell) if isinstance(cell, (dt.time, dt.timedelta)) else cell
