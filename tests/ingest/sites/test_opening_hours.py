"""Opening hours: rules with holidays, hours a week, and texts that are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.ingest import read_sources
from pipeline.ingest.sites.opening_hours import Holidays, hours_by_month, readable, with_dates
from pipeline.territory import public_holidays, school_holidays

from ..conftest import Make, question

MONTHS = pd.period_range("2003-11", "2003-12", freq="M")
HOLIDAYS = Holidays(public_holidays([2003]), school_holidays([2003], "A"))
NAT = pd.NaT


def _hours(text: str | None, week: float = np.nan, opened: object = NAT, closed: object = NAT) -> pd.DataFrame:
    table = hours_by_month([text], [week], [opened], [closed], ["A"], MONTHS, HOLIDAYS)  # type: ignore[list-item]
    return table.set_index("month")


def test_public_holidays_close_a_space_in_every_year() -> None:
    # November 2003 has 20 days from Monday to Friday; 11 November, a Tuesday, is a holiday (1 November a Saturday).
    assert _hours("Mo-Fr 09:00-12:00").loc["2003-11", ["hours", "open_days"]].tolist() == [60, 20]
    assert _hours("Mo-Fr 09:00-12:00; PH off").loc["2003-11", ["hours", "open_days"]].tolist() == [57, 19]


def test_school_holidays_have_hours_of_their_own() -> None:
    # Christmas holidays from 20 December 2003: 8 days from Monday to Friday are left, and 15 before them.
    found = _hours("Mo-Fr 16:00-18:00; SH Mo-Fr 10:00-12:00,14:00-18:00; PH off")
    assert found.loc["2003-12", "hours"] == 15 * 2 + 7 * 6


def test_a_holiday_among_weekdays_is_a_day_like_them() -> None:
    assert with_dates("Mo-Fr,PH 09:00-12:00", HOLIDAYS) is not None
    # The Tuesday is counted once, and Saturday 1 November is added.
    assert _hours("Mo-Fr,PH 09:00-12:00").loc["2003-11", "hours"] == 63


def test_hours_a_week_count_the_days_on_which_the_space_existed() -> None:
    found = _hours(None, 14.0, pd.Timestamp("2003-11-16"), pd.Timestamp("2003-12-10"))
    assert found["hours"].tolist() == [30.0, 20.0]
    assert set(found["basis"]) == {"hours_week"}
    closed_before = hours_by_month(["24/7"], [1.0], [NAT], [pd.Timestamp("2003-01-01")], ["A"], MONTHS, HOLIDAYS)
    assert closed_before.empty


def test_unreadable_rules_fall_to_the_hours_a_week_and_say_so() -> None:
    assert _hours("lundi matin", 7.0)["basis"].unique().tolist() == ["hours_week"]
    assert _hours("lundi matin").empty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo-Fr 09:00-12:00,14:00-17:00; PH off", True),
        ("24/7", True),
        ("lundi 9h", False),
        ("PH -1 day off", False),
        (";", False),
    ],
)
def test_the_syntax_is_recognised(text: str, expected: bool) -> None:
    assert readable(text) is expected


def test_one_unreadable_entry_is_flagged_and_the_register_still_comes_in(make: Make) -> None:
    register = [
        question("id", "key", role="site", required=True),
        question("open", "text", role="opening_hours", column="horaires"),
    ]
    counts = [
        question("space", "key", role="site"),
        question("month", "month", role="month"),
        question("band", "text", role="age_band"),
        question("what", "text", role="activity"),
        question("visits", "count", role="visits"),
    ]
    text = 'id,horaires\nA,"Mo-Fr 09:00-12:00; PH off"\nB,ouvert le matin\nC,\n'
    more = {"register": ({"kind": "sites", "files": {"all": {"path": "r.csv"}}}, register, text)}
    evaluation = make(
        counts,
        "space,month,band,what,visits\nA,2003-11,15-24,open,3\n",
        source={"kind": "attendance", "files": {"all": {"path": "users.csv"}}},
        more=more,
    )
    read = read_sources(evaluation)
    assert len(read.clean["register"]) == 3
    flagged = read.failures[read.failures["reason"] == "unreadable_hours"]
    assert flagged[["line", "severity"]].to_numpy().tolist() == [[3, "flag"]]
    assert read.tables["hours"][["site_id", "month", "hours"]].to_numpy().tolist() == [["A", "2003-11", 57.0]]
