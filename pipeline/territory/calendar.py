"""Public holidays, school holidays and open days of France, from maintained libraries."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.errors import TerritoryError

#: Zone of an académie by the first school day from which it holds (arrêtés of 1995 and of 16 April 2015).
ACADEMIES: dict[str, tuple[tuple[dt.date, str], ...]] = {
    "rennes": ((dt.date(1995, 9, 1), "A"), (dt.date(2015, 9, 1), "B")),
}
#: Académie of each region whose départements all belong to one (INSEE code of the region).
ACADEMY_OF_REGION = {"53": "rennes"}
ZONES = ("A", "B", "C")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
MONDAY_TO_SATURDAY = (0, 1, 2, 3, 4, 5)


def public_holidays(years: Iterable[int]) -> pd.DatetimeIndex:
    """Return the public holidays of mainland France (Alsace and Moselle have two more), in order.

    Whit Monday is left out from 2005 to 2007, when it was the working day of solidarity (law of 30 June 2004).

    Parameters
    ----------
    years : calendar years.

    Raises
    ------
    TerritoryError
        A year for which the library `holidays` has no calendar.
    """
    import holidays

    wanted = sorted({int(y) for y in years})
    first, last = holidays.France.start_year, holidays.France.end_year
    _refuse(wanted, first, last, "public holidays")
    return pd.DatetimeIndex(sorted(holidays.country_holidays("FR", years=wanted)))


def school_holidays(years: Iterable[int], zone: str) -> pd.DatetimeIndex:
    """Return the days of school holidays (Saturdays and Sundays within them included), in order.

    Parameters
    ----------
    years : calendar years.
    zone : ``A``, ``B`` or ``C``, or an académie or the INSEE code of a region whose zone changed over time
        (``rennes`` or ``53``: zone A until the school year 2014-2015, zone B since).

    Raises
    ------
    TerritoryError
        An unknown zone, or a year that the library `vacances_scolaires_france` does not hold from January to December.
    """
    wanted = sorted({int(y) for y in years})
    periods = _zones(zone)
    days = _school_days()
    # The calendar begins and ends in the middle of a year: only whole years are answered.
    first = max(min(days).year + 1, periods[0][0].year + 1)
    _refuse(wanted, first, max(days).year - 1, f"school holidays of zone '{zone}'")
    return pd.DatetimeIndex(
        [day for day, zones in days.items() if day.year in wanted and _zone_at(periods, day) in zones]
    )


def open_days(month: str, weekdays: Sequence[int] = MONDAY_TO_SATURDAY) -> pd.DatetimeIndex:
    """Return the days of a month on which a space may open: the given weekdays without public holidays.

    Parameters
    ----------
    month : `YYYY-MM`.
    weekdays : 0 for Monday to 6 for Sunday; Monday to Saturday (French *jours ouvrables*) by default.

    Raises
    ------
    TerritoryError
        The month is not `YYYY-MM`, or its year is out of the calendar.
    """
    days = days_of(month)
    shut = public_holidays([days[0].year])
    return days[days.weekday.isin(list(weekdays)) & ~days.isin(shut)]


def days_of(month: str) -> pd.DatetimeIndex:
    """Return every day of a month written `YYYY-MM`."""
    if not _MONTH.fullmatch(str(month)):
        raise TerritoryError("this is no month", found=str(month), allowed="YYYY-MM")
    start = pd.Timestamp(f"{month}-01")
    return pd.date_range(start, start + pd.offsets.MonthEnd(0))


def month_calendar(months: Iterable[str], zone: str) -> pd.DataFrame:
    """Return the calendar of months as numbers that a model of monthly counts may use.

    Parameters
    ----------
    months : `YYYY-MM`, each once.
    zone : as `school_holidays`.

    Returns
    -------
    DataFrame
        ``month``, and numbers of ``days``, ``open_days`` (Monday to Saturday without public holidays),
        ``public_holidays`` (of these weekdays), ``school_holidays`` (open days within school holidays).
    """
    wanted = list(months)
    years = sorted({days_of(m)[0].year for m in wanted})
    public, school = public_holidays(years), school_holidays(years, zone)
    rows = []
    for month in wanted:
        days = days_of(month)
        week = days[days.weekday.isin(list(MONDAY_TO_SATURDAY))]
        open_ = week[~week.isin(public)]
        rows.append((month, len(days), len(open_), len(week) - len(open_), int(open_.isin(school).sum())))
    return pd.DataFrame(rows, columns=["month", "days", "open_days", "public_holidays", "school_holidays"])


def _refuse(years: list[int], first: int, last: int, what: str) -> None:
    outside = [y for y in years if not first <= y <= last]
    if outside or not years:
        raise TerritoryError(
            f"the calendar does not hold the {what} of these years",
            found=outside or "no year",
            allowed=f"{first} to {last}",
            action="ask for years within that range, or update the calendar's library",
        )


def _zones(zone: str) -> tuple[tuple[dt.date, str], ...]:
    if zone in ZONES:
        return ((dt.date.min, zone),)
    name = ACADEMY_OF_REGION.get(str(zone), str(zone).casefold())
    if name not in ACADEMIES:
        raise TerritoryError(
            "the school holidays of this zone are not known",
            found=zone,
            allowed=[*ZONES, *ACADEMIES, *ACADEMY_OF_REGION],
            action="name the zone A, B or C",
        )
    return ACADEMIES[name]


def _zone_at(periods: tuple[tuple[dt.date, str], ...], day: dt.date) -> str:
    return next(zone for start, zone in reversed(periods) if day >= start)


@functools.cache
def _school_days() -> dict[dt.date, frozenset[str]]:
    from vacances_scolaires_france import SchoolHolidayDates

    held = SchoolHolidayDates().data
    return {day: frozenset(z for z in ZONES if row[f"vacances_zone_{z.lower()}"]) for day, row in sorted(held.items())}
