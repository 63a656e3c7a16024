"""What a received file says of itself, for a first draft of an instrument."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.readers.received import MultipleSet, Note, Received, read_received
from pipeline.ingest.totals import without_totals
from pipeline.instrument import Code


@dataclass(frozen=True)
class Column:
    """One column of a received file.

    Attributes
    ----------
    name, label : its name, and what the file calls it in words ("" where it says nothing).
    kind : "number", "text" or "date", as the file holds it: plain text has texts only.
    values : value -> label of the value.
    missing : ranges that the file declares missing.
    examples : the received values, one a record.
    """

    name: str
    label: str
    kind: str
    values: dict[Code, str]
    missing: list[tuple[float | str, float | str]]
    examples: pd.Series


@dataclass(frozen=True)
class Described:
    """A received file: format, number of records, columns, sheets of a workbook, multiple-response sets, decisions."""

    file: str
    format: str
    n: int
    columns: list[Column]
    sheets: list[str]
    notes: list[Note]
    multiple_sets: dict[str, MultipleSet]
    received: Received


def describe(path: Path, file: str, spec: FileSpec) -> Described:
    """Read a file whole and return what it says of its columns.

    Of several sheets that hold tables the first is read, and a note says so.

    Raises
    ------
    Blocked
        As `received.read_received`.
    """
    received = read_received(path, file, spec, lambda columns: [c for c in columns if c], first_sheet=True)
    received = without_totals(received, None)
    said = received.documented
    columns = [
        Column(
            name,
            said.labels.get(name, ""),
            "date" if name in said.dates else _kind(received.table[name], received.user_missing.get(name, [])),
            said.values.get(name, {}),
            received.user_missing.get(name, []),
            received.table[name],
        )
        for name in map(str, received.table.columns)
    ]
    return Described(
        file, received.format, received.n, columns, said.sheets, received.notes, said.multiple_sets, received
    )


def _kind(column: pd.Series, missing: list[tuple[float | str, float | str]]) -> str:
    """Return what a column holds, marks of missing values aside; one of several kinds is text."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    marks = {low for low, _ in missing}
    held = {
        "date" if isinstance(v, pd.Timestamp) else "number" if isinstance(v, (int, float)) else "text"
        for v in column.dropna().unique()
        if v not in marks
    }
    return held.pop() if len(held) == 1 else "text"
