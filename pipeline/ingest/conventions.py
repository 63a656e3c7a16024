"""How a file writes numbers and dates, found out from its own values where nobody declared it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.ingest.faults import Fault
from pipeline.ingest.readers.received import Note
from pipeline.ingest.values import Distinct, joined

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}(?:[ T].*)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[ T])")
#: So many different dates and texts, at least, show that day and month were swapped.
_SWAPPED = 3
#: Days that a spreadsheet counts: from 1 March 1900 (before, Excel counts a day that never was) to the year 9999.
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_466
#: Whole numbers between these are years, typed as a year.
_YEARS = (1800, 2200)


def date_order(found: Distinct) -> str:
    """Return "mdy" where the values can only be month/day/year, else "dmy".

    One value decides that has a day above 12, provided that no value contradicts it; without any, the French order
    is read.
    """
    pairs = [
        (int(m[1]), int(m[2])) for v in found.values if isinstance(v, str) and (m := _SLASHED.fullmatch(v.strip()))
    ]
    first, second = (max((p[i] for p in pairs), default=0) for i in (0, 1))
    return "mdy" if second > 12 and first <= 12 else "dmy"


def swapped_note(name: str, found: Distinct) -> list[Note]:
    """Return the warning that a spreadsheet has swapped day and month in some dates of a column.

    A program that expects the month first turns 05/11/2006 into the 11th of May, and leaves 13/11/2006 as a text: true
    dates then all have a day of 12 or less, and the texts beside them a number above 12.
    """
    true = sorted(d for v in found.values if (d := _true_date(v)) is not None)
    typed = [m for v in found.values if isinstance(v, str) and (m := _SLASHED.fullmatch(v.strip()))]
    apart = all(max(int(m[1]), int(m[2])) > 12 for m in typed) and all(d.day <= 12 for d in true)
    if min(len(true), len(typed)) < _SWAPPED or not apart:
        return []
    shown, other = true[0].isoformat(), f"{true[0]:%Y}-{true[0].day:02d}-{true[0].month:02d}"
    said = f"'{name}': a spreadsheet has probably swapped day and month: {len(true)} dates all have a day below 13, and"
    said += f" {len(typed)} texts one above 12; read as they stand ({shown} may be {other}): ask for the file as text"
    return [Note("swapped_dates", name, shown, other, said)]


def summed_days_note(name: str, days: Sequence[dt.date]) -> list[Note]:
    """Return what is told of counts dated by several days of a month: they are added up in that month."""
    days = sorted(set(days))
    several = len({(d.year, d.month) for d in days}) < len(days)
    if len(days) < 2 or not several:
        return []
    shown, other = f"{days[0]:%Y-%m-%d}", f"{days[1]:%Y-%m-%d}"
    said = f"'{name}': several days of one month ({shown}, {other}...); their counts are added up by month"
    if weeks_apart(days):
        said += "; they are probably those of weeks, and one that runs over two months counts in the month of its day"
    return [Note("summed_days", name, shown, other, said)]


def weeks_apart(days: Sequence[dt.date]) -> bool:
    """Return whether all days, in order, are a number of weeks apart."""
    return all((b - a).days % 7 == 0 for a, b in itertools.pairwise(days))


def _true_date(value: object) -> dt.date | None:
    """Return a date that a spreadsheet holds as such, or wrote as 2006-11-05."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, str) and _ISO.match(value.strip()):
        try:
            return dt.date.fromisoformat(value.strip()[:10])
        except ValueError:
            return None
    return None


@dataclass(frozen=True)
class Marks:
    """How a column parts its decimals and its thousands.

    Attributes
    ----------
    decimal, thousands : the marks; None where there are none, or nobody knows.
    doubt : a value that may be read in two ways; None where the column or a declaration settles it.
    """

    decimal: str | None = None
    thousands: str | None = None
    doubt: str | None = None


