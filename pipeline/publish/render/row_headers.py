"""Cells that head a row, as a PDF says it: Typst has them behind a feature (a11y-extras) that its wheel cannot turn on.

Typst writes a cell of the body as a data cell (TD) that names the header of its column. Those of the first column of
marked tables become header cells (TH, of scope Row), and the other cells of their row name them too, as Typst itself
would have it (ISO 32000-1, 14.8.5.7). Nothing else of the file changes but where its objects begin.
"""

from __future__ import annotations

import itertools
import re

#: What stands in the head of a table of a Typst file whose first column heads its rows.
MARK = "/* row headers */"
_TABLE = "#table(\n"
_OBJECT = re.compile(rb"(\d+) 0 obj\n")
_CELL = re.compile(rb"<</Type/StructElem/S/TD/P (\d+) 0 R/A\[<</O/Table(.*?)/Headers\[(\(U(\d+)x(\d+)y\d+\))")
_IDENTIFIERS = re.compile(rb"/IDTree<</Names\[(.*?)\]>>", re.DOTALL)
_NAMED = re.compile(rb"(\((?:[^()\\]|\\.)*\))(\d+ 0 R)")


def tables_with_headers(text: str) -> frozenset[int]:
    """Return which tables of a Typst file, from 1 on, have rows that their first column heads."""
    return frozenset(number for number, table in enumerate(text.split(_TABLE)) if MARK in table)


def with_row_headers(pdf: bytes, tables: frozenset[int]) -> bytes:
    """Return a PDF of Typst whose tables of these numbers have a header for each row of the body."""
    start = int(pdf[pdf.rindex(b"startxref") + 9 : pdf.rindex(b"%%EOF")])
    places = [int(line[:10]) for line in pdf[start:].split(b"\n") if line.rstrip().endswith(b" n")]
    ends = [*sorted(places), start]
    objects = [pdf[a:b] for a, b in itertools.pairwise(ends)]
    heads = dict(_heads(objects, tables))
    if not heads:
        return pdf
    objects = [_identified(_said(each, heads), heads) for each in objects]
    return _joined(pdf[: ends[0]], objects, pdf[start:])


def _heads(objects: list[bytes], tables: frozenset[int]) -> list[tuple[bytes, tuple[bytes, bytes]]]:
    """Return, for the rows of tables, the cell of their first column and its identifier; rows and cells by number."""
    found = []
    for each in objects:
        name, cell = _OBJECT.match(each), _CELL.search(each)
        if name and cell and cell[5] == b"0" and int(cell[4]) in tables:
            found.append((cell[1], (name[1], b"(U%sr%s)" % (cell[4], name[1]))))
    return found


def _said(each: bytes, heads: dict[bytes, tuple[bytes, bytes]]) -> bytes:
    """Return a cell as one that heads its row, or that names what does; anything else as it is."""
    name, cell = _OBJECT.match(each), _CELL.search(each)
    if not name or not cell or cell[1] not in heads:
        return each
    number, identifier = heads[cell[1]]
    if name[1] == number:
        said = b"<</Type/StructElem/S/TH/P %s 0 R/ID%s/A[<</O/Table/Scope/Row%s/Headers[%s"
        return each[: cell.start()] + said % (cell[1], identifier, cell[2], cell[3]) + each[cell.end() :]
    return each[: cell.end()] + identifier + each[cell.end() :]


def _identified(each: bytes, heads: dict[bytes, tuple[bytes, bytes]]) -> bytes:
    """Return the root of the structure with the new identifiers among those that it lists in order."""
    listed = _IDENTIFIERS.search(each)
    if b"/Type/StructTreeRoot" not in each or not listed:
        return each
    names = [*_NAMED.findall(listed[1]), *((identifier, cell + b" 0 R") for cell, identifier in heads.values())]
    told = b"".join(name + reference for name, reference in sorted(names))
    return each[: listed.start(1)] + told + each[listed.end(1) :]


def _joined(head: bytes, objects: list[bytes], tail: bytes) -> bytes:
    """Return a file of objects, its table of where each begins written anew."""
    places, at = {}, len(head)
    for each in objects:
        name = _OBJECT.match(each)
        assert name is not None
        places[int(name[1])] = at
        at += len(each)
    trailer = tail[tail.index(b"trailer") : tail.rindex(b"startxref")]
    lines = [b"0000000000 65535 f\r\n", *(b"%010d 00000 n\r\n" % places[n] for n in sorted(places))]
    table = b"xref\n0 %d\n" % len(lines) + b"".join(lines)
    return head + b"".join(objects) + table + trailer + b"startxref\n%d\n%%%%EOF" % at
