"""A workbook looked over before a reader opens it: size and entities of its package, formulas, day 0 of its dates."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.binary_marks import marks_of_binary
from pipeline.ingest.readers.containers import OLE, ZIP_FAULTS, Content, pieces
from pipeline.ingest.readers.old_marks import marks_of_old
from pipeline.ingest.readers.sheet_marks import (
    SheetMarks,
    look_for_marks,
    marks_by_sheet,
    marks_of_opendocument,
    says_marks,
)

#: No cell's XML is longer: a cell holds at most 32,767 characters. Cells cut between two pieces are seen in the next.
_OVERLAP = 1 << 16
_EXCEL_FORMULA = re.compile(
    rb'<c (?![^>]*\bt="str")[^>]*?\br="([A-Z]+\d+)"[^>]*><f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_ODS_FORMULA = re.compile(rb'<table:table-cell (?=[^>]*table:formula="([^"]*)")(?![^>]*value-type=)[^>]*>')
_ODS_CONTENT = "content.xml"
_BINARY = "xl/workbook.bin"
_SAYS_EPOCH = ("xl/workbook.xml", _ODS_CONTENT)
_DAY_ZERO, _LATER_ZERO = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
#: Records of a workbook of before 2007: its beginning, its day 0, the end of a part.
_FIRST_PART, _DATEMODE, _END = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x22, 0x0A
_EPOCH_1904 = re.compile(rb'date1904="(?:1|true)"|table:date-value="1904-01-01"')


@dataclass(frozen=True)
class Package:
    """What a workbook's package told: day 0 of its dates, and what its sheets say beside their values, by name."""

    day_zero: dt.date
    marks: dict[str, SheetMarks] = field(default_factory=dict)


def look_over(content: Content, file: str) -> Package:
    """Return what matters before a workbook is read, having unpacked and counted all its parts.

    Raises
    ------
    Blocked
        The package is damaged or swells out of bounds, its XML declares entities, or a formula was never computed:
        its cell would come out blank. Binary workbooks do not tell computed formulas from others.
    """
    day_zero = _DAY_ZERO
    parts: dict[str, SheetMarks] = {}
    marked = False
    if content.head(4) == OLE:
        raw = content.bytes()
        start = raw.find(_FIRST_PART)
        day_zero = _LATER_ZERO if _counts_from_1904(raw) else _DAY_ZERO
        return Package(day_zero, marks_of_old(raw, start) if start >= 0 else {})
    try:
        with zipfile.ZipFile(content.path if content.data is None else io.BytesIO(content.data)) as package:
            for part, xml in _xml(package, file):
                _look_at(xml, part, file)
                look_for_marks(xml, part, parts)
                marked |= part == _ODS_CONTENT and says_marks(xml)
                if part in _SAYS_EPOCH and _EPOCH_1904.search(xml):
                    day_zero = _LATER_ZERO
            binary = _BINARY in package.namelist()
            marks = marks_of_opendocument(package.read(_ODS_CONTENT)) if marked else marks_by_sheet(package, parts)
            marks = marks_of_binary(package) if binary else marks
    except ZIP_FAULTS as fault:
        raise Blocked(
            Fault(
                "the workbook is damaged",
                file,
                found=" ".join(str(fault).split())[:200] or type(fault).__name__,
                action="open it in the program that wrote it and save it again, or send it again",
            )
        ) from None
    return Package(day_zero, marks)


def _xml(package: zipfile.ZipFile, file: str) -> Iterator[tuple[str, bytes]]:
    """Yield the XML of each part, piece by piece, each with the end of the one before; other parts are unpacked too."""
    for info in package.infolist():
        carried = b""
        for piece in () if info.is_dir() else pieces(package, info, file):
            text = carried + piece
            if info.filename.lower().endswith((".xml", ".rels")):
                yield info.filename, text
            carried = text[-_OVERLAP:]


def _counts_from_1904(raw: bytes) -> bool:
    """Return whether a workbook of before 2007 counts its days from 1904: record DATEMODE of its first part, the value
    1 (Microsoft, MS-XLS, 2.4.77 Date1904)."""
    at = raw.find(_FIRST_PART)
    while 0 <= at <= len(raw) - 4:
        kind, size = int.from_bytes(raw[at : at + 2], "little"), int.from_bytes(raw[at + 2 : at + 4], "little")
        if kind == _DATEMODE:
            return raw[at + 4 : at + 5] == b"\x01"
        if kind == _END:
            return False
        at += 4 + size
    return False


def _look_at(xml: bytes, part: str, file: str) -> None:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Blocked(
            Fault(
                "the workbook declares XML entities, which no spreadsheet program writes",
                file,
                found=part,
                action="open it in a spreadsheet program and save it again",
            )
        )
    formula = (
        _EXCEL_FORMULA.search(xml) if b"<f" in xml else _ODS_FORMULA.search(xml) if b"table:formula" in xml else None
    )
    if formula:
        raise Blocked(
            Fault(
                "a formula was never computed: its cell would be read as blank",
                file,
                found=f"{'cell' if b'<f' in xml else 'formula'} {formula[1].decode('utf-8', 'replace')[:60]} in {part}",
                action="open the workbook in a spreadsheet program and save it, or paste the values over the formulas",
            )
        )
