"""No text of a CSV file is run as a formula, and any text may name a sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.publish.annex.spreadsheet import safe, sheet_name


@pytest.mark.parametrize("text", ["=1+1", "+33 x", "-cmd|' /C calc'!A0", "@SUM(A1)", " =1", '=HYPERLINK("http://a")'])
def test_a_text_that_would_be_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text.strip()}"


@pytest.mark.parametrize("text", ["-5", "+3,2", "2,5", "CDI/CDD", "oui", "", "60+"])
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


def test_any_text_names_a_sheet_and_no_two_have_one_name(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for text in ("CDI/CDD ?", "CDI:CDD *", "[x]\\y", "''", "", "\t\n", "Très long " * 9, "Très long " * 9, "É"):
        taken = [sheet.get_name() for sheet in book.worksheets()]
        book.add_worksheet(sheet_name(text, taken))
    book.close()
    assert len({s.get_name().lower() for s in book.worksheets()}) == 9
