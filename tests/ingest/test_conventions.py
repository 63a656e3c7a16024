"""How a file writes numbers and dates: declared, or found out from values that leave no doubt, and reported."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pipeline.ingest.conventions import date_order, decimal_mark, serial_dates
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
