"""Hostile received files from one seed: damaged, disguised, swollen, or built to lead a reader astray."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from .binary_workbook import binary_workbook

REFERENCE = Path(__file__).parents[1] / "reference" / "ingest"
SAS, XLS = REFERENCE / "answers.sas7bdat.gz", REFERENCE / "answers.xls.gz"
SEED = 20061113


@dataclass(frozen=True)
class Hostile:
    """One received file: what was done to it, its name, its bytes, and what evaluation.yaml says of it."""

    what: str
    name: str
    raw: bytes
    spec: dict[str, Any] = field(default_factory=dict)


def answers(n: int = 40) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "k": [f"Q{i}" for i in range(n)],
            "q": [float(i % 2 + 1) for i in range(n)],
            "n": [i / 2 for i in range(n)],
            "d": pd.to_datetime(["2006-11-17"] * n),
            "t": ["été; « là »\nfin" if i % 3 == 0 else "" for i in range(n)],
            "r": [float(i) for i in range(n)],
        }
    )


def text(separator: str = ";", encoding: str = "cp1252") -> bytes:
    return answers().to_csv(sep=separator, decimal=",", index=False).encode(encoding)


def _by_path(folder: Path, write: Callable[[Path], object], name: str) -> bytes:
    write(folder / name)
    return (folder / name).read_bytes()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Enquête 2006"])
    sheet.append(list(answers()))
    for row in answers().itertuples(index=False):
        sheet.append([None if v == "" else v for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def binary_answers() -> bytes:
    table = answers().assign(d="2006-11-17")
    rows = [[None if v == "" else v for v in row] for row in table.itertuples(index=False)]
    return binary_workbook([list(table), *rows])


def open_document() -> bytes:
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Feuille1")
    for row in [list(answers()), *answers().astype(str).itertuples(index=False)]:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return out.getvalue()


def intact(folder: Path) -> dict[str, bytes]:
    """Return an honest file of each kind, by its name."""
    table = answers()
    plain = table.assign(t="")
    labels = {"q": {1: "oui", 2: "non", 9: "refus"}}
    out = io.BytesIO()
    table.to_parquet(out)
    return {
        "f.csv": text(),
        "f.tsv": text("\t", "utf-16"),
        "f.csv.gz": gzip.compress(text()),
        "f.zip": zipped(**{"f.csv": text()}),
        "f.sav": _by_path(
            folder,
            lambda p: pyreadstat.write_sav(
                table, p, variable_value_labels=labels, missing_ranges={"q": [9]}, variable_format={"d": "DATE10"}
            ),
            "f.sav",
        ),
        "f.zsav": _by_path(folder, lambda p: pyreadstat.write_sav(table, p, compress=True), "f.zsav"),
        "f.por": _by_path(folder, lambda p: pyreadstat.write_por(plain.rename(columns=str.upper), p), "f.por"),
        "f.dta": _by_path(folder, lambda p: pyreadstat.write_dta(table.assign(d=table["d"].dt.date), p), "f.dta"),
        "f.xpt": _by_path(folder, lambda p: pyreadstat.write_xport(table, p, file_format_version=8), "f.xpt"),
        "f.sas7bdat": gzip.decompress(SAS.read_bytes()),
        "f.xlsx": workbook(),
        "f.ods": open_document(),
        "f.xls": gzip.decompress(XLS.read_bytes()),
        "f.xlsb": binary_answers(),
        "f.parquet": out.getvalue(),
    }


def mutated(raw: bytes, rng: np.random.Generator) -> tuple[str, bytes]:
    """Return what was done, and the bytes truncated, flipped, or with a piece put in, taken out or repeated."""
    data = bytearray(raw)
    how = int(rng.integers(5))
    if how == 0:
        return "truncated", bytes(data[: rng.integers(len(data))])
    if how == 1:
        for at in rng.integers(len(data), size=rng.integers(1, 30)):
            data[at] = rng.integers(256)
        return "flipped", bytes(data)
    at, n = int(rng.integers(len(data))), int(rng.integers(1, 200))
    if how == 2:
        return "inserted", bytes(data[:at] + rng.bytes(n) + data[at:])
    if how == 3:
        return "cut", bytes(data[:at] + data[at + n :])
    return "repeated", bytes(data[:at] + data[at : at + n] * 50 + data[at:])


def repacked(raw: bytes, rng: np.random.Generator) -> tuple[str, bytes]:
    """Return a zip package with one of its members mutated, so that no check sum gives the damage away."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        names = package.namelist()
        victim = names[int(rng.integers(len(names)))]
        what = ""
        for name in names:
            data = package.read(name)
            if name == victim:
                what, data = mutated(data or b" ", rng)
            changed.writestr(name, data)
    return f"{victim} {what}", out.getvalue()


def with_part(raw: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a zip package with one member changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in package.namelist():
            changed.writestr(name, change(package.read(name)) if name == part else package.read(name))
    return out.getvalue()


def laughing(xml: bytes) -> bytes:
    """Return XML whose entities, expanded, fill any memory."""
    lines = [b'<!ENTITY l0 "ha">', *(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10))]
    declaration = b"<!DOCTYPE x [" + b"".join(lines) + b"]>"
    head, mark, rest = xml.partition(b"?>")
    body = rest if mark else xml
    at = body.index(b"</") if b"</" in body else 0
    return (head + mark if mark else b"") + declaration + body[:at] + b"&l9;" + body[at:]


