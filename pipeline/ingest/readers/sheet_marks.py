"""What a workbook's package says of its sheets beside their values: failed formulas, hidden rows and columns."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field
from html import unescape

_ERROR = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)(\d+)"[^>]*>'
    rb"\s*(?:<(?:\w+:)?f[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)<"
)
_ROW = re.compile(rb'<(?:\w+:)?row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_COLUMNS = re.compile(
    rb'<(?:\w+:)?col (?=[^>]*\bhidden="(?:1|true)")(?=[^>]*\bmin="(\d+)")(?=[^>]*\bmax="(\d+)")[^>]*>'
)
_SHEET_PART = "xl/worksheets/"
_ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_MARKS = (b'value-type="error"', b'table:visibility="')
_ODS_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: Columns and rows that a sheet can have; a mark that covers more of them covers cells that hold nothing.
_WIDEST, _LONGEST = 1 << 14, 1 << 20


@dataclass
class SheetMarks:
    """What one sheet says beside its values; rows and columns count from 1.

    Attributes
    ----------
    errors : (row, column) -> what stands in a cell whose formula failed, which readers return blank.
    rows, columns : hidden ones.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def look_for_marks(xml: bytes, part: str, found: dict[str, SheetMarks]) -> None:
    """Add to ``found`` what a piece of a part of an Excel package says, under the name of the part."""
    if not part.startswith(_SHEET_PART):
        return
    marks = found.setdefault(part, SheetMarks())
    if b't="e"' in xml:
        for letters, row, text in _ERROR.findall(xml):
            marks.errors[int(row), _column(letters.decode())] = unescape(text.decode("utf-8", "replace"))
    if b"hidden=" in xml:
        marks.rows.update(int(row) for row in _ROW.findall(xml))
        for first, last in _COLUMNS.findall(xml):
            marks.columns.update(range(int(first), min(int(last), _WIDEST) + 1))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def marks_by_sheet(package: zipfile.ZipFile, parts: dict[str, SheetMarks]) -> dict[str, SheetMarks]:
    """Return the marks of an Excel package by the names of its sheets; none where it does not say which is which."""
    if not any(m.errors or m.rows or m.columns for m in parts.values()):
        return {}
    try:
        book = ET.fromstring(package.read("xl/workbook.xml"))
        relations = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ET.ParseError):
        return {}
    targets = {r.get("Id"): str(r.get("Target")) for r in relations}
    sheets = {e.get("name"): targets.get(e.get(_RELATION), "") for e in book.iter() if e.tag.endswith("}sheet")}
    named = {str(n): t.lstrip("/") if t.startswith("/") else f"xl/{t}" for n, t in sheets.items()}
    return {name: parts[target] for name, target in named.items() if target in parts}


def says_marks(xml: bytes) -> bool:
    """Return whether a piece of an OpenDocument sheet says something beside its values."""
    return any(mark in xml for mark in _ODS_MARKS)


class _Walk:
    """The place that a walk through an OpenDocument sheet has reached, and what was found on the way."""

    def __init__(self) -> None:
        self.found: dict[str, SheetMarks] = {}
        self._sheet(None)

    def _sheet(self, name: str | None) -> None:
        self.marks = SheetMarks() if name is None else self.found.setdefault(name, SheetMarks())
        self.row = self.column = self.defined = 0

    def starts(self, kind: str, e: ET.Element) -> None:
        """Enter a sheet, a row or the definition of columns."""
        visible = e.get(f"{_ODS}visibility", "visible") == "visible"
        if kind == "table":
            self._sheet(e.get(f"{_ODS}name", ""))
        elif kind == "table-row":
            first, self.column = self.row + 1, 0
            self.row += int(e.get(f"{_ODS}number-rows-repeated", "1"))
            self.marks.rows.update(() if visible else range(first, min(self.row, _LONGEST) + 1))
        elif kind == "table-column":
            first = self.defined + 1
            self.defined += int(e.get(f"{_ODS}number-columns-repeated", "1"))
            self.marks.columns.update(() if visible else range(first, min(self.defined, _WIDEST) + 1))

    def ends(self, kind: str, e: ET.Element) -> None:
        """Leave a cell."""
        if kind not in ("table-cell", "covered-table-cell"):
            return
        if e.get(_ODS_KIND) == "error":
            self.marks.errors[self.row, self.column + 1] = "".join(e.itertext()).strip() or "#N/A"
        self.column += int(e.get(f"{_ODS}number-columns-repeated", "1"))
        e.clear()


def marks_of_opendocument(content: bytes) -> dict[str, SheetMarks]:
    """Return the marks of an OpenDocument workbook by the names of its sheets, from its ``content.xml``."""
    walk = _Walk()
    try:
        for event, e in ET.iterparse(io.BytesIO(content), events=("start", "end")):
            (walk.starts if event == "start" else walk.ends)(e.tag.removeprefix(_ODS), e)
    except (ET.ParseError, ValueError):
        return {}
    return walk.found
