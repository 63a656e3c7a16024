"""How a file writes numbers and dates, found out from its own values where nobody declared it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pandas as pd

from pipeline.ingest.readers.received import Note
from pipeline.ingest.values import Distinct

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}(?:[ T].*)?")
_WITH_COMMA = re.compile(r"[+-]?\d*,\d+")
_WITH_POINT = re.compile(r"[+-]?\d*\.\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
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


def decimal_mark(found: Distinct) -> str | None:
    """Return "," where the values show a decimal comma, else None.

    Commas count only where no value has a point, and where they cannot all be parting thousands (`1,234`).
    """
    texts = [v.strip() for v in found.values if isinstance(v, str)]
    commas = [t for t in texts if _WITH_COMMA.fullmatch(t)]
    if not commas or any(_WITH_POINT.fullmatch(t) for t in texts):
        return None
    return None if all(_THOUSANDS.fullmatch(t) for t in commas) else ","


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
    fr = {"dmy": "jour/mois/année", "mdy": "mois/jour/année"}[order]
    en = {"dmy": "day/month/year", "mdy": "month/day/year"}[order]
    return Note(
        "date_order",
        name,
        "",
        en,
        f"ordre des dates non déclaré, lu comme {fr}",
        f"date order not declared, read as {en}",
    )


def decimal_note(name: str) -> Note:
    """Return the record of a decimal mark that nobody declared."""
    fr, en = "séparateur décimal non déclaré, lu comme virgule", "decimal mark not declared, read as a comma"
    return Note("decimal", name, "", ",", fr, en)


def serial_note(name: str, n: int) -> Note:
    """Return the record of numbers read as a spreadsheet's dates."""
    fr = f"{n} valeurs numériques lues comme dates du tableur"
    return Note("serial_date", name, "", "date", fr, f"{n} numbers read as dates of the spreadsheet")