SHEET = "xl/worksheets/sheet1.xml"


def built(folder: Path) -> Iterator[Hostile]:
    """Yield files built to harm."""
    book, document = workbook(), open_document()
    zeros = b"k;q;n;d;t;r\n" + b"0" * (100 << 20)
    yield Hostile("gzip bomb", "f.csv.gz", gzip.compress(zeros, 9))
    yield Hostile("zip bomb", "f.zip", zipped(**{"f.csv": zeros}))
    yield Hostile("bomb of a sheet", "f.xlsx", with_part(book, SHEET, lambda x: x + b" " * (100 << 20)))
    yield Hostile("bomb of a document", "f.ods", with_part(document, "content.xml", lambda x: x + b" " * (100 << 20)))
    yield Hostile("bomb in a bomb", "f.zip", zipped(**{"f.zip": zipped(**{"f.csv": zeros})}))
    del zeros
    for part in (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"):
        yield Hostile(f"laughs in {part}", "f.xlsx", with_part(book, part, laughing))
    for part in ("content.xml", "styles.xml"):
        yield Hostile(f"laughs in {part}", "f.ods", with_part(document, part, laughing))
    formula = b'<c r="B3"><f>WEBSERVICE("http://127.0.0.1/"&amp;A3)</f><v></v></c>'
    yield Hostile("formula without value", "f.xlsx", with_part(book, SHEET, _in_last_row(formula)))
    formula = b'<c r="H9"><f>1+1</f><v>2</v></c>'
    yield Hostile("formula with value", "f.xlsx", with_part(book, SHEET, _in_last_row(formula)))
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    yield Hostile("far cell", "f.xlsx", with_part(book, SHEET, lambda x: x.replace(b"</sheetData>", far)))
    wide = {f"c{i}": [float(i)] * 3 for i in range(10_000)}
    table = pd.DataFrame({**{c: answers(3)[c] for c in answers()}, **wide})
    yield Hostile("10,000 columns", "f.csv", table.to_csv(sep=";", index=False).encode())
    out = io.BytesIO()
    table.to_parquet(out)
    yield Hostile("10,000 columns", "f.parquet", out.getvalue())
    yield Hostile("10,000 columns", "f.sav", _by_path(folder, lambda p: pyreadstat.write_sav(table, p), "wide.sav"))
    out = io.BytesIO()
    wide_book = openpyxl.Workbook(write_only=True)
    sheet = wide_book.create_sheet("x")
    sheet.append(list(table))
    sheet.append(table.iloc[0].tolist())
    wide_book.save(out)
    yield Hostile("10,000 columns", "f.xlsx", out.getvalue())
    for name in ("../../f.csv", "/tmp/outside.csv", "..\\..\\f.csv", "C:\\f.csv", "a/../../f.csv"):
        yield Hostile(f"zip name {name}", "f.zip", zipped(**{name: text()}))
        yield Hostile(f"member {name}", "f.zip", zipped(**{"f.csv": text()}), {"member": name})
    for path in ("../../../outside.csv", "/etc/hostname", "..", "sub/../../f.csv", "\0", "f.csv\n", "~/f.csv", ""):
        yield Hostile(f"path {path!r}", "f.csv", text(), {"path": path})
    yield Hostile("one line of 60 MB", "f.csv", b"k;q;n;d;t;r\n" + b"a" * (60 << 20))
    yield Hostile("quotes only", "f.csv", b'"' * 100_000)
    yield Hostile("separators only", "f.csv", b";" * 200_000 + b"\n" * 50)
    yield Hostile("zeros only", "f.csv", bytes(100_000))
    digits = b";".join([b"9" * 6000, b"1" * 6000, b"x", b"9" * 6000])
    yield Hostile("huge numbers", "f.csv", b"k;q;n;d;t;r\na;1;" + digits)
    yield Hostile("announced rows", "f.sav", _announcing_rows(folder))


def _in_last_row(cell: bytes) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        head, mark, tail = xml.rpartition(b"</row>")
        return head + cell + mark + tail

    return change


def _announcing_rows(folder: Path) -> bytes:
    """Return an SPSS file whose header announces two thousand million cases."""
    raw = bytearray(_by_path(folder, lambda p: pyreadstat.write_sav(answers(), p), "rows.sav"))
    raw[80:84] = (2_000_000_000).to_bytes(4, "little")
    return bytes(raw)


def hostile(folder: Path, size: int, seed: int = SEED) -> Iterator[Hostile]:
    """Yield ``size`` hostile files: those built to harm, every kind under the others' names, the rest mutated."""
    rng = np.random.default_rng(seed)
    honest = intact(folder)
    count = 0
    for case in built(folder):
        count += 1
        yield case
    names = list(honest)
    for i, name in enumerate(names):
        for shift in (1, 3, 7):
            count += 1
            other = names[(i + shift) % len(names)]
            yield Hostile(f"{name} in disguise", other, honest[name])
    while count < size:
        name = names[count % len(names)]
        count += 1
        inside = name.endswith((".xlsx", ".xlsb", ".ods", ".zip")) and rng.random() < 0.6
        what, raw = (repacked if inside else mutated)(honest[name], rng)
        if name.endswith(".gz") and rng.random() < 0.5:
            what, raw = mutated(gzip.decompress(honest[name]), rng)
            raw = gzip.compress(raw)
        yield Hostile(what, name, raw, {"decimal": ","} if name.endswith((".csv", ".tsv", ".gz")) else {})
