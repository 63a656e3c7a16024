"""A file as received: its table, its original line numbers, and what it says of itself."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.evaluation.periods import Period
from pipeline.ingest.faults import Blocked, Fault, near_misses, some
from pipeline.ingest.privacy.headers import HIDDEN, is_record
from pipeline.ingest.privacy.patterns import masked
from pipeline.instrument import Code

#: What a reader left out, kept under a name of its own or doubts: told whenever a file is read.
TOLD = frozenset(
    {"sheet", "sheets_left", "hidden_sheets", "header_row", "trailing_separator", "row_names", "unnamed_columns"}
    | {"impossible_date", "mojibake", "second_table", "duration", "second_header", "cell_errors", "hidden_cells"}
    | {"swapped_dates", "summed_days", "merged_cells", "outside_perimeter", "row_totals", "repeats"}
    | {"other_records", "no_age", "coarse_day"}
)


@dataclass(frozen=True)
class Note:
    """Something the reader decided by itself and reports: an encoding, a separator, a date order.

    What was received is masked here, once for all that is ever told or kept of it.
    """

    kind: str
    key: str
    before: str
    after: str
    said: str
    line: int | None = None

    def __post_init__(self) -> None:
        for part in ("key", "before", "after", "said"):
            object.__setattr__(self, part, masked(str(getattr(self, part))))


@dataclass(frozen=True)
class MultipleSet:
    """Columns that a file says hold the answers to one question (SPSS, MULT RESPONSE and MRSETS).

    Attributes
    ----------
    columns : its columns.
    label : what it is called in words, "" where the file does not say.
    counted : the value that means a ticked box; None in a set of categories, whose columns hold an answer each.
    """

    columns: list[str]
    label: str = ""
    counted: Code | None = None


@dataclass(frozen=True)
class SheetTable:
    """The table of a sheet of a workbook: the sheet, its number, the names of its columns, how many records it has."""

    sheet: str
    number: int
    names: tuple[str, ...]
    records: int


@dataclass(frozen=True)
class Documented:
    """What a file itself says of its columns.

    Attributes
    ----------
    labels : column -> its label.
    values : column -> value -> label of the value.
    multiple_sets : multiple-response sets by name.
    sheets, hidden : the sheets of a workbook, and those of them that are hidden.
    sheet : the sheet that was read, by its number where its name may not be told.
    tables : the tables that its sheets hold, where no sheet was declared.
    dates : columns that the file calls dates, whatever single cells hold.
    titles : what stands above the header.
    """

    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[Code, str]] = field(default_factory=dict)
    multiple_sets: dict[str, MultipleSet] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)
    dates: frozenset[str] = frozenset()
    hidden: list[str] = field(default_factory=list)
    sheet: str | int | None = None
    tables: list[SheetTable] = field(default_factory=list)
    titles: tuple[str, ...] = ()

    @property
    def number(self) -> int | None:
        """Return the number of the sheet that was read."""
        return self.sheets.index(self.sheet) + 1 if isinstance(self.sheet, str) else self.sheet


@dataclass(frozen=True)
class Received:
    """What a reader returns.

    Attributes
    ----------
    file : name of the file, as evaluation.yaml declares it.
    columns : every column of the file, in order.
    table : the wanted columns only, one row a record, values as received (text; numbers and dates of formats that have
        them).
    lines : where each record starts: line of a text (header = 1), row of a sheet, case number of the other formats.
    broken : record lines that could not be put under the header, with the reason code.
    user_missing : column -> ranges that the file itself declares as missing (SPSS, Stata, SAS).
    notes : what the reader decided.
    format : format of the file, a key of `formats.FORMATS`.
    documented : what the file says of its columns.
    day_zero : day 0 of dates that a spreadsheet holds as numbers; None where numbers are no dates.
    date_order : order of day, month and year, where it is declared.
    thousands : mark that parts thousands, where it is declared.
    period : what its counts are of.
    parts : header of the column that each record was read from, where several stand in one line; None elsewhere.
    """

    file: str
    columns: list[str]
    table: pd.DataFrame
    lines: np.ndarray
    broken: list[tuple[int, str]] = field(default_factory=list)
    user_missing: dict[str, list[tuple[float | str, float | str]]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    format: str = "csv"
    documented: Documented = field(default_factory=Documented)
    day_zero: dt.date | None = None
    date_order: str | None = None
    thousands: str | None = None
    period: Period = "month"
    parts: np.ndarray | None = None

    @property
    def n(self) -> int:
        """Return the number of records received, broken ones included."""
        return len(self.lines) + len(self.broken)


#: Returns the columns to keep, given the columns of the file; raises `Blocked` when some are absent.
Choose = Callable[[list[str]], list[str]]


def choose_columns(file: str, wanted: dict[str, str]) -> Choose:
    """Return a function that checks a header and returns the wanted columns that it holds.

    Parameters
    ----------
    file : name for messages.
    wanted : received column -> question that needs it.
    """

    def choose(columns: list[str]) -> list[str]:
        absent = [c for c in wanted if c not in columns]
        if absent:
            raise Blocked(
                *(
                    Fault(
                        f"the instrument names a column that the file does not have (question '{wanted[c]}')",
                        file,
                        line=None,
                        column=c,
                        found=near_misses(c, columns),
                        action="give the received name as `column:` of the question (or `waves:` -> `column:`), "
                        "or say that it was not asked: `waves:` -> `asked: false` for a question, `waves: [...]` for "
                        "an item that only some waves offered",
                    )
                    for c in absent
                )
            )
        return [c for c in columns if c in wanted]

    return choose


def refuse_duplicates(file: str, columns: list[str], line: int | None = 1) -> None:
    """Refuse a header that names a column twice, or names none."""
    if not columns:
        raise Blocked(Fault("the file has no column", file, line=line, action="send the file again"))
    places: dict[str, list[int]] = {}
    for position, name in enumerate(columns, 1):
        places.setdefault(name, []).append(position)
    twice = {name: at for name, at in places.items() if len(at) > 1 and name.strip()}
    if twice:
        name, at = next(iter(twice.items()))
        others = f"; also twice: {some(list(twice)[1:])}" if len(twice) > 1 else ""
        record = is_record(columns)
        if record:
            raise Blocked(
                Fault(
                    "the file has no header: its first row looks like a record",
                    file,
                    line=line,
                    found=f"the same value in fields {some(at)}; {HIDDEN}",
                    allowed="a first row with the name of each column",
                    action="write the names of the columns above the records, and send the file again",
                )
            )
        raise Blocked(
            Fault(
                "the header names a column twice",
                file,
                line=line,
                column=name,
                found=f"fields {some(at)}{others}",
                allowed="each name once",
                action="rename one of them in the file that the tool exports, and send it again",
            )
        )


def read_received(path: Path, file: str, spec: FileSpec, choose: Choose, *, first_sheet: bool = False) -> Received:
    """Read one received file with the reader of its format.

    Parameters
    ----------
    path : where the file is.
    file : its name for messages and for ``_file``.
    spec : what evaluation.yaml says of it.
    choose : names the columns to keep and refuses a header that lacks some.
    first_sheet : of several sheets that could be read, take the first instead of refusing to choose.

    Raises
    ------
    Blocked
        The file is missing, empty, unreadable, or not of its declared format.
    """
    from pipeline.ingest.readers.across import as_rows, chosen_across
    from pipeline.ingest.readers.cell_errors import without_errors
    from pipeline.ingest.readers.columnar import read_columnar
    from pipeline.ingest.readers.containers import open_container
    from pipeline.ingest.readers.delimited import read_delimited
    from pipeline.ingest.readers.formats import format_of
    from pipeline.ingest.readers.records import read_records
    from pipeline.ingest.readers.second_header import without_second_header
    from pipeline.ingest.readers.spoiled_cells import without_spoiled_cells
    from pipeline.ingest.readers.statistical import read_statistical
    from pipeline.ingest.readers.workbook import read_workbook

    _refuse_absent(path, file)
    content = open_container(path, file, spec.member)
    named = file if content.data is None or content.name in file else f"{file} ({content.name})"
    if not content.head(1):
        raise Blocked(Fault("the file is empty", named, found="0 bytes", action="send the file again"))
    kind = format_of(content, named, spec)
    read: Callable[..., Received]
    if kind in ("xlsx", "xlsb", "xls", "ods"):
        read = functools.partial(read_workbook, first=first_sheet)
    elif kind in ("csv", "parquet", "json"):
        read = {"csv": read_delimited, "parquet": read_columnar, "json": read_records}[kind]
    else:
        read = functools.partial(read_statistical, kind=kind)
    needed = chosen_across(named, spec, choose)
    received = without_second_header(read(content, named, spec, lambda columns: _chosen(columns, needed)))
    received = without_errors(received)
    received = received if kind == "csv" else without_spoiled_cells(received)
    declared = {"date_order": spec.date_order, "thousands": spec.thousands, "period": spec.period or "month"}
    received = as_rows(_screened(received), spec, choose)
    return replace(received, file=file, format=kind, **declared)  # type: ignore[arg-type]


def screened_names(columns: list[str]) -> dict[str, str]:
    """Return each header -> the same, read back where it was spoiled, without what identifies a person.

    A number tells those apart that become alike.
    """
    from pipeline.ingest.readers.spoiled_cells import mended_texts

    spoiled, _ = mended_texts(columns)
    names: dict[str, str] = {}
    taken = set(columns)
    for column in columns:
        name = bare = masked(spoiled.get(column, column), wording=True)
        n = 2
        while name != column and name in taken:
            name, n = f"{bare} {n}", n + 1
        names[column] = name
        taken.add(name)
    return names


def _chosen(columns: list[str], choose: Choose) -> list[str]:
    """Let ``choose`` see screened headers, and return the received ones that it names."""
    names = screened_names(columns)
    if all(a == b for a, b in names.items()):
        return choose(columns)
    wanted = set(choose([names[c] for c in columns]))
    return [c for c in columns if names[c] in wanted]


def _screened(received: Received) -> Received:
    """Return what was read under screened headers, with what the file says of its columns screened like its cells."""
    names = screened_names([*received.columns, *(c for c in received.table.columns if c not in received.columns)])
    said = received.documented
    screened = replace(
        said,
        labels={names.get(c, c): masked(label, wording=True) for c, label in said.labels.items()},
        values={names.get(c, c): {v: masked(t) for v, t in labels.items()} for c, labels in said.values.items()},
        multiple_sets={
            masked(n): replace(s, columns=[names.get(c, c) for c in s.columns], label=masked(s.label, wording=True))
            for n, s in said.multiple_sets.items()
        },
        sheets=[masked(sheet) for sheet in said.sheets],
        titles=tuple(map(masked, said.titles)),
        dates=frozenset(names.get(c, c) for c in said.dates),
        hidden=[masked(sheet) for sheet in said.hidden],
        tables=[replace(t, sheet=masked(t.sheet)) for t in said.tables],
    )
    if all(a == b for a, b in names.items()):
        return replace(received, documented=screened)
    return replace(
        received,
        columns=[names[c] for c in received.columns],
        table=received.table.rename(columns=names),
        user_missing={names.get(c, c): ranges for c, ranges in received.user_missing.items()},
        documented=screened,
    )


def _refuse_absent(path: Path, file: str) -> None:
    if not path.is_file():
        here = sorted(p.name for p in path.parent.glob("*") if p.is_file()) if path.parent.is_dir() else []
        raise Blocked(
            Fault(
                "the received file is missing",
                str(path),
                found=f"in that folder: {some(here)}" if here else "no file in that folder",
                action="put the file there, correct `path:` in evaluation.yaml, or give the folder with --data",
            )
        )
    try:
        path.open("rb").close()
    except OSError as fault:
        raise Blocked(
            Fault("the file cannot be opened", str(path), found=fault.strerror, action="ask for the right to read it")
        ) from None
