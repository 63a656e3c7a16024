"""Received values as text, numbers, dates and months; what cannot be read is kept apart, never guessed."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.ingest.lexicon import folded, lexicon

#: Characters of a number that may be a code.
LONGEST_CODE = 300
#: Whole numbers from here on are not all told apart.
LARGEST_WHOLE = 2**53
_WHOLE = re.compile(r"[+-]?\d+(?:[.,]0+)?")
_POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?(\d+,?\d*|,\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
#: Blanks and apostrophes that part thousands; anywhere else they make a text that is no number.
_PARTED = re.compile(r"([+-]?\d{1,3})((?:[ \u00a0\u202f\u2009'’]\d{3})+)(?!\d)")
#: Without any of these a number stands in one piece.
_APART = re.compile(r"[\s'’−]")
_SIGNED = re.compile(r"([+-])[ \u00a0\u202f\u2009]+")
_ISO_DATE = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:T| - | )\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
    # as Google Forms writes it: « 2024/11/05 10:12:33 AM UTC+1 »
    r"(?: ?[AaPp][Mm])?(?: (?:UTC|GMT|E[EUS]?T|CES?T)(?:[+-]\d{1,2}(?::?\d{2})?)?)?)?"
)
_YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:(?:,| -)? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?")
_NAMED_MONTHS = (
    re.compile(r"(?P<m>[a-z]+)\.?[ ./'-]*(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<y>\d{4})[ ./-]*(?P<m>[a-z]+)\.?"),
)
#: « jeudi 2 janvier 2025 », « 1er mars 2025 », « Monday, March 3, 2025 », folded.
_WORDED_DAYS = (
    re.compile(r"(?:(?P<w>[a-z]+)\.?,? )?(?P<d>\d{1,2})(?:er|st|nd|rd|th)? (?P<m>[a-z]+)\.?,? (?P<y>\d{4})"),
    re.compile(r"(?:(?P<w>[a-z]+)\.?,? )?(?P<m>[a-z]+)\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})"),
)
_MONTHS = (re.compile(r"(?P<y>\d{4})[-/]?(?P<m>\d{2})"), re.compile(r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})"))


@dataclass(frozen=True)
class Distinct:
    """A received column by its distinct values: conversions look at each value once.

    ``codes`` (rows) are positions in ``values``, -1 where the cell is missing.
    """

    codes: np.ndarray
    values: list[Any]
    index: pd.Index

    def series(self, converted: Sequence[Any], dtype: Any) -> pd.Series:
        """Return one converted value a row; None is missing."""
        table: Any = pd.array([*converted, None], dtype=dtype)
        return pd.Series(table.take(self.codes), index=self.index)

    def categories(self, converted: Sequence[str | None]) -> pd.Series:
        """Return one converted text a row as categories: each text is held once, however many rows have it."""
        places, different = pd.factorize(np.array([*converted, None], dtype=object))
        held = pd.Categorical.from_codes(places[self.codes], categories=pd.Index(different, dtype="str"))  # type: ignore[call-overload]
        return pd.Series(held, index=self.index)

    def array(self, converted: Sequence[int], missing: int) -> np.ndarray:
        """Return one small integer a row."""
        return np.array([*converted, missing], dtype=np.int8)[self.codes]


def distinct(column: pd.Series) -> Distinct:
    """Return a column by its distinct values."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.intp)
        used = np.bincount(codes + 1, minlength=len(column.cat.categories) + 1)[1:] > 0
        # Of a file cut into waves, only the values of this wave: others must not be judged here.
        places = np.append(np.cumsum(used) - 1, -1)
        return Distinct(places[codes], values_of(column.cat.categories[used]), column.index)
    codes, values = pd.factorize(column)
    return Distinct(codes, values_of(values), column.index)


def values_of(values: Any) -> list[Any]:
    """Return values one by one; texts all at once, which is ten times faster than one after the other."""
    if isinstance(values.dtype, pd.StringDtype):
        return values.to_numpy(dtype=object).tolist()  # type: ignore[no-any-return]
    return list(values)


