"""A large delimited file in blocks of whole records, each with the lines where its records start."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.delimited import exact_records, line_a_record

#: Bytes read at once: about 300,000 visits.
BLOCK = 24 << 20
#: A record may not be longer than this: a quotation mark was left open.
LONGEST = 64 << 20


@dataclass
class Layout:
    """How a file is written: found in its first lines, or declared."""

    file: str
    columns: list[str]
    kept: list[str]
    separator: str
    encoding: str
    first_line: int


@dataclass(frozen=True)
class Block:
    """Records of one block: the kept columns (text or dictionaries of text) and their lines; and broken records."""

    columns: dict[str, pa.DictionaryArray]
    lines: np.ndarray
    broken: list[tuple[int, str]] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)


def opened(path: Path) -> IO[bytes]:
    """Open a plain or gzipped file."""
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def valid_utf8(path: Path) -> bool:
    """Return whether a whole file is UTF-8."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened(path) as handle:
        try:
            while piece := handle.read(BLOCK):
                if decoder.getstate()[0] or not piece.isascii():
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def blocks(path: Path, layout: Layout, header_end: int) -> Iterator[Block]:
    """Yield the records of a file in order.

    Parameters
    ----------
    header_end : bytes up to the end of the header, byte order mark included.

    Raises
    ------
    Blocked
        A quotation mark is not closed, or the text cannot be cut into records.
    """
    line = layout.first_line
    with opened(path) as handle:
        handle.read(header_end)
        rest = b""
        while True:
            piece = handle.read(BLOCK)
            raw = rest + piece
            if not raw:
                return
            end = _whole_records(raw, layout, line) if piece else len(raw)
            rest, raw = raw[end:], raw[:end]
            if not raw:
                continue
            if not raw.endswith(b"\n"):
                raw += b"\n"
            text, stray = _as_utf8(raw, layout.encoding, line)
            yield _records(text, layout, line, stray)
            line += raw.count(b"\n")


def _whole_records(raw: bytes, layout: Layout, line: int) -> int:
    """Return where the last whole record ends: after the last line break outside quotes."""
    end = raw.rfind(b"\n") + 1
    quotes = raw.count(b'"', 0, end)
    while end and quotes % 2:
        before = raw.rfind(b"\n", 0, end - 1) + 1
        quotes -= raw.count(b'"', before, end)
        end = before
    if not end and len(raw) > LONGEST:
        raise Blocked(
            Fault(
                "the text cannot be cut into records",
                layout.file,
                line=line,
                found=f"one record of more than {LONGEST >> 20} MB",
                action="look for a quotation mark that is not closed, or not doubled inside a quoted field",
            )
        )
    return end


def _as_utf8(raw: bytes, encoding: str, first: int) -> tuple[bytes, list[int]]:
    """Return a block in UTF-8, and the lines that are not in the encoding of the file (U+FFFD for what is lost)."""
    if raw.isascii():
        return raw, []
    plain = encoding.removesuffix("-sig")
    try:
        text = raw.decode(plain)
        return (raw if plain == "utf-8" else text.encode("utf-8")), []
    except UnicodeDecodeError:
        lines, stray = [], []
        for number, one in enumerate(raw.split(b"\n")):
            try:
                lines.append(one.decode(plain))
            except UnicodeDecodeError:
                lines.append(one.decode(plain, errors="replace"))
                stray.append(first + number)
        return "\n".join(lines).encode("utf-8"), stray


def _records(raw: bytes, layout: Layout, first: int, stray: list[int]) -> Block:
    if b"\0" in raw:
        at = first + raw.count(b"\n", 0, raw.index(b"\0"))
        raise Blocked(Fault("the file holds zero bytes, so it is no text in this encoding", layout.file, line=at))
    lines = np.arange(first, first + raw.count(b"\n"), dtype=np.int64)
    broken: list[tuple[int, str]] = []
    if b'"' not in raw and (b"\r" not in raw or raw.count(b"\r") == raw.count(b"\r\n")):
        columns = _arrow(raw, layout)
        if columns and all(len(c) == len(lines) for c in columns.values()) and not _may_be_blank(columns):
            return Block(columns, lines, broken, stray)
        raw, lines, broken = _without_broken(raw, layout, lines)
    elif not line_a_record(raw, layout.separator):
        return _exact(raw, layout, first, stray)
    columns = _arrow(raw, layout) if raw else _nothing(layout)
    if columns is None or any(len(c) != len(lines) for c in columns.values()):
        return _exact(raw, layout, first, stray)
    return Block(columns, lines, broken, stray)


def _may_be_blank(columns: dict[str, pa.DictionaryArray]) -> bool:
    """Return whether a record may hold no value: none in the kept columns."""
    blank: np.ndarray | None = None
    for column in columns.values():
        empty = [i for i, text in enumerate(column.dictionary.to_pylist()) if not text.strip()]
        if not empty:
            return False
        here = np.isin(column.indices.to_numpy(), empty)
        blank = here if blank is None else blank & here
        if not blank.any():
            return False
    return True


def _without_broken(raw: bytes, layout: Layout, lines: np.ndarray) -> tuple[bytes, np.ndarray, list[tuple[int, str]]]:
    """Take out blank lines, records without any value, and records with other than the header's number of fields."""
    content = np.frombuffer(raw, dtype=np.uint8)
    ends = np.flatnonzero(content == 10)
    starts = np.append(0, ends[:-1] + 1)
    separators = np.flatnonzero(content == ord(layout.separator))
    fields = np.searchsorted(separators, ends) - np.searchsorted(separators, starts) + 1
    filler = np.zeros(256, dtype=bool)
    filler[[9, 10, 11, 12, 13, 32, ord(layout.separator)]] = True
    values = np.add.reduceat(~filler[content], starts)
    blank = (ends - starts == 0) | ((ends - starts == 1) & (content[starts] == 13))
    wrong = (fields != len(layout.columns)) | (values == 0)
    if not wrong.any():
        return raw, lines, []
    broken = [(int(lines[i]), "empty_row" if values[i] == 0 else "ragged_row") for i in np.flatnonzero(wrong & ~blank)]
    kept = np.flatnonzero(~wrong)
    edges = np.flatnonzero(np.diff(kept, prepend=-2) != 1)
    runs = [(kept[a], kept[b - 1]) for a, b in zip(edges, [*edges[1:], len(kept)], strict=True)]
    return b"".join(raw[starts[a] : ends[b] + 1] for a, b in runs), lines[kept], broken


def _arrow(raw: bytes, layout: Layout) -> dict[str, pa.DictionaryArray] | None:
    names = [str(i) for i in range(len(layout.columns))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(raw)),
            read_options=pacsv.ReadOptions(column_names=names, block_size=4 << 20),
            parse_options=pacsv.ParseOptions(delimiter=layout.separator),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                include_columns=[str(layout.columns.index(c)) for c in layout.kept],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return {c: table.column(i).unify_dictionaries().combine_chunks() for i, c in enumerate(layout.kept)}


def _nothing(layout: Layout) -> dict[str, Any]:
    return {c: pa.array([], type=pa.string()).dictionary_encode() for c in layout.kept}


def _exact(raw: bytes, layout: Layout, first: int, stray: list[int]) -> Block:
    text = "-\n" + raw.decode("utf-8")
    table, lines, broken = exact_records(text, layout.columns, layout.kept, layout.separator, layout.file)
    shift = first - 2
    columns = {c: pa.array(table[c], type=pa.string()).dictionary_encode() for c in layout.kept}
    return Block(columns, lines + shift, [(line + shift, why) for line, why in broken], stray)
