"""Workbooks (.xlsx, .xlsb, .xls, .ods): the sheet and the header row with the wanted columns, the records below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.readers.blocks import beside, end_of_table
from pipeline.ingest.readers.cell_errors import with_errors
from pipeline.ingest.readers.confined import NativeFault, read_confined
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.merged_cells import repeat_texts
from pipeline.ingest.readers.package import look_over
from pipeline.ingest.readers.received import Choose, Documented, Note, Received, SheetTable, refuse_duplicates
from pipeline.ingest.readers.second_header import TwoLines, first_two_lines
from pipeline.ingest.readers.sheet_marks import SheetMarks
from pipeline.ingest.readers.sheets import hidden_note, is_repeat, left_note, likeliest
from pipeline.ingest.values import text_of

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
    two: TwoLines | None = None


def read_workbook(content: Content, file: str, spec: FileSpec, choose: Choose, *, first: bool = False) -> Received:
    """Read a sheet of a workbook; ``lines`` are the rows of the sheet.

    Without `sheet:` the one visible sheet that has the wanted columns is read; without `header_row:` the header is the
    first row that names them. Rows without any value are no records. Hidden sheets, and those of Kobo's repeat groups,
    are read only where `sheet:` names them.

    Parameters
    ----------
    first : take the likeliest of several sheets that could be read, instead of refusing to choose.

    Raises
    ------
    Blocked
        The workbook is damaged, no sheet or several have the wanted columns, or the sheet holds no record.
    """
    package = look_over(content, file)
    sheets: list[str] = []
    hidden: list[str] = []

    def wanted(described: dict[str, Any]) -> list[str]:
        sheets.extend(described["sheets"])
        hidden.extend(described["hidden"])
        return _wanted_sheets(sheets, hidden, file, spec)

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
    for name, rows in filled.items():
        with_errors(rows, found["columns"][name]["first_column"], package.marks.get(name, SheetMarks()))
    if not filled:
        where = f"the sheet '{next(iter(found['columns']))}'" if spec.sheet is not None else "the workbook"
        raise Blocked(Fault(f"{where} is empty", file, found=f"sheets: {some(sheets)}", action="send the file again"))
    table, kept, notes, tables = _one_table(filled, sheets, file, spec, choose, first)
    if apart := beside([cells for _, cells in filled[table.sheet]]):
        where = f"{min(apart) + found['columns'][table.sheet]['first_column']}"
        said = f"beside the table, another table, not read: from column {where} of '{table.sheet}' on"
        notes.append(Note("second_table", table.sheet, "", where, said))
    if hidden and spec.sheet is None:
        notes.append(hidden_note(hidden))
    if table.two is not None:
        notes.append(table.two.note(table.row + 1))
    table, below = _above_gap(table)
    sheet = found["columns"][table.sheet]
    notes += repeat_texts(table.below, table.names, sheet["first_column"], sheet["merged"])
    received = _records(table, kept, file)
    hidden_too = _hidden_cells(table, kept, found["columns"][table.sheet]["first_column"], package.marks)
    notes += [*below, *_durations(table, kept), *hidden_too]
    at = table.sheet if masked(table.sheet) == table.sheet else sheets.index(table.sheet) + 1
    labels = table.two.labels if table.two is not None else {}
    above = [c for row, cells in filled[table.sheet] if row < table.row for c in cells]
    titles = tuple(t for t in map(text_of, above) if t is not None)
    named = Documented(labels, sheets=sheets, hidden=hidden, sheet=at, tables=tables, titles=titles)
    return Received(
        file, [n for n in table.names if n], *received, notes=notes, documented=named, day_zero=package.day_zero
    )


def _wanted_sheets(sheets: list[str], hidden: list[str], file: str, spec: FileSpec) -> list[str]:
    if spec.sheet is None:
        visible = [s for s in sheets if s not in hidden]
        if sheets and not visible:
            raise Blocked(
                Fault(
                    "every sheet of the workbook is hidden",
                    file,
                    found=some(sheets, 20),
                    allowed="a visible sheet, or one that `sheet:` asks for",
                    action="show the sheet in a spreadsheet program, or name it: `sheet:` of this file in "
                    "evaluation.yaml",
                )
            )
        return visible
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
    filled: dict[str, list[Row]], sheets: list[str], file: str, spec: FileSpec, choose: Choose, first: bool
) -> tuple[_Table, list[str], list[Note], list[SheetTable]]:
    """Return the table to read, its wanted columns, what was decided about sheet and header, and all tables."""
    taken: list[tuple[_Table, list[str]]] = []
    refused: list[Blocked] = []
    for sheet, rows in filled.items():
        try:
            taken.append(_table_of(sheet, rows, file, spec, choose))
        except Blocked as blocked:
            refused.append(blocked)
    if not taken:
        raise refused[0]
    tables = [_told(t, sheets) for t, _ in taken]
    persons = [t for t in taken if not is_repeat(t[0].names)]
    taken = persons if persons and spec.sheet is None else taken
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
    table, kept = taken[likeliest([_told(t, sheets) for t, _ in taken])]
    notes = []
    if len(filled) > 1 and spec.sheet is None:
        other = [SheetTable(s, 0, (), len(rows)) for s, rows in filled.items() if s not in {t.sheet for t in tables}]
        notes.append(left_note(table.sheet, [t for t in [*tables, *other] if t.sheet != table.sheet]))
    if spec.header_row is None and table.row != filled[table.sheet][0][0]:
        said = f"header row found: {table.row}"
        notes.append(Note("header_row", table.sheet, "", str(table.row), said, table.row))
    return table, kept, notes, tables


def _above_gap(table: _Table) -> tuple[_Table, list[Note]]:
    """Return a table without what stands below it, and what is said of that."""
    end = end_of_table([row for row, _ in table.below], [cells for _, cells in table.below])
    if end == len(table.below):
        return table, []
    rows = [row for row, _ in table.below[end:]]
    where = f"{rows[0]}-{rows[-1]}" if len(rows) > 1 else str(rows[0])
    said = f"below the table, another table or a note, not read: rows {where} of '{table.sheet}'"
    return replace(table, below=table.below[:end]), [Note("second_table", table.sheet, "", where, said, rows[0])]


def _told(table: _Table, sheets: list[str]) -> SheetTable:
    return SheetTable(table.sheet, sheets.index(table.sheet) + 1, tuple(n for n in table.names if n), len(table.below))


def _table_of(sheet: str, rows: list[Row], file: str, spec: FileSpec, choose: Choose) -> tuple[_Table, list[str]]:
    fault: Blocked | None = None
    apart = beside([cells for _, cells in rows])
    rows = [(row, [None if i in apart else c for i, c in enumerate(cells)]) for row, cells in rows] if apart else rows
    for table in _likely_tables(rows, sheet, file, spec):
        row = table.row
        try:
            named = [n for n in table.names if n]
            kept = choose(named)
            refuse_duplicates(f"{file}, sheet '{sheet}'", named, line=row)
            return table, kept
        except Blocked as blocked:
            fault = fault or blocked
    assert fault is not None
    raise fault


def _likely_tables(rows: list[Row], sheet: str, file: str, spec: FileSpec) -> Iterator[_Table]:
    """Yield what the sheet may hold: a table under a header of two lines, then under each likely header of one."""
    likely = _likely_headers(rows, sheet, file, spec)
    above = likely[0] if spec.header_row is not None else 0
    found = first_two_lines(rows[above:SEARCHED], likely[0] - above)
    if found is not None:
        at, two = found[0] + above, found[1]
        yield _Table(sheet, rows[at][0], two.names, rows[at + 2 :], two)
    for at in likely:
        row, cells = rows[at]
        yield _Table(sheet, row, [_name(c) for c in cells], rows[at + 1 :])


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
    if dt.timedelta in kinds:
        cells = [_minutes(c) for c in cells]
    if kinds == {str}:
        return pd.Series(pd.array(cells, dtype="str"))
    return pd.Series([_moment(c) for c in cells], dtype=object)


def _minutes(cell: Any) -> Any:
    """Return a duration as minutes; a time of day in a column of durations is one of less than a day."""
    if isinstance(cell, dt.time):
        cell = dt.timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    if not isinstance(cell, dt.timedelta):
        return cell
    minutes = cell / dt.timedelta(minutes=1)
    return int(minutes) if minutes.is_integer() else minutes


def _durations(table: _Table, kept: list[str]) -> list[Note]:
    """Return what is said of columns whose cells the workbook holds as durations."""
    at = {name: table.names.index(name) for name in kept}
    found = [n for n, i in at.items() if any(isinstance(cells[i], dt.timedelta) for _, cells in table.below)]
    said = "durations of the spreadsheet, read as minutes"
    return [Note("duration", name, "", "minutes", f"{name}: {said}") for name in found]


def _hidden_cells(table: _Table, kept: list[str], first_column: int, marks: dict[str, SheetMarks]) -> list[Note]:
    """Return what is said of hidden rows and columns, which are read like the others."""
    hidden = marks.get(table.sheet, SheetMarks())
    rows = [row for row, _ in table.below if row in hidden.rows]
    names = [n for n in kept if table.names.index(n) + first_column in hidden.columns]
    notes = []
    if rows:
        said = f"{len(rows)} hidden rows of '{table.sheet}', read like the others: {some(rows)}"
        notes.append(Note("hidden_cells", table.sheet, "", str(len(rows)), said, rows[0]))
    if names:
        said = f"hidden columns of '{table.sheet}', read like the others: {some(names)}"
        notes.append(Note("hidden_cells", table.sheet, "", some(names), said))
    return notes


def _moment(cell: Any) -> Any:
    if isinstance(cell, dt.date):
        return pd.Timestamp(cell)
    return str(cell) if isinstance(cell, dt.time) else cell