def holds_numbers(column: pd.Series) -> bool:
    """Return whether a received column holds numbers, one by one or by its distinct values."""
    kind = column.dtype
    return pd.api.types.is_numeric_dtype(kind.categories if isinstance(kind, pd.CategoricalDtype) else kind)


def stack(columns: Sequence[pd.Series]) -> pd.Series:
    """Return columns of one type on top of each other; one alone as it is, categories as those of all."""
    if len(columns) == 1:
        return columns[0].reset_index(drop=True)
    if all(isinstance(c.dtype, pd.CategoricalDtype) for c in columns):
        return pd.Series(pd.api.types.union_categoricals(list(columns)))
    return pd.concat(columns, ignore_index=True)


def text_of(value: Any) -> str | None:
    """Return a value as text without outer blanks; None where it is blank. Whole numbers have no decimals."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if isinstance(value, (dt.datetime, np.datetime64)):
        return pd.Timestamp(value).date().isoformat()
    return str(value).strip() or None


def spellings(text: str) -> list[str]:
    """Return the ways a code may be spelled: as received, and as a whole number (`01`, `1,0`, `1.000` are 1)."""
    # A code of hundreds of digits is none; Python reads no number of thousands.
    if len(text) <= LONGEST_CODE and _WHOLE.fullmatch(text):
        return [text, str(int(re.split("[.,]", text)[0]))]
    return [text]


def joined(text: str) -> str:
    """Return a number without the blanks or apostrophes that part its thousands or sign; other texts as they are."""
    if not _APART.search(text):
        return text
    text = _SIGNED.sub(r"\1", text.strip().replace("−", "-"))
    if parted := _PARTED.match(text):
        return parted[1] + re.sub(r"\D", "", parted[2]) + text[parted.end() :]
    return text


def number_of(text: str, decimal: str | None, thousands: str | None = None) -> float | None:
    """Return a number typed with ``decimal`` as its mark (a point where none is declared); None if it is none.

    Thousands may be parted by blanks or apostrophes, and by ``thousands``. Where the decimal mark is a comma, a point
    is read as the mark too (LimeSurvey writes `25.0000`), except when it may part thousands (`1.234`).
    """
    text = joined(text)
    if thousands and thousands in text:
        if not re.fullmatch(rf"[+-]?\d{{1,3}}(?:\{thousands}\d{{3}})+(?:[.,]\d*)?", text):
            return None
        text = text.replace(thousands, "")
    if decimal == ",":
        if _COMMA.fullmatch(text):
            return float(text.replace(",", "."))
        if _GROUPED.fullmatch(text):
            return None
    return float(text) if _POINT.fullmatch(text) else None


def numbers(
    found: Distinct, decimal: str | None, whole: bool, thousands: str | None = None
) -> tuple[pd.Series, pd.Series]:
    """Return numbers (Int64 if ``whole``, else Float64) and the text of what is none."""

    def read(value: Any) -> float | None:
        if isinstance(value, (int, float, np.integer, np.floating)):
            number: float | None = float(value)
        else:
            text = text_of(value)
            number = None if text is None else number_of(text, decimal, thousands)
        if number is None or not math.isfinite(number):
            return None
        if whole and not (number.is_integer() and abs(number) < LARGEST_WHOLE):
            return None
        return number

    read_values = [read(v) for v in found.values]
    if whole:
        clean = found.series([None if v is None else int(v) for v in read_values], "Int64")
    else:
        clean = found.series(read_values, "Float64")
    return clean, unreadable_texts(found, read_values)


def dates(found: Distinct, date_format: str | None, order: str = "dmy") -> tuple[pd.Series, pd.Series, bool]:
    """Return dates without a time of day, the text of what is none, and whether some date was read in ``order``.

    Parameters
    ----------
    date_format : format of every text (strptime); None reads 2006-11-13, 2006/11/13, lundi 13 novembre 2006, and
        13/11/2006 (or 13-11-2006, 13.11.2006) in ``order``; a time of day and its zone may follow, and the day is
        that of the place.
    order : "dmy", "mdy", or "ymd" where dates that start with day or month are no dates.
    """
    ordered = False

    def read(value: Any) -> dt.datetime | None:
        nonlocal ordered
        if isinstance(value, (dt.datetime, np.datetime64)):
            return pd.Timestamp(value).normalize().to_pydatetime()
        text = text_of(value)
        if text is None:
            return None
        if date_format is not None:
            return _strptime(text, date_format)
        if iso := _ISO_DATE.fullmatch(text):
            return _date(*iso.groups())
        if (short := _YEAR_LAST.fullmatch(text)) and order != "ymd":
            ordered = True
            first, second, year = short.groups()
            return _date(year, second, first) if order == "dmy" else _date(year, first, second)
        return _worded_day(text)

    read_values = [read(v) for v in found.values]
    return found.series(read_values, "datetime64[us]"), unreadable_texts(found, read_values), ordered


def months(found: Distinct, order: str = "dmy") -> tuple[pd.Series, pd.Series]:
    """Return months as `YYYY-MM` and the text of what is none.

    `2003-11`, `2003/11`, `200311`, `11/2003`, `11-2003`, `11.2003`, dates (in ``order`` where the year is last), and
    names such as `novembre 2003`, `nov.-03` and `Nov 2003` are read; years of two digits from 70 on are of the 1900s.
    """

    def read(value: Any) -> str | None:
        text = text_of(value)
        if text is None:
            return None
        if iso := _ISO_DATE.fullmatch(text):
            text = f"{iso[1]}-{int(iso[2]):02d}"
        elif (short := _YEAR_LAST.fullmatch(text)) and order != "ymd":
            day, month = short.groups()[:2] if order == "dmy" else short.groups()[1::-1]
            read_day = _date(short[3], month, day)
            return None if read_day is None else f"{read_day:%Y-%m}"
        if (worded := _worded_day(text)) is not None:
            return f"{worded:%Y-%m}"
        for form in _MONTHS:
            if (m := form.fullmatch(text)) and 1 <= int(m["m"]) <= 12:
                return f"{m['y']}-{int(m['m']):02d}"
        return _named_month(folded(text))

    read_values = [read(v) for v in found.values]
    return found.series(read_values, "str"), unreadable_texts(found, read_values)


def _worded_day(text: str) -> dt.datetime | None:
    """Return the day that a text names with its month in words, after the day of the week or not."""
    if not text[-4:].isdigit() or " " not in text:
        return None
    for form in _WORDED_DAYS:
        if m := form.fullmatch(folded(text)):
            number = next((n for n, names in lexicon("months").items() if m["m"] in names), None)
            known = m["w"] is None or m["w"] in lexicon("weekdays")["names"]
            return _date(m["y"], str(number), m["d"]) if number is not None and known else None
    return None


def _named_month(text: str) -> str | None:
    for form in _NAMED_MONTHS:
        if m := form.fullmatch(text):
            number = next((n for n, names in lexicon("months").items() if m["m"] in names), None)
            year = int(m["y"]) if len(m["y"]) == 4 else int(m["y"]) + (1900 if int(m["y"]) >= 70 else 2000)
            return None if number is None else f"{year}-{number:02d}"
    return None


def texts(found: Distinct, change: Callable[[str], str] | None = None) -> pd.Series:
    """Return text without outer blanks, missing where blank."""
    read_values = [text_of(v) for v in found.values]
    if change:
        read_values = [None if v is None else change(v) for v in read_values]
    return found.series(read_values, "str")


def unreadable_texts(found: Distinct, read_values: Sequence[Any]) -> pd.Series:
    """Return (n,) the received text where a value could not be read (None in ``read_values``)."""
    left = [text_of(raw) if v is None else None for raw, v in zip(found.values, read_values, strict=True)]
    return found.series(left, "str")


def _date(year: str, month: str, day: str) -> dt.datetime | None:
    try:
        return dt.datetime(int(year), int(month), int(day))
    except ValueError:
        return None


def _strptime(text: str, date_format: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, date_format).replace(hour=0, minute=0, second=0, microsecond=0)
    except ValueError:
        return None
