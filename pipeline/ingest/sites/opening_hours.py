"""Opening hours a space and month: from the OpenStreetMap `opening_hours` of the register, or from its hours a week.

Public holidays (PH) and school holidays (SH) are put in as dates of the project's own calendar before a rule is read:
the reader of the syntax knows French public holidays of some years only, and school holidays of none.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLUMNS = ["site_id", "month", "hours", "open_days", "basis"]
_DAYS = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_ALONE = re.compile(r"(?:PH|SH)(?:\s*,\s*(?:PH|SH))*(?=\s|$)")
_AMONG = re.compile(rf"({_DAYS}(?:\s*[-,]\s*{_DAYS})*)\s*,\s*(PH|SH)(?=\s|$)")


@dataclass(frozen=True)
class Holidays:
    """Days of public and school holidays of the years looked at."""

    public: pd.DatetimeIndex
    school: pd.DatetimeIndex

    def dates(self, names: str) -> str:
        """Return the days of `PH`, `SH` or both as date ranges of the syntax."""
        days = pd.DatetimeIndex([])
        if "PH" in names:
            days = days.union(self.public)
        if "SH" in names:
            days = days.union(self.school)
        ordinals = np.array([d.toordinal() for d in days])
        starts = np.flatnonzero(np.diff(ordinals, prepend=-9) != 1)
        ends = [*(starts[1:] - 1), len(days) - 1]
        spans = [(days[int(a)], days[int(b)]) for a, b in zip(starts, ends, strict=True)]
        return ",".join(_day(a) if a == b else f"{_day(a)}-{_day(b)}" for a, b in spans)


def _day(day: pd.Timestamp) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.year} {months[day.month - 1]} {day.day:02d}"


def with_dates(text: str, holidays: Holidays) -> str | None:
    """Return the rules with PH and SH as dates; None where they stand as no date list can (`PH -1 day`)."""
    if re.search(r"\b(?:PH|SH)\s*[+-]\s*\d", text):
        return None
    rules: list[str] = []
    for rule in (r.strip() for r in text.split(";")):
        if found := _ALONE.match(rule):
            rules.append(f"{holidays.dates(found[0])} {rule[found.end() :].strip()}")
        elif found := _AMONG.match(rule):
            rest = rule[found.end() :].strip()
            rules += [f"{found[1]} {rest}", f"{holidays.dates(found[2])} {rest}"]
        elif rule:
            rules.append(rule)
    if any(re.search(r"\b(?:PH|SH)\b", r) for r in rules):
        return None
    return "; ".join(rules)


def readable(text: str) -> bool:
    """Return whether a text is in the syntax."""
    return _parsed(text, Holidays(pd.DatetimeIndex(["2003-05-01"]), pd.DatetimeIndex(["2003-07-14"]))) is not None


def _parsed(text: str, holidays: Holidays) -> object | None:
    import opening_hours

    dated = with_dates(text, holidays)
    if not dated:
        return None
    try:
        return opening_hours.OpeningHours(dated)
    except (opening_hours.ParserError, ValueError):  # type: ignore[attr-defined]
        return None


def hours_by_month(
    texts: Sequence[str | None],
    weekly: Sequence[float],
    opened: Sequence[pd.Timestamp],
    closed: Sequence[pd.Timestamp],
    sites: Sequence[str],
    months: pd.PeriodIndex,
    holidays: Holidays,
) -> pd.DataFrame:
    """Return hours and days open of each space and month.

    Where the rules cannot be read or are not given, hours a week stand for them: hours / 7 for each day of the month,
    holidays not taken out (``basis`` says which). Days before the opening and after the closing do not count; months in
    which a space was not open are left out, and spaces of which nothing is known.

    Parameters
    ----------
    texts : `opening_hours` of each space, None where not given; weekly : hours a week, NaN where not given.
    opened, closed : first and last day of each space, NaT where not known.
    """
    rows: list[tuple[str, str, float, float, str]] = []
    first, last = months[0].start_time, months[-1].end_time.normalize()
    names = [str(m) for m in months]
    starts = months.start_time.to_numpy().astype("datetime64[D]")
    ends = months.end_time.to_numpy().astype("datetime64[D]")
    for site, text, week, start, end in zip(sites, texts, weekly, opened, closed, strict=True):
        begin = first if pd.isna(start) else max(first, start)
        stop = last if pd.isna(end) else min(last, end)
        if begin > stop:
            continue
        rules = _parsed(text, holidays) if text else None
        if rules is not None:
            found = _by_rules(rules, begin, stop)
            rows += [(site, month, hours, days, "opening_hours") for month, (hours, days) in found.items()]
        elif not np.isnan(week):
            each = _by_week(week, begin, stop, starts, ends)
            rows += [(site, names[i], hours, np.nan, "hours_week") for i, hours in each]
    return pd.DataFrame(rows, columns=COLUMNS)


def _by_rules(rules: object, begin: pd.Timestamp, stop: pd.Timestamp) -> dict[str, tuple[float, float]]:
    after = (stop + pd.Timedelta(days=1)).to_pydatetime()
    hours: dict[str, float] = {str(p): 0.0 for p in pd.period_range(begin, stop, freq="M")}
    days: dict[str, set[dt.date]] = {m: set() for m in hours}
    for start, end, state, _ in rules.intervals(begin.to_pydatetime(), after):  # type: ignore[attr-defined]
        if str(state) != "open":
            continue
        for a, b in itertools.pairwise(_cut(start, min(end or after, after))):
            month = f"{a:%Y-%m}"
            hours[month] += (b - a).total_seconds() / 3600
            days[month].add(a.date())
    return {m: (round(h, 4), float(len(days[m]))) for m, h in hours.items()}


def _cut(start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
    """Return the ends of the pieces of an interval that lie within one day each."""
    midnights = pd.date_range(start.date() + dt.timedelta(days=1), end, freq="D").to_pydatetime().tolist()
    return [start, *(m for m in midnights if start < m < end), end]


def _by_week(
    week: float, begin: pd.Timestamp, stop: pd.Timestamp, starts: np.ndarray, ends: np.ndarray
) -> list[tuple[int, float]]:
    """Return the months (positions) with a day from ``begin`` to ``stop``, and their hours at ``week`` hours a week."""
    first, last = np.datetime64(begin, "D"), np.datetime64(stop, "D")
    days = (np.minimum(ends, last) - np.maximum(starts, first)).astype(int) + 1
    return [(int(i), round(week / 7 * int(days[i]), 4)) for i in np.flatnonzero(days > 0)]
