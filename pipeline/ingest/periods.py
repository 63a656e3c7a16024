"""Periods of counts as they are received: quarters, half-years, years and school years, in words or figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.evaluation.periods import LENGTH, SEPTEMBER, Period, written, year_name
from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.values import Distinct, months, text_of, unreadable_texts

_Y = r"(?P<y>(?:19|20)\d\d)"
_OF = r"(?: (?:de |of )?(?:l'|the )?(?:annee |an |year )?)?"
_ORDINAL = r"(?:er|ere|e|eme|st|nd|rd|th)?"
_LETTERS = {"quarter": "t|q", "half-year": "s|h"}
#: Periods that their names alone tell apart, the shortest first.
NAMED: tuple[Period, ...] = ("month", "quarter", "half-year", "year", "school-year")


def periods(found: Distinct, period: Period, order: str = "dmy") -> tuple[pd.Series, pd.Series]:
    """Return the periods of clean tables (`evaluation.periods.written`) and the text of what is none.

    A day or a month stands for the longer period that begins or ends with it, and for no other.
    """
    if period == "month":
        return months(found, order)
    by_month, _ = months(_alone(found.values), order)
    read = [_read(v, m, period) for v, m in zip(found.values, by_month, strict=True)]
    return found.series(read, "str"), unreadable_texts(found, read)


def _alone(values: list[Any]) -> Distinct:
    """Return values as a column that holds each once."""
    return Distinct(np.arange(len(values)), values, pd.RangeIndex(len(values)))


def _read(value: Any, month: Any, period: Period) -> str | None:
    text = text_of(value)
    if text is None:
        return None
    named = period_named(text, period)
    return named if named is not None or pd.isna(month) else _holding(str(month), period)


def _holding(month: str, period: Period) -> str | None:
    """Return the period that begins or ends with a month."""
    year, number = int(month[:4]), int(month[5:7])
    start = SEPTEMBER if period == "school-year" else 1
    since = (number - start) % 12
    first = since if since % LENGTH[period] == 0 else since - LENGTH[period] + 1
    if first % LENGTH[period]:
        return None
    began = year if number >= start else year - 1
    return written(began, first + start if period != "school-year" else start, period)


def period_named(text: str, period: Period) -> str | None:
    """Return the period that a text names: « T1 2005 », « 2e semestre 2005 », « 2005 », « 2005-2006 »; else None."""
    words = " ".join(re.sub(r"[-–—/_.,()]+", " ", folded(text)).split())
    if period == "month":
        month = months(_alone([text]))[0].iloc[0]
        return None if pd.isna(month) else str(month)
    if period in _LETTERS:
        return _part_of_year(words, period)
    if period == "year":
        found = re.fullmatch(rf"(?:(?:{_words('year')}) )?{_Y}", words)
        return found["y"] if found else None
    found = re.fullmatch(rf"(?:(?:{_words('school-year')}) )?{_Y} (?P<z>(?:(?:19|20)\d\d|\d\d))", words)
    if found is None or int(found["z"]) % 100 != (int(found["y"]) + 1) % 100:
        return None
    return year_name(int(found["y"]), period) if len(found["z"]) == 2 or int(found["z"]) > int(found["y"]) else None


def period_in_name(name: str) -> str | None:
    """Return the one month, else the one year, that a file's name tells: « visites janvier 2025 », « EPN 2024 »."""
    words = folded(name)
    if len({_month_number(m["m"]) for m in re.finditer(_PART, words)}) > 1:
        return None
    for form in _IN_NAME:
        found = {f"{m['y']}-{_month_number(m['m']):02d}" if "m" in form.groupindex else m["y"]
                 for m in form.finditer(words)}  # fmt: skip
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _month_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(int(n) for n, names in lexicon("months").items() if text in names)


#: A month by name, a month in figures, and a year alone, as names of files hold them.
_NAMES = "|".join(sorted((n for names in lexicon("months").values() for n in names), key=len, reverse=True))
_PART, _YEAR = rf"(?<![a-z])(?P<m>{_NAMES})(?![a-z])", rf"(?<!\d){_Y}(?!\d)"
_FIGURES = r"(?P<m>0[1-9]|1[0-2])"
_IN_NAME = tuple(
    re.compile(form)
    for form in (
        rf"{_PART}[ ._-]*{_YEAR}",
        rf"{_YEAR}[ ._-]*{_PART}",
        rf"(?<!\d){_Y}[ ._-]?{_FIGURES}(?!\d)",
        rf"(?<!\d){_FIGURES}[ ._-]?{_Y}(?!\d)",
        _YEAR,
    )
)


def _part_of_year(words: str, period: Period) -> str | None:
    most = 12 // LENGTH[period]
    n, kind = rf"(?P<n>[1-{most}])", f"{_LETTERS[period]}|{_words(period)}"
    forms = (rf"(?:{kind}) ?{n}", rf"{n}{_ORDINAL} ?(?:{kind})")
    for form in forms:
        found = re.fullmatch(rf"{form}{_OF}\s*{_Y}|", words) or re.fullmatch(rf"{_Y} ?{form}", words)
        if found and found["n"]:
            return written(int(found["y"]), (int(found["n"]) - 1) * LENGTH[period] + 1, period)
    return _from_month_to_month(words, period)


def _from_month_to_month(words: str, period: Period) -> str | None:
    """Return the period of « janvier à mars 2005 »."""
    found = re.fullmatch(rf"(?:de |from )?(?P<a>[a-z]+)(?: a| au| to)? (?P<b>[a-z]+) {_Y}", words)
    if found is None:
        return None
    first, last = (next((int(n) for n, names in lexicon("months").items() if found[k] in names), 0) for k in "ab")
    whole = last - first + 1 == LENGTH[period] and first and (first - 1) % LENGTH[period] == 0
    return written(int(found["y"]), first, period) if whole else None


def _words(period: Period) -> str:
    return "|".join(re.sub(r"[-]", " ", w) for w in lexicon("periods")[period])


def dated(parts: pd.Series, years: pd.Series, period: Period) -> pd.Series:
    """Return texts with part and year, of two columns that hold « T1 » or « 1 » and « 2005 »; what has its year stays.

    Parameters
    ----------
    parts, years : (n,) columns as received.
    """

    def told(part: Any, year: Any) -> str | None:
        text, of = text_of(part), text_of(year)
        if text is None or of is None:
            return None
        if re.search(r"(?:19|20)\d\d", text):
            return text
        if re.fullmatch(r"\d{1,2}", text) and 1 <= int(text) <= 12 // LENGTH[period] and re.fullmatch(_Y, of):
            return written(int(of), (int(text) - 1) * LENGTH[period] + 1, period)
        return f"{text} {of}"

    both = pd.MultiIndex.from_arrays([parts, years])
    codes, met = both.factorize()
    made = [told(*pair) for pair in met]
    return pd.Series([made[c] if c >= 0 else None for c in codes], index=parts.index, dtype="object")


def period_of(texts: Sequence[str]) -> Period | None:
    """Return the period that every text of a column names; None where they name none, or several."""
    return next((p for p in NAMED if texts and all(period_named(t, p) for t in texts)), None)
