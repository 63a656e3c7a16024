"""How a file writes numbers and dates: declared, or found out from values that leave no doubt, and reported."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pipeline.errors import IngestError
from pipeline.ingest.conventions import date_order, decimal_mark, marks, serial_dates, swapped_note
from pipeline.ingest.stage import read_sources
from pipeline.ingest.values import distinct

from .conftest import Make, question


def values(*cells: object) -> Any:
    return distinct(pd.Series(list(cells), dtype=object))


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["13/11/2006", "01/12/2006"], "dmy"),
        (["11/13/2006", "12/01/2006"], "mdy"),
        (["11/12/2006"], "dmy"),
        (["13/11/2006", "11/13/2006"], "dmy"),
        (["2006-11-13"], "dmy"),
    ],
)
def test_only_days_above_twelve_decide_against_the_french_order(cells: list[str], order: str) -> None:
    assert date_order(values(*cells)) == order


def test_a_number_whose_thousands_are_parted_by_blanks_shows_its_decimal_mark() -> None:
    assert marks(values(1000.5, "2 001,50", "12 345,5")).decimal == ","
    assert marks(values("-2 001.50", "902")) == marks(values("-2001.50", "902"))


TRUE = [pd.Timestamp(2006, month, 11) for month in (5, 6, 7)]
TYPED = ["13/11/2006", "14/11/2006", "30/11/2006"]


@pytest.mark.parametrize(
    ("cells", "warned"),
    [
        ([*TRUE, *TYPED], True),
        (["2006-05-11", "2006-06-11", "2006-07-11", *TYPED], True),
        ([*TRUE, "11/13/2006", "11/14/2006", "11/30/2006"], True),
        ([*TRUE, pd.Timestamp(2006, 5, 28), *TYPED], False),
        ([*TRUE, *TYPED, "05/11/2006"], False),
        (TRUE, False),
        (TYPED, False),
    ],
)
def test_day_and_month_that_a_spreadsheet_swapped_are_warned_of(cells: list[object], warned: bool) -> None:
    notes = swapped_note("visite", values(*cells))
    assert [n.after for n in notes] == (["2006-11-05"] if warned else [])


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,5", "2", ""], ","),
        (["1,5", "2.5"], None),
        (["1,234", "12,345"], None),
        (["1,234", "12,3"], ","),
        (["0,125"], ","),
        (["12", "x"], None),
    ],
)
def test_a_comma_is_a_decimal_mark_where_it_can_be_nothing_else(cells: list[str], mark: str | None) -> None:
    assert decimal_mark(values(*cells)) == mark


def test_numbers_of_a_spreadsheet_are_dates_years_are_not() -> None:
    zero = dt.date(1899, 12, 30)
    found, n = serial_dates(values(39034, 39034.75, 2006, "39034", 12), zero)
    day = pd.Timestamp("2006-11-13")
    assert (found.values, n) == ([day, day, 2006, "39034", 12], 2)
    assert serial_dates(values(39034), None)[1] == 0


QUESTIONS = [question("d", "date"), question("n", "number")]


def test_undeclared_conventions_are_reported_as_decisions(make: Make) -> None:
    evaluation = make(QUESTIONS, "d;n\n11/13/2006;1,5\n12/01/2006;2\n")
    ingested = read_sources(evaluation)
    assert ingested.clean["users"]["d"].dt.strftime("%F").tolist() == ["2006-11-13", "2006-12-01"]
    assert ingested.clean["users"]["n"].tolist() == [1.5, 2.0]
    decided = set(ingested.decisions[["kind", "key"]].itertuples(index=False, name=None))
    assert {("date_order", "d"), ("decimal", "n"), ("encoding", ""), ("separator", "")} <= decided


def test_declared_conventions_are_held_to_and_not_reported(make: Make) -> None:
    spec = {"date_order": "mdy", "decimal": ",", "encoding": "utf-8", "separator": ";"}
    ingested = read_sources(make(QUESTIONS, "d;n\n11/12/2006;1,5\n12/01/2006;2\n", file=spec))
    assert ingested.clean["users"]["d"].dt.strftime("%F").tolist() == ["2006-11-12", "2006-12-01"]
    assert not ingested.decisions["kind"].isin(["date_order", "decimal", "encoding", "separator"]).any()


def test_a_numeric_cell_stands_for_the_date_of_a_date_question(make: Make, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["d", "n"], [39034, 39034], [dt.date(2006, 11, 14), 2.5]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    raw = (tmp_path / "f.xlsx").read_bytes()
    ingested = read_sources(make(QUESTIONS, raw, file={"path": "f.xlsx"}))
    assert ingested.clean["users"]["d"].dt.strftime("%F").tolist() == ["2006-11-13", "2006-11-14"]
    assert ingested.clean["users"]["n"].tolist() == [39034.0, 2.5]
    assert "serial_date" in ingested.decisions["kind"].tolist()


@pytest.mark.parametrize(
    ("cells", "decimal", "thousands", "doubt"),
    [
        (["1.000", "902"], None, None, "1.000"),
        (["2,050", "600"], None, None, "2,050"),
        (["12.345,67", "1.000"], ",", ".", None),
        (["12,345.67", "1,000"], None, ",", None),
        (["1.234.567", "1.000"], None, ".", None),
        (["1.250", "0.125"], None, None, None),
        (["1,250", "12,5"], ",", None, None),
        (["1,250", "12.5"], None, ",", None),
        (["1234.567"], None, None, None),
        (["1 000", "902"], None, None, None),
    ],
)
def test_marks_are_settled_by_the_column_or_doubtful(
    cells: list[str], decimal: str | None, thousands: str | None, doubt: str | None
) -> None:
    found = marks(values(*cells))
    assert (found.decimal, found.thousands, found.doubt) == (decimal, thousands, doubt)


@pytest.mark.parametrize("text", ["1.000", "2,050"])
def test_a_number_of_two_readings_stops_and_either_advice_settles_it(make: Make, text: str) -> None:
    mark = text[1]
    content = f"n;m\n{text};1\n902;2\n"
    with pytest.raises(IngestError) as stopped:
        read_sources(make([question("n", "number")], content))
    assert f'thousands: "{mark}"' in str(stopped.value)
    assert "users.csv:2, column 'n'" in str(stopped.value)
    as_thousands = read_sources(make([question("n", "number")], content, file={"thousands": mark}))
    assert as_thousands.clean["users"]["n"].tolist() == [float(text.replace(mark, "")), 902.0]
    as_decimals = read_sources(make([question("n", "number")], content, file={"decimal": mark}))
    assert as_decimals.clean["users"]["n"].tolist() == [float(text.replace(mark, ".")), 902.0]


@pytest.mark.parametrize("parted", ["1 234", "1\u202f234", "1\u00a0234", "1'234", "1’234"])
def test_blanks_and_apostrophes_part_thousands_only(make: Make, parted: str) -> None:
    evaluation = make([question("n", "number")], f"n;m\n{parted};1\n" + "5;1\n" * 30 + "12 34;1\n")
    ingested = read_sources(evaluation)
    assert ingested.clean["users"]["n"].tolist()[0] == 1234
    assert ingested.quarantine["users"]["reasons"].tolist() == ["not_a_number"]
