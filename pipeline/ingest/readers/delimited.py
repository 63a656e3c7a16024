"""Delimited text (CSV, TSV, LimeSurvey's French export): encoding, separator, and exact line numbers."""

from __future__ import annotations

import csv
import io
import itertools
import re

import numpy as np
import pandas as pd

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.encoding import decode, mended
from pipeline.ingest.readers.received import Choose, Documented, Note, Received, refuse_duplicates
from pipeline.ingest.readers.second_header import LOOKED_AT, TwoLines, two_lines
from pipeline.ingest.readers.widths import fitted

SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
#: Every byte but a quotation mark and a line break.
_NO_QUOTE_NOR_BREAK = bytes(set(range(256)) - set(b'"\n'))
#: A header of names in quotation marks parted by blanks, as R's ``write.table`` writes it.
_BLANKS = re.compile(r'\s*"[^"]*"(?: "[^"]+")+\s*')


def read_delimited(content: Content, file: str, spec: FileSpec, choose: Choose) -> Received:
    """Read delimited text; ``lines`` are the lines where records start, quoted line breaks counted.

    Records with more or fewer fields than the header are not guessed at: they come back in ``broken`` as
    ``ragged_row``, and records without any value as ``empty_row``. Blank lines are no records.

    Raises
    ------
    Blocked
        The file is empty, in another encoding or with another separator than declared, or lacks a column.
    """
    text, notes = decode(content.bytes(), spec.encoding, file)
    text, spoiled = mended(text)
    notes += spoiled
    if "\0" in text:
        raise Blocked(
            Fault(
                "the file holds zero bytes, so it is no text in this encoding",
                file,
                line=text.count("\n", 0, text.index("\0")) + 1,
                action="declare `encoding: utf-16` if it is that, or export it again as UTF-8",
            )
        )
    above = (spec.header_row or 1) - 1
    titles = tuple(t for line in text.splitlines()[:above] if (t := line.strip(';,\t| "')))
    text = _from_header(text, above, file)
    header_end = _header_end(text)
    separator, note = _separator(text[:header_end], spec, file)
    columns = _header(text[:header_end], separator, above + 1, file)
    two, header_end, text, more = _two_lines(columns, text, header_end, separator)
    columns = two.names if two is not None else columns
    refuse_duplicates(file, columns, line=above + 1)
    if len(columns) == 1:
        _refuse_one_column(columns[0], separator, file)
    first_record = text[header_end : header_end + 1]
    columns, widened = fitted(columns, text, separator, file, above + more, quoted=first_record == '"')
    kept = choose(columns)
    table, lines, broken = _fast(text, columns, kept, separator) or exact_records(text, columns, kept, separator, file)
    if not len(lines) and not broken:
        raise Blocked(Fault("the file has a header and no record", file, line=above + 1, action="send the file again"))
    broken = [(line + above + more, why) for line, why in broken]
    notes += [*([note] if note else []), *([two.note(above + 2)] if two else []), *widened]
    said = Documented(two.labels if two else {}, titles=titles)
    return Received(file, columns, table, lines + above + more, broken, notes=notes, documented=said)


def _two_lines(columns: list[str], text: str, header_end: int, separator: str) -> tuple[TwoLines | None, int, str, int]:
    """Return a header of two lines, where its first ends, the text without the second, and how many lines that was."""
    second_end = header_end + _header_end(text[header_end:])
    reader = csv.reader(io.StringIO(text[header_end:], newline=""), delimiter=separator)
    try:
        second, *below = itertools.islice(reader, LOOKED_AT + 1)
    except (csv.Error, ValueError):
        return None, header_end, text, 0
    two = two_lines(columns, second, below)
    if two is None:
        return None, header_end, text, 0
    return two, header_end, text[:header_end] + text[second_end:], text.count("\n", header_end, second_end)


def _from_header(text: str, above: int, file: str) -> str:
    at = 0
    for line in range(1, above + 1):
        at = text.find("\n", at) + 1
        if not at:
            raise Blocked(
                Fault(
                    "the declared header row is beyond the end of the file",
                    file,
                    found=f"header_row: {above + 1}, and {line} lines",
                    action="correct `header_row:` in evaluation.yaml",
                )
            )
    return text[at:]


def _header(text: str, separator: str, line: int, file: str) -> list[str]:
    try:
        return [c.strip() for c in next(csv.reader(io.StringIO(text, newline=""), delimiter=separator))]
    except (csv.Error, StopIteration) as fault:
        raise Blocked(
            Fault(
                "the header cannot be cut into names",
                file,
                line=line,
                found=str(fault) or "a blank line",
                action="put the names of the columns in the first line, or declare `header_row:`",
            )
        ) from None


