"""Records that are not as wide as their header: row names, trailing separators, and what must not be shifted."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.readers.received import Note

#: Records looked at; later ones that do not fit are set aside, one by one.
RECORDS = 2_000
#: What R calls the column of its row names, which its header leaves out.
ROW_NAMES = "row.names"
_KEY = re.compile(rf"(?:{'|'.join(lexicon('keys')['first'])})(?:[ _.-].*)?", re.I)

Places = list[tuple[int, list[str]]]


def fitted(
    columns: list[str], text: str, separator: str, file: str, above: int, quoted: bool
) -> tuple[list[str], list[Note]]:
    """Return a header as wide as the records below it, and what was decided about it.

    A name that the header lacks stands for row names (R's ``write.table`` writes one name less than fields) or for
    what follows a separator at the end of every line; nothing else is guessed. Columns that hold answers under no name
    get one by their position, so that an instrument can take them; row numbers without a name do not.

    Parameters
    ----------
    columns : names of the header, blank where it has none.
    text : the text from the header on.
    above : lines above the header.
    quoted : whether the first field of the first record stands in quotation marks.

    Raises
    ------
    Blocked
        The records do not fit their header, and neither explains it; names both widths and the first line.
    """
    records = list(islice(_records(text, separator), RECORDS))
    named, notes = _as_wide(columns, records, file, above, quoted)
    blank = [i for i, name in enumerate(named) if not name]
    held = [i for i in blank if any(len(r) == len(named) and r[i].strip() for _, r in records)]
    if named and held[:1] == [0] and _numbers([r[0] for _, r in records if len(r) == len(named)]):
        held = held[1:]
    if held:
        named = [f"column_{i + 1}" if i in held else name for i, name in enumerate(named)]
        made = ", ".join(named[i] for i in held)
        notes.append(
            Note(
                "unnamed_columns",
                "",
                "",
                made,
                f"columns without a name in the header hold answers, kept as {made}",
                above + 1,
            )
        )
    return named, notes


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records below the header that hold something, each with its line; a broken quotation ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        next(reader, None)
        line = reader.line_num + 1
        for record in reader:
            if any(map(str.strip, record)):
                yield line, record
            line = reader.line_num + 1
    except csv.Error:
        return


def _as_wide(columns: list[str], records: Places, file: str, above: int, quoted: bool) -> tuple[list[str], list[Note]]:
    widths = Counter(len(record) for _, record in records)
    usual = widths.most_common(1)[0][0] if widths else len(columns)
    if usual == len(columns):
        return columns, []
    if usual < len(columns) and not any(columns[usual:]) and max(widths) <= usual:
        return columns[:usual], []
    if usual > len(columns) and min(widths) == usual == max(widths):
        if not any(cell.strip() for _, record in records for cell in record[len(columns) :]):
            return columns + [""] * (usual - len(columns)), [_note("trailing_separator", above)]
        first = [record[0] for _, record in records]
        if usual == len(columns) + 1 and _row_names(columns, first, quoted):
            name = "" if _numbers(first) else ROW_NAMES
            return [name, *columns], [_note("row_names", above, name)]
    line = next(line for line, record in records if len(record) == usual)
    raise Blocked(
        Fault(
            "the records do not fit their header",
            file,
            line=above + line,
            found=f"{usual} fields in {widths[usual]} of the first {len(records)} records, the first of them here; "
            f"{len(columns)} names in the header (line {above + 1})",
            allowed="a name for each field",
            action="complete the header in the file that was received, or export it again; where the names stand in "
            "another line, declare `header_row:` for this file in evaluation.yaml",
        )
    )


def _row_names(columns: Sequence[str], first: Sequence[str], quoted: bool) -> bool:
    """Return whether the first fields name the rows: each once, in order or in quotation marks, under no key's name."""
    distinct = len(set(first)) == len(first) and all(map(str.strip, first))
    return distinct and not _KEY.fullmatch(columns[0]) and (quoted or _numbers(first))


def _numbers(first: Sequence[str]) -> bool:
    """Return whether fields count the rows: 1, 2, 3... or, as Python does, from 0."""
    return len(first) > 1 and any(list(first) == [str(i) for i in range(s, s + len(first))] for s in (0, 1))


def _note(kind: str, above: int, name: str = "") -> Note:
    kept = f", kept as {name}" if name else ", left out"
    said = {
        "trailing_separator": "trailing separator at the end of every line, with no column behind it",
        "row_names": f"row names before the first column{kept}",
    }[kind]
    return Note(kind, "", "", name, said, above + 1)
