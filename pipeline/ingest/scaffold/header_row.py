"""The row of the header in a text whose first lines are titles, or tell a spreadsheet the separator."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.containers import open_container
from pipeline.ingest.readers.second_header import two_lines

#: Bytes and records looked at, and the lowest place of a header.
LOOKED_AT, RECORDS, LOWEST = 256 << 10, 60, 20
#: Records as wide as the header, at least.
SHARE = 0.7
_SEPARATORS = (";", ",", "\t", "|")
_TEXTS = (".csv", ".tsv", ".txt")
#: What is no name: a number, a date, a time.
_VALUE = re.compile(r"[+-]?[\d\s.,/:T-]*\d[\d\s.,/:TZ-]*[%€]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Fields of a header that hold a name, at least, of those of the records below it.
_FILLED = 0.6
#: Lines of titles above a header, at most, and the share of its columns that each fills less than.
_TITLES, _SPARSE = 3, 0.5


def header_row_of(path: Path) -> int | None:
    """Return the line of the header where it is not the first one, None elsewhere.

    A header has as many fields as most records below it; titles have fewer.
    """
    try:
        content = open_container(path, path.name)
    except (Blocked, OSError):
        return None
    if not content.name.lower().endswith(_TEXTS):
        return None
    raw = content.head(LOOKED_AT)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", errors="replace")
    else:
        # Only separators and quotes are looked at: they are the same bytes in every one-byte encoding and in UTF-8.
        text = raw.decode("latin-1")
    if re.match(r'\s*"?sep=.', text):
        # Excel's own line; its one character may cut it into as many fields as the header has.
        return 2
    found = [place for s in _SEPARATORS if (place := _place(text, s)) is not None]
    # The first of them: decimal commas cut records into fields too, but no header above them.
    row = min(found, default=1)
    return row if 1 < row <= LOWEST else None


def _place(text: str, separator: str) -> int | None:
    """Return the line of the first record that has as many fields as most; None where records differ."""
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start = 1
    try:
        for record in reader:
            lines.append((start, record))
            start = reader.line_num + 1
            if len(lines) > RECORDS:
                break
    except csv.Error:
        return None
    widths = Counter(len(r) for _, r in lines if r)
    if not widths:
        return None
    usual, n = widths.most_common(1)[0]
    if usual < 2 or n < SHARE * widths.total():
        return None
    at = next(i for i, (_, record) in enumerate(lines) if len(record) == usual)
    if any(len(record) >= usual for _, record in lines[:at]):
        return None
    if (below := _below_titles([record for _, record in lines], at, usual)) is not None:
        return lines[below][0]
    if at and _names(lines[at - 1][1], usual):
        # A header that is too short for its records, which the reader explains; never the first of them.
        return lines[at - 1][0]
    return lines[at][0] if _names(lines[at][1], 0) else None


def _below_titles(records: Sequence[Sequence[str]], at: int, width: int) -> int | None:
    """Return the place of a header below titles that a program fills up with blank cells; None where none stands there.

    Titles fill less than half of what the header names; the last of them are part of it where they name groups of its
    columns.
    """
    for place in range(at + 1, min(at + 1 + _TITLES, len(records))):
        above = records[at:place]
        if any(sum(bool(cell.strip()) for cell in record) >= _SPARSE * width for record in above):
            return None
        if _names(list(records[place]), width):
            grouped = two_lines(above[-1], records[place], records[place + 1 :]) is not None
            return place - 1 if grouped else place
    return None


def _names(record: list[str], width: int) -> bool:
    """Return whether a record may be a header: names and years only, none twice, for most of ``width`` fields."""
    cells = [cell.strip() for cell in record if cell.strip()]
    named = all(_YEAR.fullmatch(cell) or not _VALUE.fullmatch(cell) for cell in cells)
    return named and len(set(cells)) == len(cells) and len(cells) >= max(1, _FILLED * width)