def _header_end(text: str) -> int:
    """Return where the header record ends: at the first line break outside quotes."""
    at, quoted = 0, 0
    while True:
        end = text.find("\n", at)
        if end < 0:
            return len(text)
        quoted += text.count('"', at, end)
        if quoted % 2 == 0:
            return end + 1
        at = end + 1


def _separator(header: str, spec: FileSpec, file: str) -> tuple[str, Note | None]:
    if spec.separator:
        separator = "\t" if spec.separator in ("tab", "\\t") else spec.separator
        if len(separator) != 1:
            raise Blocked(
                Fault("a separator is one character", file, found=repr(spec.separator), allowed="; , | or tab")
            )
        return separator, None
    counts = {s: header.count(s) for s in SEPARATORS}
    best = max(counts, key=lambda s: counts[s])
    if _BLANKS.fullmatch(header):
        best = " "
    name = {" ": "blank", **SEPARATORS}[best]
    return best, Note(
        "separator",
        "",
        "",
        best,
        f"separator not declared, read as {name}",
        1,
    )


def _refuse_one_column(column: str, separator: str, file: str) -> None:
    others = {s: column.count(s) for s in SEPARATORS if s != separator and s in column}
    if others:
        best = max(others, key=lambda s: others[s])
        shown = "tab" if best == "\t" else best
        raise Blocked(
            Fault(
                "the separator is wrong: the header is one single column",
                file,
                line=1,
                found=f"1 column with separator '{separator}', {others[best] + 1} with '{shown}'",
                allowed="the separator that the file uses",
                action=f'declare `separator: "{shown}"` for this file in evaluation.yaml',
            )
        )


#: The wanted columns, the line of each record (header = 1), and the lines that could not be put under the header.
Records = tuple[pd.DataFrame, np.ndarray, list[tuple[int, str]]]


def _fast(text: str, columns: list[str], kept: list[str], separator: str) -> Records | None:
    """Read text whose records are its lines with Arrow; None where it is not that simple.

    Columns come back as categories: the values are few, and conversions look at each once.
    """
    raw = text.encode("utf-8")
    if not line_a_record(raw, separator):
        return None
    import pyarrow as pa
    import pyarrow.csv as pacsv

    names = [str(i) for i in range(len(columns))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(raw)),
            read_options=pacsv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=pacsv.ParseOptions(delimiter=separator),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                include_columns=[str(columns.index(c)) for c in kept],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    frame = table.to_pandas()
    frame.columns = pd.Index(kept, dtype=object)
    return frame, np.arange(2, len(frame) + 2), []


def line_a_record(raw: bytes, separator: str) -> bool:
    """Return whether every line is one record: no quoted line breaks, blank lines, or lines of separators only."""
    if b"\0" in raw or raw.count(b"\r") != raw.count(b"\r\n"):
        return False
    values_and_breaks = raw.translate(None, f'{separator}" \t\r'.encode())
    if b"\n\n" in values_and_breaks or values_and_breaks.startswith(b"\n"):
        return False
    # what is left of quotation marks when pairs are taken from each line: one where its number is odd
    return b'"' not in raw.translate(None, _NO_QUOTE_NOR_BREAK).replace(b'""', b"")


def exact_records(text: str, columns: list[str], kept: list[str], separator: str, file: str) -> Records:
    """Read any delimited text record by record, so that every line number is exact."""
    width = len(columns)
    positions = [columns.index(c) for c in kept]
    values: list[list[str]] = [[] for _ in kept]
    lines: list[int] = []
    broken: list[tuple[int, str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        next(reader)
        for record in reader:
            before, line = line + 1, reader.line_num
            if len(record) == width and any(map(str.strip, record)):
                lines.append(before)
                for column, position in zip(values, positions, strict=True):
                    column.append(record[position])
            elif record:
                broken.append((before, "ragged_row" if any(map(str.strip, record)) else "empty_row"))
    except csv.Error as fault:
        raise Blocked(
            Fault(
                "the text cannot be cut into records",
                file,
                line=line + 1,
                found=str(fault),
                action="look for a quotation mark that is not closed, or not doubled inside a quoted field",
            )
        ) from None
    frame = pd.DataFrame({c: pd.array(v, dtype="str") for c, v in zip(kept, values, strict=True)}, columns=kept)
    return frame, np.array(lines, dtype=np.int64), broken
