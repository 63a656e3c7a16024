"""Columns that hold days, months, years or years of birth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.ingest.conventions import date_order
from pipeline.ingest.lexicon import folded, lexicon, patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.majority import few
from pipeline.ingest.scaffold.no_answer import missing_of, reason_of
from pipeline.ingest.scaffold.words import matches
from pipeline.ingest.tools.draft import Draft, hint
from pipeline.ingest.values import dates, distinct, months, text_of
from pipeline.instrument import Code

#: Dates with a year of two digits, which no reader takes unless they are declared.
_SHORT_DATES = ("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%m/%d/%y")
#: Days of 1954 to 2064 in the calendar of spreadsheets.
_DAYS = (20_000, 60_000)
#: The header of a year of birth; of years of any kind.
_BIRTH = re.compile(patterns("answers")["birth"])
OF_YEARS = re.compile(rf"\b(?:{patterns('answers')['of_years']})\b")
#: Years that may be those of a birth, or stand in a file.
_YEARS = (1880, 2100)


def draft_of_days(column: Column, base: dict[str, Any], texts: Sequence[str]) -> Draft | None:
    """Return the draft of a column of days or months; None of anything else."""
    if column.kind == "date":
        return Draft({**base, "type": "date"})
    if holds_dates(column) or (column.kind == "number" and counts_days(column)):
        return Draft({**base, "type": "date"}, {"type": hint("day_order")})
    if (short := short_dates(column)) is not None:
        return Draft({**base, "type": "date", "date_format": short}, {"date_format": hint("century")})
    return Draft({**base, "type": "month"}) if _months(column, texts) else None


def _months(column: Column, texts: Sequence[str]) -> bool:
    """Return whether every value is a month: by a dash, a slash or its name, or by figures alone under its head."""
    if not months(distinct(column.examples))[1].isna().all():
        return False
    if folded(column.name) in lexicon("units")["months"]:
        return True
    return column.kind == "text" and re.search(r"[-/]|[^\W\d_]", texts[0]) is not None


def holds_dates(column: Column) -> bool:
    """Return whether (nearly) all texts of a column are dates."""
    if column.kind != "text":
        return False
    found = distinct(column.examples)
    return few(column.examples, set(dates(found, None, date_order(found))[1].dropna()))


def counts_days(column: Column) -> bool:
    """Return whether a column that is called a date holds the numbers that spreadsheets count days with."""
    if not re.match(r"(?:date|jour|day)\b", plain_words(column.name)):
        return False
    texts = [t for t in map(text_of, distinct(column.examples).values) if t is not None]
    return bool(texts) and all(re.fullmatch(r"\d{5}", t) and _DAYS[0] <= int(t) <= _DAYS[1] for t in texts)


def draft_of_births(column: Column, base: dict[str, Any], texts: Sequence[str]) -> Draft | None:
    """Return the draft of a column of years of birth, of which reading keeps the year and the age; None elsewhere."""
    if not matches(_BIRTH.pattern, column.name, column.label):
        return None
    said: dict[Code, str] = {t: reason for t in texts if (reason := reason_of(t)) is not None}
    said |= missing_of(column)
    apart = {str(code) for code in said}
    if not are_years([t for t in texts if t not in apart]):
        return None
    more = {"missing": said} if said else {}
    content = {**base, "type": "date", "role": "birth_date", "date_format": "%Y", **more}
    return Draft(content, {"role": hint("born")})


def are_years(texts: Sequence[str]) -> bool:
    """Return whether (nearly) all texts are years."""
    years = [t for t in texts if re.fullmatch(r"\d{4}", t) and _YEARS[0] <= int(t) <= _YEARS[1]]
    return bool(years) and len(years) >= 0.95 * len(texts)


def is_year(column: Column) -> bool:
    """Return whether a column is called a year and holds years."""
    texts = [t for t in map(text_of, distinct(column.examples).values) if t is not None]
    return bool(OF_YEARS.search(plain_words(f"{column.name} {column.label}"))) and are_years(texts)


def short_dates(column: Column) -> str | None:
    """Return the format of dates with a year of two digits, None where the column holds none."""
    if column.kind != "text":
        return None
    found = distinct(column.examples)
    return next((f for f in _SHORT_DATES if dates(found, f)[1].isna().all()), None)
