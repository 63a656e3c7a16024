"""The round-trip matrix: every format, encoding and label style comes back identical after recoding.

One small table with accents, blanks, a refusal, decimals, dates, separators and quotation marks inside texts is
written in each format, its codes both as codes (Q) and as labels (QL), and read back through the instrument.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from pipeline.evaluation import FileSpec
from pipeline.ingest.readers.received import choose_columns, read_received
from pipeline.ingest.recode import STATUSES, recode
from pipeline.instrument import Instrument

SAS = Path(__file__).parents[2] / "reference" / "ingest" / "answers.sas7bdat.gz"
ANSWERS = pd.DataFrame(
    {
        "ID": ["Q1", "Q2", "Q3", "Q4", "Q5"],
        "Q": [1.0, 2.0, 9.0, np.nan, 1.0],
        "QL": ["Tout à fait", "Plutôt", "Refus", "", "Tout à fait"],
        "N": [1.5, 0.0, 2.25, np.nan, 1e6],
        "JOUR": pd.to_datetime(["2003-11-17", "2003-12-01", None, "2003-12-12", "2003-11-17"]),
        "TXT": ["Été à Ploërmel", "œuvre, 20 €", "", "a;b", '"dit-il"'],
    }
)
#: Portable SPSS files hold plain letters only when pyreadstat writes them.
PLAIN = {"à": "a", "é": "e", "ô": "o", "É": "E", "ë": "e", "œ": "oe", "€": "EUR"}
CODES = {1: {"fr": "Tout à fait", "en": "Tout a fait"}, 2: {"fr": "Plutôt", "en": "Plutot"}}
INSTRUMENT = Instrument.model_validate(
    {
        "name": "i",
        "title": {"fr": "i"},
        "questions": [
            {"wording": {"fr": q["name"]}, **q}
            for q in (
                {"name": "id", "type": "key", "column": "ID"},
                {"name": "q", "type": "single", "column": "Q", "codes": CODES, "missing": {9: "refused"}},
                {"name": "ql", "type": "single", "column": "QL", "codes": CODES, "missing": {"Refus": "refused"}},
                {"name": "n", "type": "number", "column": "N"},
                {"name": "day", "type": "date", "column": "JOUR"},
                {"name": "txt", "type": "text", "column": "TXT"},
            )
        ],
    }
)
CLEAN = pd.DataFrame(
    {
        "id": ANSWERS["ID"],
        "q": pd.array([1, 2, None, None, 1], dtype="Int64"),
        "ql": pd.array([1, 2, None, None, 1], dtype="Int64"),
        "n": pd.array([1.5, 0.0, 2.25, None, 1e6], dtype="Float64"),
        "day": ANSWERS["JOUR"].astype("datetime64[us]"),
        "txt": pd.array(["Été à Ploërmel", "œuvre, 20 €", None, "a;b", '"dit-il"'], dtype="str"),
    }
)
STATUS = {"q": ["answered", "answered", "refused", "no_answer", "answered"]}
STATUS["ql"] = STATUS["q"]


def read_back(path: Path, **spec: Any) -> tuple[pd.DataFrame, dict[str, list[str]], list[int]]:
    declared = FileSpec(path=path.name, **spec)
    wanted = {str(c): q.name for q in INSTRUMENT.questions for c in q.columns(None).values()}
    received = read_received(path, path.name, declared, choose_columns(path.name, wanted))
    recoded = recode(INSTRUMENT, None, received, declared.decimal)
    table = pd.DataFrame({name: series for r in recoded.values() for name, series in r.clean.items()})
    status = {name: [STATUSES[s] for s in recoded[name].status] for name in STATUS}
    return table, status, received.lines.tolist()


def text(encoding: str, separator: str, decimal: str, end: str = "\n") -> Callable[[Path], object]:
    def write(path: Path) -> None:
        out = io.StringIO(newline="")
        dates = ANSWERS["JOUR"].dt.strftime("%d/%m/%Y" if decimal == "," else "%Y-%m-%d")
        ANSWERS.assign(JOUR=dates).to_csv(out, sep=separator, decimal=decimal, index=False, lineterminator=end)
        path.write_bytes(out.getvalue().encode(encoding))

    return write


def sav(path: Path, **more: Any) -> None:
    labels = {"Q": {1: "Tout à fait", 2: "Plutôt", 9: "Refus"}}
    pyreadstat.write_sav(ANSWERS, path, variable_value_labels=labels, variable_format={"JOUR": "DATE10"}, **more)


def por(path: Path) -> None:
    texts = {c: ANSWERS[c].replace(PLAIN, regex=True) for c in ("QL", "TXT")}
    pyreadstat.write_por(ANSWERS.assign(**texts), path, variable_format={"JOUR": "DATE10"})


def dta(version: int) -> Callable[[Path], object]:
    labels = {"Q": {1: "Tout à fait", 2: "Plutôt"}}
    table = ANSWERS.assign(Q=ANSWERS["Q"].astype("Int32"), JOUR=ANSWERS["JOUR"].dt.date)
    return lambda path: pyreadstat.write_dta(table, path, variable_value_labels=labels, version=version)


def xpt(path: Path) -> None:
    pyreadstat.write_xport(ANSWERS, path, file_format_version=8)


def xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(ANSWERS))
    for row in ANSWERS.itertuples(index=False):
        sheet.append([None if pd.isna(v) or v == "" else v for v in row])
    book.save(path)


def ods(path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Feuille1")
    for row in [list(ANSWERS), *ANSWERS.itertuples(index=False)]:
        line = TableRow()
        for value in row:
            line.addElement(_ods_cell(value))
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


def _ods_cell(value: Any) -> Any:
    if pd.isna(value) or value == "":
        return TableCell()
    if isinstance(value, pd.Timestamp):
        cell = TableCell(valuetype="date", datevalue=value.date().isoformat())
    elif isinstance(value, float):
        cell = TableCell(valuetype="float", value=repr(value))
    else:
        cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


def gzipped(write: Callable[[Path], object]) -> Callable[[Path], object]:
    def pack(path: Path) -> None:
        plain = path.with_suffix("")
        write(plain)
        path.write_bytes(gzip.compress(plain.read_bytes()))

    return pack


def zipped(write: Callable[[Path], object], member: str) -> Callable[[Path], object]:
    def pack(path: Path) -> None:
        plain = path.parent / member
        write(plain)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, f"envoi/{member}")
            archive.writestr("__MACOSX/envoi/._x", b"litter")

    return pack


CSV = {"separator": ";", "decimal": ","}
MATRIX: list[tuple[str, Callable[[Path], object], dict[str, str]]] = [
    *(
        (f"{encoding}.csv", text(encoding, ";", ","), {"encoding": encoding, **CSV})
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16")
    ),
    *(
        (f"found-{encoding}.csv", text(encoding, ";", ","), {})
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le")
    ),
    ("points.csv", text("utf-8", ",", "."), {}),
    ("tabs.tsv", text("utf-8", "\t", ".", "\r\n"), {}),
    ("bars.txt", text("cp1252", "|", ","), {"encoding": "cp1252", "separator": "|"}),
    ("f.sav", sav, {}),
    ("f.zsav", lambda path: sav(path, compress=True), {}),
    ("f.por", por, {}),
    ("f12.dta", dta(12), {"encoding": "utf-8"}),
    ("f15.dta", dta(15), {}),
    ("f.xpt", xpt, {}),
    ("f.sas7bdat", lambda path: path.write_bytes(gzip.decompress(SAS.read_bytes())), {}),
    ("f.xlsx", xlsx, {}),
    ("f.ods", ods, {}),
    ("f.parquet", lambda path: ANSWERS.to_parquet(path), {}),
    ("f.csv.gz", gzipped(text("cp1252", ";", ",")), {"encoding": "cp1252"}),
    ("f.sav.gz", gzipped(sav), {}),
    ("csv.zip", zipped(text("utf-8", ";", ","), "f.csv"), {}),
    ("xlsx.zip", zipped(xlsx, "f.xlsx"), {"member": "envoi/f.xlsx"}),
    ("parquet.zip", zipped(lambda path: ANSWERS.to_parquet(path), "f.parquet"), {}),
]


@pytest.mark.parametrize(("name", "write", "spec"), MATRIX, ids=[name for name, _, _ in MATRIX])
def test_answers_come_back_identical(
    tmp_path: Path, name: str, write: Callable[[Path], object], spec: dict[str, str]
) -> None:
    write(tmp_path / name)
    table, status, lines = read_back(tmp_path / name, **spec)
    plain = CLEAN.assign(txt=CLEAN["txt"].replace(PLAIN, regex=True))
    pd.testing.assert_frame_equal(table, plain if name == "f.por" else CLEAN)
    assert status == STATUS
    first = 2 if any(part in name for part in ("csv", "tsv", "txt", "xlsx", "ods")) else 1
    assert lines == list(range(first, first + len(ANSWERS)))
