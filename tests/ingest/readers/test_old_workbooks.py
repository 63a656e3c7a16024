"""Workbooks of before 2007 (.xls) and binary ones (.xlsb) come back as the .xlsx of the same table does."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.received import Received, choose_columns, read_received

from ..binary_workbook import binary_workbook
from ..hostile_files import XLS, answers, binary_answers

NAMES = {c: c for c in answers()}


def read(folder: Path, name: str, raw: bytes) -> Received:
    (folder / name).write_bytes(raw)
    return read_received(folder / name, name, FileSpec(path=name), choose_columns(name, NAMES))


def test_an_old_workbook_comes_back_with_dates_accents_and_row_numbers(tmp_path: Path) -> None:
    received = read(tmp_path, "f.xls", gzip.decompress(XLS.read_bytes()))
    expected = answers()
    assert received.format == "xls"
    assert list(received.lines) == list(range(3, 43))
    assert received.table["k"].tolist() == expected["k"].tolist()
    assert received.table["t"].fillna("").tolist() == expected["t"].tolist()
    assert pd.to_datetime(received.table["d"]).tolist() == expected["d"].tolist()
    for name in ("q", "n", "r"):
        assert received.table[name].astype(float).tolist() == expected[name].tolist()
    assert {n.kind for n in received.notes} == {"sheet", "header_row"}


def test_a_binary_workbook_comes_back_whole(tmp_path: Path) -> None:
    received = read(tmp_path, "f.xlsb", binary_answers())
    expected = answers()
    assert received.format == "xlsb"
    assert received.table["t"].fillna("").tolist() == expected["t"].tolist()
    assert received.table["n"].astype(float).tolist() == expected["n"].tolist()
    assert list(received.lines) == list(range(2, 42))


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("f.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "no workbook"),
        ("f.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(99), "password"),
        ("f.xlsx", gzip.decompress(XLS.read_bytes()), "before 2007"),
        ("f.xls", binary_answers(), "binary Excel workbook"),
        ("f.xls", gzip.decompress(XLS.read_bytes())[:900], ""),
    ],
)
def test_what_is_no_such_workbook_is_one_message(name: str, raw: bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(Blocked) as refused:
        read(tmp_path, name, raw)
    assert told in str(refused.value.faults[0])


def failed(received: Received) -> list[str]:
    return [n.said for n in received.notes if n.kind == "cell_errors"]


def test_failed_formulas_of_a_binary_workbook_are_told_and_missing(tmp_path: Path) -> None:
    names = list("kqndtr")
    cells = {3: "#REF!", 5: "#N/A"}
    rows = [names, *([i, 1, cells.get(i, 20 + i), i, "oui", i] for i in range(1, 8))]
    received = read(tmp_path, "f.xlsb", binary_workbook(rows))
    assert received.table["n"].isna().tolist() == [False, False, True, False, True, False, False]
    assert failed(received) == [
        "'n': 2 cell(s) hold a formula that failed (#REF!, #N/A; the first in row 4), read as missing"
    ]


def test_failed_formulas_of_a_workbook_of_before_2007_are_told_and_missing(tmp_path: Path) -> None:
    raw = gzip.decompress(XLS.read_bytes())
    [*_, at] = [m.start() for m in re.finditer(rb"\xbd\x00([\x0c-\x40])\x00", raw)]
    end = at + 4 + raw[at + 2]
    # a record of several numbers makes room for an error of 8 bytes and one that no reader knows
    error = bytes([0x05, 0x02, 8, 0]) + raw[at + 4 : at + 10] + bytes([0x17, 1])
    error += bytes([0x61, 0x01, end - at - 16, 0]) + bytes(end - at - 16)
    received = read(tmp_path, "f.xls", raw[:at] + error + raw[end:])
    [told] = failed(received)
    assert "1 cell(s) hold a formula that failed (#REF!" in told
    assert failed(read(tmp_path, "g.xls", raw)) == []
