"""What a sheet says beside its values is told: formulas that failed, hidden rows and columns."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from pipeline.ingest.readers.cell_errors import is_error
from tests.ingest.readers.test_sheets import answers, read, saved, told


@pytest.mark.parametrize("text", ["#REF!", "#N/A", " #div/0! ", "#VALEUR!", "Err:502", "#NOM?"])
def test_what_a_failed_formula_shows_is_known(text: str) -> None:
    assert is_error(text)


@pytest.mark.parametrize("text", ["# 3", "#1", "Err", "erreur", "N/A", "#hashtag", "erreur: 404 pages"])
def test_answers_that_look_a_little_like_it_are_none(text: str) -> None:
    assert not is_error(text)


def test_failed_formulas_of_a_workbook_are_told_and_missing(tmp_path: Path) -> None:
    path = saved(tmp_path / "f.xlsx", R=answers(6))
    book = openpyxl.load_workbook(path)
    book["R"]["C4"], book["R"]["C6"] = "#N/A", "#REF!"
    assert book["R"]["C4"].data_type == "e"
    book.save(path)
    got = read(path)
    assert got.n == 6
    assert [v is None for v in got.table["Age"]] == [False, False, True, False, True, False]
    assert "'Age': 2 cell(s) hold a formula that failed (#N/A, #REF!; the first in row 4)" in told(got)


def _cell(value: str | int) -> TableCell:
    """Return a cell as LibreOffice writes it; a text that begins with # is what a failed formula shows."""
    if isinstance(value, int):
        cell = TableCell(valuetype="float", value=value)
    elif value.startswith("#"):
        cell = TableCell(valuetype="string", stringvalue="")
        cell.setAttrNS("urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "value-type", "error")
    else:
        cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


def test_failed_formulas_of_an_open_document_are_told(tmp_path: Path) -> None:
    book, sheet = OpenDocumentSpreadsheet(), Table(name="R")
    for row in [["id", "age"], [1, 20], [2, "#REF!"], [3, 22], [4, 23]]:
        line = TableRow()
        for value in row:
            line.addElement(_cell(value))
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(tmp_path / "f.ods"))
    got = read(tmp_path / "f.ods")
    assert got.table["age"].isna().tolist() == [False, True, False, False]
    assert "'age': 1 cell(s) hold a formula that failed (#REF!" in told(got)


def test_failed_formulas_pasted_into_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("id;age\n1;20\n2;#DIV/0!\n3;22\n", encoding="utf-8")
    got = read(tmp_path / "f.csv")
    assert got.table["age"].isna().tolist() == [False, True, False]
    assert "#DIV/0!; the first in row 3" in told(got)


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "f.xlsx", R=answers(6))
    book = openpyxl.load_workbook(path)
    book["R"].row_dimensions[3].hidden = True
    book["R"].column_dimensions["D"].hidden = True
    book.save(path)
    got = read(path)
    assert got.n == 6
    assert "1 hidden rows of 'R', read like the others: 3" in told(got)
    assert "hidden columns of 'R', read like the others: Avis" in told(got)
