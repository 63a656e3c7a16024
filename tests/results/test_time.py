"""A wave's name is only a name: its place is the declared one; a period's place is that of the calendar."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from pipeline.errors import ResultsError
from pipeline.results import Result, frame, listed
from pipeline.results.time import ends, from_to, in_order, latest, moments, orders, place, years

NAMES = (["avant", "après"], ["V9", "V10"], ["2006", "2003"])


def table(waves: list[str], periods: list[str] | None = None) -> pd.DataFrame:
    """Return rows of waves, then of periods, with their places."""
    rows = pd.DataFrame(
        {"wave": [*waves, *[""] * len(periods or [])], "period": [*[""] * len(waves), *(periods or [])]}
    )
    return rows.assign(time=rows["wave"].where(rows["wave"] != "", rows["period"]))


@pytest.mark.parametrize("declared", NAMES)
def test_waves_stand_in_their_declared_order_whatever_their_names(declared: list[str]) -> None:
    rows = table([declared[1], from_to(*declared), declared[0]])
    rows = rows.assign(order=orders(rows, declared))
    assert in_order(rows) == [*declared, from_to(*declared)]
    assert in_order(rows, spans=False) == declared
    assert latest(rows[~rows["time"].str.contains("..", regex=False)]) == declared[1]
    assert moments(rows) == (declared if declared != ["2006", "2003"] else ["2003", "2006"])


def test_periods_stand_in_the_calendar() -> None:
    rows = table([], ["2006-12-31", "2004", "2006", "2003..2006", "2004-02"])
    rows = rows.assign(order=orders(rows, []))
    assert in_order(rows) == ["2004", "2004-02", "2006", "2003..2006", "2006-12-31"]
    assert list(years("2003..2006")) == [2003, 2004, 2005, 2006]
    assert list(years("all")) == []


def test_a_way_to_the_same_wave_stands_by_where_it_starts() -> None:
    waves = ["V8", "V9", "V10"]
    assert place("V10", waves) < place("V8..V10", waves) < place("V9..V10", waves)
    assert ends("V8..V10") == ("V8", "V10")
    assert ends("V8") == ("V8", "V8")


def test_a_wave_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ResultsError, match="does not declare"):
        place("2009", ["2003", "2006"])


def test_results_are_listed_alike_whatever_the_waves_are_called() -> None:
    def made(first: str, last: str) -> pd.DataFrame:
        row = Result("a", "b", "share", "users", "region", "53", "share", "sample", 0.5)
        named = [dataclasses.replace(row, wave=w) for w in (last, f"{first}..{last}", first)]
        counted = dataclasses.replace(row, period="2006", population="visits")
        return listed(frame([*named, counted], waves=[first, last]))

    plain, other = made("2003", "2006"), made("V9", "V10")
    assert list(plain["result_id"]) == sorted(plain["result_id"])
    assert list(other["order"]) == list(plain["order"])
    assert list(other["wave"]) == ["V9..V10", "V9", "V10", ""]
