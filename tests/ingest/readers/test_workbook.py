"""Workbooks: the right sheet, the right header row, rows with their own numbers; harmful packages refused."""

from __future__ import annotations

import datetime as dt
import io
import multiprocessing
import re
import resource
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.received import Received, choose_columns, read_received
from pipeline.ingest.readers.workbook import header_order

WANTED = {"ID": "id", "AGE": "age"}


def read(path: Path, wanted: dict[str, str] | None = None, **spec: Any) -> Received:
    declared = FileSpec.model_validate({"path": path.name, **spec})
    choose = choose_columns(path.name, WANTED if wanted is None else wanted)
    return read_received(path, path.name, declared, choose)


def refused(path: Path, **spec: Any) -> Fault:
    with pytest.raises(Blocked) as caught:
        read(path, **spec)
    return caught.value.faults[0]


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def write(*sheets: tuple[str, list[list[Any]]], mac: bool = False) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        if mac:
            book.epoch = CALENDAR_MAC_1904
        for name, rows in sheets:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "f.xlsx"
        book.save(path)
        return path

    return write


Save = Callable[..., Path]


def test_title_and_filter_rows_above_the_header_are_skipped_and_reported(save: Save) -> None:
    rows = [
        ["Informations export"],
        ["Nom", "Total"],
        [],
        ["Filtres"],
        ["Période", "2006"],
        [],
        [None, "ID", "AGE", "Durée (min)", "Commune"],
        [None, "a", 34, "30-60", "Brest"],
        [],
        [None, "b", 35.5, 45, None],
    ]
    path = save(("Activités", rows))
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A1:E1")
    book.save(path)
    got = read(path, {**WANTED, "Durée (min)": "duration"})
    assert got.lines.tolist() == [8, 10]
    assert got.columns == ["ID", "AGE", "Durée (min)", "Commune"]
    assert got.table["AGE"].tolist() == [34, 35.5]
    # A range of minutes stays the text that somebody typed.
    assert got.table["Durée (min)"].tolist() == ["30-60", 45]
    assert [(n.kind, n.after) for n in got.notes] == [("header_row", "7")]


def test_the_sheet_that_holds_the_wanted_columns_is_read_and_told(save: Save) -> None:
    path = save(("Lisez-moi", [["Bonjour"], ["à lire"]]), ("Données", [["ID", "AGE"], ["a", 1]]), ("Vide", []))
    got = read(path)
    assert got.table["ID"].tolist() == ["a"]
    assert [(n.kind, n.after) for n in got.notes] == [("sheet", "Données")]
    assert got.documented.sheets == ["Lisez-moi", "Données", "Vide"]


def test_two_sheets_with_the_wanted_columns_are_not_chosen_between(save: Save) -> None:
    rows = [["ID", "AGE"], ["a", 1]]
    path = save(("2003", rows), ("2006", [["ID", "AGE"], ["b", 2]]))
    fault = refused(path)
    assert (fault.found, "sheet:" in str(fault.action)) == ("2003, 2006", True)
    assert read(path, sheet="2006").table["ID"].tolist() == ["b"]
    assert read(path, sheet=1).table["ID"].tolist() == ["a"]
    assert refused(path, sheet="2009").allowed == "2003, 2006"
    assert "no such sheet" in refused(path, sheet=3).problem


def test_an_absent_column_is_told_with_those_of_the_likely_header(save: Save) -> None:
    fault = refused(save(("x", [["Titre"], ["ID", "AGES"], ["a", 1]])))
    assert (fault.column, fault.found) == ("AGE", "near misses: AGES")


def test_a_header_that_names_a_column_twice_is_refused_with_its_row(save: Save) -> None:
    fault = refused(save(("x", [["Titre"], ["ID", "AGE", "AGE"], ["a", 1, 2]])))
    assert (fault.line, fault.column) == (2, "AGE")


def test_a_declared_header_row_is_the_only_one_looked_at(save: Save) -> None:
    path = save(("x", [["ID", "AGE"], ["ID", "AGE"], ["a", 1]]))
    assert read(path, header_row=2).lines.tolist() == [3]
    assert "header row is empty" in refused(path, header_row=9).problem


def test_cells_keep_their_kind(save: Save) -> None:
    rows = [["ID", "AGE"], ["007", 34.0], [True, "34"], [dt.date(2006, 11, 13), dt.time(9, 30)]]
    got = read(save(("x", rows)))
    assert got.table["ID"].tolist() == ["007", "true", pd.Timestamp("2006-11-13")]
    assert got.table["AGE"].tolist() == [34, "34", "09:30:00"]
    assert isinstance(got.table["AGE"][0], int)


