"""Which sources are streamed, and how their file is laid out: found from its first lines, or said by the file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from pipeline.evaluation import Evaluation, FileSpec, Source
from pipeline.ingest.attendance.streamed.blocks import Block, Layout, blocks, valid_utf8
from pipeline.ingest.attendance.streamed.columnar import columnar
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.across import is_laid_out
from pipeline.ingest.readers.containers import Content
from pipeline.ingest.readers.delimited import read_delimited
from pipeline.ingest.readers.formats import format_of
from pipeline.ingest.readers.received import Choose, Note
from pipeline.instrument import Instrument

#: Files up to this size (bytes) are read as a table.
LARGEST = 200 << 20
HEAD = 1 << 20
_PARQUET = b"PAR1"
_TEXT, _COLUMNAR = (".csv", ".tsv", ".txt"), (".parquet", ".pq")


def streams(evaluation: Evaluation, source: Source, largest: int = LARGEST) -> bool:
    """Return whether a source is one large file of visits, text or Parquet, whose columns can be looked at by value.

    Instruments with routing, contradictions, several columns a question, or a key of every record compare what stands
    in different columns or records; their files are read as tables, whatever their size.
    """
    if source.signins is None or source.signins.rows == "activity" or list(source.files) != ["all"]:
        return False
    spec = source.files["all"]
    path = evaluation.received(spec)
    if (
        spec.also
        or is_laid_out(spec)
        or spec.wave_column
        or spec.format not in (None, "csv", "parquet")
        or path.suffix.lower() not in (*_TEXT, *_COLUMNAR)
        or not path.is_file()
    ):
        return False
    with path.open("rb") as handle:
        head = handle.read(4)
    if (head == _PARQUET) != is_columnar(path):
        return False
    packed_or_wide = head.startswith((b"\x1f\x8b", b"PK", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    wide = (spec.encoding or "").lower().startswith("utf-16")
    return (
        path.stat().st_size > largest
        and not packed_or_wide
        and not wide
        and by_value(evaluation.instruments[source.name])
    )


def is_columnar(path: Path) -> bool:
    """Return whether a large file is one of columns, Parquet."""
    return path.suffix.lower() in _COLUMNAR


def by_value(instrument: Instrument) -> bool:
    """Return whether every question is one column that can be recoded value by value."""
    return not instrument.contradictions and not any(
        q.asked_if
        or q.unique
        or q.role in ("respondent", "birth_date", "open_text")
        or q.type == "open"
        or q.boxed
        or q.slots
        or q.waves
        for q in instrument.questions
    )


def large_file(path: Path, file: str, spec: FileSpec, choose: Choose) -> tuple[Layout, Iterator[Block], list[Note]]:
    """Return how a large file is written, its records in blocks, and what was found out about it.

    Raises
    ------
    Blocked
        As the readers of small files; also while the blocks are read.
    """
    format_of(Content(path, file), file, spec)
    if is_columnar(path):
        return *columnar(path, file, choose), []
    layout, size, notes = layout_of(path, file, spec, choose)
    return layout, blocks(path, layout, size), notes


def layout_of(path: Path, file: str, spec: FileSpec, choose: Choose) -> tuple[Layout, int, list[Note]]:
    """Return the layout of a large file, the bytes of its header, and what was found out about it.

    Raises
    ------
    Blocked
        As `read_delimited`, from the first lines.
    """
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if end := head.rfind(b"\n") + 1:
        head = head[:end]
    marked = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else None
    encoding = spec.encoding or marked or ("utf-8" if valid_utf8(path) else "cp1252")
    chosen: list[str] = []

    def remembered(columns: list[str]) -> list[str]:
        chosen[:] = choose(columns)
        return chosen

    plain = "utf-8" if head.isascii() or marked else encoding
    received = read_delimited(Content(path, file, head), file, spec.model_copy(update={"encoding": plain}), remembered)
    notes = list(received.notes)
    if spec.encoding is None:
        said = f"encoding not declared, read as {encoding}"
        notes.insert(0, Note("encoding", "", "", encoding, said))
    found = next((n.after for n in notes if n.kind == "separator"), None)
    separator = found or {"tab": "\t", "\\t": "\t"}.get(spec.separator or "", spec.separator or ";")
    size, lines = _header(head, (spec.header_row or 1) - 1)
    if codecs.lookup(encoding).name.startswith("utf-16"):
        raise Blocked(Fault("a large file cannot be UTF-16", file, action="export it as UTF-8"))
    return Layout(file, received.columns, list(chosen), separator, encoding, lines + 1), size, notes


def _header(head: bytes, above: int) -> tuple[int, int]:
    """Return the bytes and the lines up to the end of the header record."""
    at = lines = quotes = 0
    while True:
        end = head.find(b"\n", at)
        if end < 0:
            return len(head), lines + 1
        quotes += head.count(b'"', at, end) if lines >= above else 0
        at, lines = end + 1, lines + 1
        if lines > above and quotes % 2 == 0:
            return at, lines
