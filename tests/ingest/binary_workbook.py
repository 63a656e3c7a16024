"""A small binary workbook (.xlsb), record by record, for tests: no library writes one (Microsoft, MS-XLSB)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence

_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)

#: What a cell whose formula failed shows, and its code.
ERRORS = {"#REF!": 0x17, "#N/A": 0x2A, "#DIV/0!": 0x07}


def record(kind: int, body: bytes = b"") -> bytes:
    """Return a record: its kind and size, seven bits a byte, and its body."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, sizes = len(body), []
    while True:
        sizes.append(size & 0x7F | (0x80 if size > 127 else 0))
        size >>= 7
        if not size:
            return head + bytes(sizes) + body


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def cell(column: int, value: str | float) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, str) and value in ERRORS:
        return record(3, place + bytes([ERRORS[value]]))
    if isinstance(value, str):
        return record(6, place + text(value))
    return record(5, place + struct.pack("<d", value))


def binary_workbook(rows: Sequence[Iterable[str | float | None]], sheet: str = "Réponses") -> bytes:
    """Return a workbook of one sheet; blank cells are None."""
    cells = [list(row) for row in rows]
    body = record(129) + record(148, struct.pack("<IIII", 0, len(cells) - 1, 0, max(map(len, cells)) - 1)) + record(145)
    for i, row in enumerate(cells):
        body += record(0, struct.pack("<III", i, 0, 0) + bytes(5))
        body += b"".join(cell(j, v) for j, v in enumerate(row) if v is not None)
    body += record(146) + record(130)
    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + text("rId1") + text(sheet))
    book += record(144) + record(132)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _related("officeDocument", "xl/workbook.bin"))
        package.writestr("xl/_rels/workbook.bin.rels", _related("worksheet", "worksheets/sheet1.bin"))
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/worksheets/sheet1.bin", body)
    return out.getvalue()


def _related(kind: str, target: str) -> str:
    link = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATED}">{link}</Relationships>'
