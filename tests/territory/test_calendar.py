"""Calendars: the days that decrees and almanacs give, and years that no calendar holds."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import TerritoryError
from pipeline.territory import month_calendar, open_days, public_holidays, school_holidays


def test_public_holidays_follow_easter_and_the_day_of_solidarity() -> None:
    found = {str(d.date()) for d in public_holidays([2003, 2006])}
    # Easter Monday 21 April 2003 and 17 April 2006; Whit Monday a holiday in 2003, a working day in 2006.
    assert {"2003-04-21", "2006-04-17", "2003-06-09", "2003-11-11"} <= found
    assert "2006-06-05" not in found
    assert len(found) == 11 + 10


def test_the_zone_of_brittany_changed_in_2015() -> None:
    rennes = school_holidays([2014, 2016], "53")
    a, b = school_holidays([2014, 2016], "A"), school_holidays([2014, 2016], "B")
    # Winter holidays of 2016 in zone B: 6 to 21 February.
    assert list(rennes[rennes.year == 2014]) == list(a[a.year == 2014])
    assert list(rennes[rennes.year == 2016]) == list(b[b.year == 2016])
    assert pd.Timestamp("2016-02-08") in rennes
    assert pd.Timestamp("2016-02-08") in b
    assert pd.Timestamp("2016-02-08") not in a


def test_open_days_of_november_2003_leave_out_sundays_and_two_holidays() -> None:
    # 25 days from Monday to Saturday, of which 1 (All Saints) and 11 November.
    days = open_days("2003-11")
    assert len(days) == 23
    assert pd.Timestamp("2003-11-11") not in days


def test_the_calendar_of_a_month_adds_up() -> None:
    table = month_calendar(["2003-08", "2003-11"], "rennes").set_index("month")
    assert table.loc["2003-11"].tolist() == [30, 23, 2, 0]
    # School began again on 3 November 2003.
    # The whole of August lies in the summer holidays; 15 August fell on a Friday.
    assert table.loc["2003-08", "school_holidays"] == table.loc["2003-08", "open_days"] == 25


@pytest.mark.parametrize("year", [1990, 2028])
def test_years_that_the_calendar_holds_in_part_are_refused_with_its_range(year: int) -> None:
    with pytest.raises(TerritoryError, match="1991 to 2027"):
        school_holidays([year], "A")


@pytest.mark.parametrize("call", [lambda: school_holidays([2003], "D"), lambda: open_days("2003-13")])
def test_unknown_zones_and_months_end_in_one_message(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TerritoryError, match="allowed"):
        call()