@pytest.mark.parametrize("mac", [False, True])
def test_the_calendar_of_the_workbook_is_told(save: Save, mac: bool) -> None:
    day = dt.date(2006, 11, 13)
    got = read(save(("x", [["ID", "AGE"], [day, 38_000]]), mac=mac))
    assert got.day_zero == (dt.date(1904, 1, 1) if mac else dt.date(1899, 12, 30))
    assert got.table["ID"][0] == pd.Timestamp(day)


def test_a_row_outside_the_columns_of_the_header_is_reported(save: Save) -> None:
    got = read(save(("x", [["ID", "AGE"], ["a", 1], [None, None, "note en marge"], ["b", 2]])))
    assert (got.lines.tolist(), got.broken, got.n) == ([2, 4], [(3, "ragged_row")], 3)


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ([["Titre", None, None], ["a", "b", "c"], [1, 2, 3]], 1),
        ([["a", "b", "c"], ["x", "y", "z"], ["x", "y", "y"]], 0),
        ([["Total", 12], ["a", "b"], ["x", 1]], 1),
        ([["Nom", "Prénom"], ["a", "b", "c", "d", "e"], [1, 2, 3, 4, 5]], 1),
    ],
)
def test_the_header_is_the_first_row_of_names_as_wide_as_the_table(rows: list[list[Any]], first: int) -> None:
    assert header_order(rows)[0] == first


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in package.namelist():
            changed.writestr(name, change(package.read(name)) if name == part else package.read(name))
    path.write_bytes(out.getvalue())


SHEET = "xl/worksheets/sheet1.xml"


def formatted(last: int) -> Callable[[bytes], bytes]:
    """Return a change of a sheet that formats its empty rows down to ``last``."""
    rows = (b'<row r="%d" s="1"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (r, r, r) for r in range(3, last + 1))
    return lambda xml: xml.replace(b"</sheetData>", b"".join(rows) + b"</sheetData>")


def test_formatted_empty_rows_are_no_records(save: Save) -> None:
    path = save(("x", [["ID", "AGE"], ["a", 1]]))
    empty = b"".join(
        b'<row r="%d" s="1"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (r, r, r) for r in range(3, 5000)
    )
    with_part(path, SHEET, lambda xml: xml.replace(b"</sheetData>", empty + b"</sheetData>"))
    assert read(path).lines.tolist() == [2]


def measured(path: Path) -> tuple[list[int], float, int]:
    """Return the lines read from a workbook, the processor time (s) here, and the memory (kB) of the largest child."""
    start = time.process_time()
    lines = read(path).lines.tolist()
    return lines, time.process_time() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


@pytest.mark.slow
def test_an_excel_sheet_formatted_to_its_last_row_is_read_fast(save: Save) -> None:
    path = save(("x", [["ID", "AGE"], ["a", 1]]))
    with_part(path, SHEET, formatted(1_048_576))
    # A process of its own: this one remembers the children of the tests before.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        lines, spent, child = alone.submit(measured, path).result()
    assert lines == [2]
    # 0.6 s here; the native reader has its own limits of time (30 s) and memory (1 GB).
    assert spent < 5
    assert 0 < child < 1 << 20


def test_a_formula_that_was_never_computed_is_refused_with_its_cell(save: Save) -> None:
    fault = refused(save(("x", [["ID", "AGE"], ["a", "=1+1"]])))
    assert "B2" in str(fault.found)
    assert "formula" in fault.problem


def test_a_computed_formula_is_read_as_its_value(save: Save) -> None:
    path = save(("x", [["ID", "AGE"], ["a", "=1+1"]]))
    with_part(path, SHEET, lambda xml: re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", xml))
    assert read(path).table["AGE"].tolist() == [2]


def test_declared_entities_are_refused(save: Save) -> None:
    path = save(("x", [["ID", "AGE"], ["a", 1]]))
    with_part(path, SHEET, lambda xml: b'<!DOCTYPE x [<!ENTITY a "ha">]>' + xml)
    assert "entities" in refused(path).problem


def test_a_cell_at_the_end_of_the_sheet_cannot_fill_the_memory(save: Save) -> None:
    path = save(("x", [["ID", "AGE"], ["a", 1]]))
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with_part(path, SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    assert "damaged" in refused(path).problem
