"""Failed formulas of a workbook of before 2007 (.xls), record by record (Microsoft, MS-XLS, 2.4.24 and 2.4.127)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.ingest.readers.binary_marks import SHOWN
from pipeline.ingest.readers.sheet_marks import SheetMarks

_BEGIN, _END, _SHEET, _ERROR, _FORMULA = 0x0809, 0x0A, 0x85, 0x0205, 0x06


def marks_of_old(raw: bytes, start: int) -> dict[str, SheetMarks]:
    """Return the cells whose formula failed by the names of the sheets.

    None where the file does not hold its parts in one piece, as the programs that write it do.

    Parameters
    ----------
    raw : the whole file.
    start : where its first part begins.
    """
    found: dict[str, SheetMarks] = {}
    for kind, body in _records(raw, start):
        if kind == _SHEET:
            at = start + int.from_bytes(body[:4], "little")
            if int.from_bytes(raw[at : at + 2], "little") == _BEGIN:
                found[_name(body)] = SheetMarks(errors=dict(_errors(raw, at)))
    return found


def _name(body: bytes) -> str:
    length, wide = body[6], body[7] & 1
    return body[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _errors(raw: bytes, start: int) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, body in _records(raw, start):
        code = None
        if kind == _ERROR and len(body) == 8 and body[7] == 1:
            code = body[6]
        elif kind == _FORMULA and len(body) >= 20 and body[6] == 2 and body[12:14] == b"\xff\xff":
            code = body[8]
        if code is not None:
            place = int.from_bytes(body[:2], "little") + 1, int.from_bytes(body[2:4], "little") + 1
            yield place, SHOWN.get(code, "#N/A")


def _records(raw: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part, up to its end."""
    while at <= len(raw) - 4:
        kind, size = int.from_bytes(raw[at : at + 2], "little"), int.from_bytes(raw[at + 2 : at + 4], "little")
        if kind == _END:
            return
        yield kind, raw[at + 4 : at + 4 + size]
        at += 4 + size
