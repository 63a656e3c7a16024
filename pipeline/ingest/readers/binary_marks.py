"""Failed formulas of a binary workbook (.xlsb), record by record (Microsoft, MS-XLSB, 2.1.4 and 2.4)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

from pipeline.ingest.readers.sheet_marks import SheetMarks

_BOOK, _RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
#: Records: the beginning of a row, a cell with an error, a formula with one, a sheet of the workbook.
_ROW, _ERRORS, _SHEET = 0, (3, 11), 156
#: What a cell shows, by the code of its error (2.5.97.2, BErr).
SHOWN = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def marks_of_binary(package: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Return the cells whose formula failed by the names of the sheets; none where the package does not tell them."""
    try:
        targets = {r.get("Id"): str(r.get("Target")) for r in ET.fromstring(package.read(_RELATIONS))}
        sheets = [_named(body) for kind, body in _records(package.read(_BOOK)) if kind == _SHEET]
        return {name: SheetMarks(errors=_errors(package.read(_part(targets[at])))) for at, name in sheets}
    except (KeyError, IndexError, UnicodeDecodeError, ET.ParseError):
        return {}


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _named(body: memoryview) -> tuple[str, str]:
    """Return what relates a sheet to its part, and its name."""
    relation, after = _text(body, 8)
    return relation, _text(body, after)[0]


def _text(body: memoryview, at: int) -> tuple[str, int]:
    end = at + 4 + 2 * _number(body, at)
    return bytes(body[at + 4 : end]).decode("utf-16-le"), end


def _number(body: memoryview, at: int = 0) -> int:
    return int.from_bytes(body[at : at + 4], "little")


def _errors(sheet: bytes) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    row = 0
    for kind, body in _records(sheet):
        if kind == _ROW:
            row = _number(body) + 1
        elif kind in _ERRORS:
            found[row, _number(body) + 1] = SHOWN.get(body[8], "#N/A")
    return found


def _records(part: bytes) -> Iterator[tuple[int, memoryview]]:
    """Yield the kind and the body of each record: kind and size are written seven bits a byte."""
    whole, at = memoryview(part), 0
    while at < len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = kind & 0x7F | part[at] << 7, at + 1
        size = shift = 0
        while True:
            byte, at = part[at], at + 1
            size, shift = size | (byte & 0x7F) << shift, shift + 7
            if not byte & 0x80:
                break
        yield kind, whole[at : at + size]
        at += size
