"""The row of the header in a text whose first lines are titles, or tell a spreadsheet the separator."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.containers import open_container

#: Bytes and records looked at, and the lowest place of a header.
LOOKED_AT, RECORDS, LOWEST = 256 << 10, 60, 20
#: Records as wide as the header, at least.
SHARE = 0.7
_SEPARATORS = (";", ",", "\t", "|")
_TEXTS = (".csv", ".tsv", ".txt")


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
    lines: list[tuple[int, int]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start = 1
    try:
        for record in reader:
            lines.append((start, len(record)))
            start = reader.line_num + 1
            if len(lines) > RECORDS:
                break
    except csv.Error:
        return None
    widths = Counter(n for _, n in lines if n)
    if not widths:
        return None
    usual, n = widths.most_common(1)[0]
    if usual < 2 or n < SHARE * widths.total():
        return None
    first = next(line for line, width in lines if width == usual)
    return first if all(width < usual for line, width in lines if line < first) else None