def marks(found: Distinct, decimal: str | None = None, thousands: str | None = None) -> Marks:
    """Return the marks of the numbers that a column holds as text.

    A column settles its marks itself where it holds a number with both (`12.345,67`), with several groups of three
    (`1.234.567`), or with a mark that cannot part thousands (`2,5`; `0.125`). `2.050` alone is 2 or 2,000: declared, or
    in doubt.

    Parameters
    ----------
    decimal, thousands : what the file declares.
    """
    texts = [joined(v) for v in found.values if isinstance(v, str)]
    shown = {mark: _uses(texts, mark) for mark in ",."}
    parting = thousands or next((m for m, use in shown.items() if use.parts and not use.points), None)
    pointing = decimal or next((m for m, use in shown.items() if use.points and m != parting), None)
    if not decimal and all(use.points for use in shown.values()):
        pointing = None
    if parting in shown and not pointing:
        # Beside thousands that are parted, the other mark can only be that of decimals.
        pointing = "," if parting == "." and any("," in t for t in texts) else None
    doubt = next((use.unclear for m, use in shown.items() if use.unclear and m not in (parting, pointing)), None)
    other = shown["," if pointing == "." else "."]
    if doubt and not decimal and pointing and not other.points:
        # The decimal mark is the other one, in this very column: what is left can only part thousands.
        parting, doubt = ("," if pointing == "." else "."), None
    return Marks("," if pointing == "," else decimal, parting, doubt)


@dataclass(frozen=True)
class _Uses:
    parts: bool
    points: bool
    unclear: str | None


def _uses(texts: list[str], mark: str) -> _Uses:
    """Return whether a mark surely parts thousands, surely marks decimals, and a value where it may do either."""
    m, other = re.escape(mark), re.escape("," if mark == "." else ".")
    parts = re.compile(rf"[+-]?\d{{1,3}}(?:{m}\d{{3}}){{2,}}(?:{other}\d*)?|[+-]?\d{{1,3}}(?:{m}\d{{3}})+{other}\d*")
    unclear = re.compile(rf"[+-]?[1-9]\d{{0,2}}{m}\d{{3}}")
    points = re.compile(rf"[+-]?\d*{m}\d+(?:[eE][+-]?\d+)?")
    grouped = [t for t in texts if mark in t]
    return _Uses(
        any(parts.fullmatch(t) for t in grouped),
        any(points.fullmatch(t) and not unclear.fullmatch(t) for t in grouped),
        next((t for t in grouped if unclear.fullmatch(t)), None),
    )


def decimal_mark(found: Distinct) -> str | None:
    """Return "," where the values show a decimal comma beyond doubt, else None."""
    return marks(found).decimal


def doubtful_number(question: str, column: str, file: str, line: int, found: Marks) -> Fault:
    """Return why a column of numbers cannot be read: both readings of a value, and the key that settles each."""
    text = str(found.doubt)
    mark = "," if "," in text else "."
    whole, part = text.replace(mark, ""), text.replace(mark, ".")
    return Fault(
        f"numbers of '{question}' can be read in two ways",
        file,
        line=line,
        column=column,
        found=f"{text}: {whole} (the mark parts thousands) or {part} (it marks decimals)",
        allowed="a column that settles it (12.345,67; 1.234.567; 2,5), or a declaration",
        action=f'add `thousands: "{mark}"` to the file in evaluation.yaml to read {whole}, or `decimal: "{mark}"` to'
        f" read {part}",
    )


def serial_dates(found: Distinct, day_zero: dt.date | None) -> tuple[Distinct, int]:
    """Return the values with the numbers of a spreadsheet's calendar as dates, and how many values were such numbers.

    Parameters
    ----------
    day_zero : day 0 of the calendar; None where numbers are no dates.
    """
    if day_zero is None:
        return found, 0
    zero = pd.Timestamp(day_zero)
    values = [zero + pd.Timedelta(days=int(v)) if _is_serial(v) else v for v in found.values]
    return replace(found, values=values), sum(map(_is_serial, found.values))


def _is_serial(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return _FIRST_SERIAL <= value < _LAST_SERIAL and not (_YEARS[0] <= value <= _YEARS[1] and float(value).is_integer())


def order_note(name: str, order: str) -> Note:
    """Return the record of a date order that nobody declared."""
    said = {"dmy": "day/month/year", "mdy": "month/day/year"}[order]
    return Note(
        "date_order",
        name,
        "",
        said,
        f"date order not declared, read as {said}",
    )


def decimal_note(name: str) -> Note:
    """Return the record of a decimal mark that nobody declared."""
    said = "decimal mark not declared, read as a comma"
    return Note("decimal", name, "", ",", said)


def serial_note(name: str, n: int) -> Note:
    """Return the record of numbers read as a spreadsheet's dates."""
    return Note("serial_date", name, "", "date", f"{n} numbers read as dates of the spreadsheet")


def thousands_note(name: str, mark: str) -> Note:
    """Return the record of a mark of thousands that nobody declared."""
    said = {",": "a comma", ".": "a point"}[mark]
    return Note("thousands", name, "", mark, f"mark of thousands not declared, read as {said}")
