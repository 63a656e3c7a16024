"""Which files are waves of one survey, and what each wave is called."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from pipeline.ingest.conventions import date_order
from pipeline.ingest.lexicon import folded, lexicon, patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.days import is_year
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.majority import few, nearly_filled
from pipeline.ingest.scaffold.words import NAMED_WAVES, RESPONDED, WAVES, matches
from pipeline.ingest.tools.headers import plain
from pipeline.ingest.values import dates, distinct, months, text_of

_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
#: How a text of a date or a month starts.
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,4}|[^\W\d_]{3,9}\.?[ -]\d{2,4}")
#: Files that share this part of their columns or questions are waves of one survey.
ALIKE = 0.5


@dataclass
class Wave:
    """A wave: its name, the first and last day of its fieldwork, and whether they were found in the data."""

    name: str
    first: dt.date
    last: dt.date
    found: bool


@dataclass
class Survey:
    """Files of one survey, a wave each, or one file of all waves by a column."""

    files: list[tuple[str, Given]]
    waves: list[Wave]
    wave_column: str | None = None
    codes: dict[str, Any] = field(default_factory=dict)  # wave -> value of the wave column


def surveys(given: Sequence[Given], undated: int) -> list[Survey]:
    """Return the surveys that the files make up, with their waves; ``undated`` is the year of those that tell none."""
    out: list[Survey] = []
    groups: list[list[Given]] = []
    for g in given:
        same = next((group for group in groups if is_same_survey(group[0], g)), None)
        if same is None:
            groups.append([g])
        else:
            same.append(g)
    for group in groups:
        if len(group) == 1:
            out.append(_by_column(group[0], undated) or _single(group[0], undated))
        else:
            waves = [_wave(g, undated) for g in group]
            if len({w.name for w in waves}) < len(waves):
                out += [_single(g, undated) for g in group]
            else:
                pairs = sorted(zip(waves, group, strict=True), key=lambda p: year_in(p[0].name) or "")
                out.append(Survey([(w.name, g) for w, g in pairs], [w for w, _ in pairs]))
    return out


def _single(given: Given, undated: int) -> Survey:
    wave = _wave(given, undated)
    return Survey([(wave.name, given)], [wave])


def is_same_survey(one: Given, other: Given) -> bool:
    """Return whether two files are waves: their names differ by the year only, or their columns are much the same.

    Two sheets of a workbook are when both are named as waves.
    """
    if one.path == other.path:
        return one.wave is not None and other.wave is not None
    if year_in(one.path.stem) is None or year_in(other.path.stem) is None:
        return False
    stems = {plain_words(_YEAR.sub("", g.path.stem)) for g in (one, other)}
    a, b = ({plain(c.label or c.name) for c in g.described.columns} for g in (one, other))
    return len(stems) == 1 or len(a & b) >= ALIKE * min(len(a), len(b))


def year_in(text: str) -> str | None:
    """Return the last year that a text names."""
    found = _YEAR.findall(text)
    return found[-1] if found else None


def _wave(given: Given, undated: int) -> Wave:
    first, last = response_dates(given)
    named = year_in(given.wave or given.path.stem)
    year = named or (str(last.year) if last else str(undated))
    name = given.wave or year
    if first is None or last is None:
        return Wave(name, dt.date(int(year), 1, 1), dt.date(int(year), 12, 31), False)
    return Wave(name, first, last, True)


def response_dates(given: Given) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day of the responses, from the dates of the tool or a column named « date »."""
    wanted = ("submitdate", "datestamp", "_submission_time", "end", "today")
    for column in given.described.columns:
        if column.name in wanted or matches(RESPONDED, column.name):
            days = days_of(column)
            if len(days):
                return days.min().date(), days.max().date()
    return None, None


#: Headers of dates that are no dates of the data: births, openings of spaces, deadlines, updates of a list.
_ELSEWHERE = re.compile(rf"\b(?:{patterns('headers')['elsewhere']})\b")


def years_in(given: Given) -> set[int]:
    """Return the years of the dates, months and years that the columns of a file hold, births and openings aside."""
    found: set[int] = set()
    for column in given.described.columns:
        if given.counted is not None and column.name == given.counted.column:
            # quarters, half-years and school years name theirs
            texts = {t for t in map(text_of, distinct(column.examples).values) if t}
            found |= {int(y) for t in texts for y in _YEAR.findall(t)}
        if not _ELSEWHERE.search(plain_words(column.name)):
            found |= _years_of(column)
    return found


def latest_year(given: Sequence[Given], today: dt.date) -> int | None:
    """Return the last year that the files are of, by what they hold, then by their names; None where none tells it.

    Accounts come last: a budget may be of the year to come.
    """
    surveyed = [g for g in given if g.kind != "costs"]
    for files in (surveyed, [g for g in given if g.kind == "costs"]):
        held = {y for g in files if g.kind not in ("sites", "framework") for y in years_in(g) if y <= today.year}
        held |= {int(y) for g in files if (y := year_in(g.wave or g.path.stem)) and int(y) <= today.year}
        if held:
            return max(held)
    # a framework tells the years of its values in its headers alone
    named = [int(y) for g in given if g.kind == "framework" for n in g.names if (y := year_in(n.lstrip("yYaA")))]
    return max((y for y in named if y <= today.year), default=None)


def census_day(given: Sequence[Given], year: int, today: dt.date) -> dt.date:
    """Return the day at which a draft counts the spaces: the end of the year, or of what the files hold of this one."""
    end = dt.date(year, 12, 31)
    if end <= today:
        return end
    columns = (c for g in given if g.kind not in ("sites", "framework", "costs") for c in g.described.columns)
    dated = (_dated(c) for c in columns if not _ELSEWHERE.search(plain_words(c.name)))
    return max((min(days.max().date(), today) for days in dated if len(days)), default=today)


def _years_of(column: Column) -> set[int]:
    if is_year(column):
        return {int(t) for t in map(text_of, distinct(column.examples).values) if t and _YEAR.fullmatch(t)}
    days = _dated(column)
    return {int(y) for y in days.dt.year.unique()} if len(days) else set()


def _dated(column: Column) -> pd.Series:
    """Return the days that a column of dates, or the last days of the months that one of months holds."""
    found = distinct(column.examples)
    texts = [t for t in map(text_of, found.values) if t]
    if is_year(column) or (column.kind != "date" and not (texts and all(_DATED.match(t) for t in texts))):
        return pd.Series([], dtype="datetime64[ns]")
    days = days_of(column)
    if not len(days):
        days, unread = months(found)
        days = pd.to_datetime(days, errors="coerce").dropna() if unread.isna().all() else days.iloc[:0]
        days = days + pd.offsets.MonthEnd(0)
    return days


def days_of(column: Column) -> pd.Series:
    """Return the days that a column holds; none where more than a tenth of its values are no days."""
    found = distinct(column.examples)
    read, unreadable, _ = dates(found, None, date_order(found))
    # LimeSurvey writes 1980-01-01 where a survey keeps no dates.
    read = read[read.dt.year > 1980].dropna()
    return read if unreadable.notna().sum() <= 0.1 * len(column.examples) else read.iloc[:0]


def _by_column(given: Given, undated: int) -> Survey | None:
    """Return the waves of a file that holds several, told by a column of years or waves."""
    for column in given.described.columns:
        if not matches(WAVES, column.name, column.label):
            continue
        values = {t for t in (text_of(v) for v in distinct(column.examples).values) if t}
        if not 1 < len(values) <= 40 or not nearly_filled(column.examples):
            continue
        told = {value: wave for value in values if (wave := _of_a_year(value)) is not None}
        if len(told) > 1 and few(column.examples, values - told.keys()):
            # a year typed otherwise in a record is no wave: `check` asks for it with its line
            values = set(told)
        if len({wave.name for wave in told.values()}) == len(values):
            ordered = sorted(told.items(), key=lambda t: t[1].first)
        elif matches(NAMED_WAVES, column.name, column.label) and (placed := _placed(values)):
            ordered = [(value, _wave_at(given, column, value, undated)) for value in placed]
        else:
            return None
        codes = {wave.name: int(value) if value.isdigit() else value for value, wave in ordered}
        return Survey([("all", given)], [wave for _, wave in ordered], column.name, codes)
    return None


def _placed(values: set[str]) -> list[str]:
    """Return names of waves in order: numbers, a word and a number, before and after; none where no order is told."""
    found = lexicon("waves")
    counted = re.compile(rf"(?:(?:{'|'.join(found['counted'])})\s*(?:n?[°o]?\s*)?)?(\d{{1,2}})")
    sides = {word: side for side in ("before", "after") for word in found[side]}
    place: dict[str, int] = {}
    for value in values:
        said = folded(value)
        number = counted.fullmatch(said)
        if number is not None:
            place[value] = int(number[1])
        elif said in sides:
            place[value] = int(sides[said] == "after")
    alike = len({folded(v) in sides for v in place}) == 1
    return sorted(values, key=place.__getitem__) if alike and len(set(place.values())) == len(values) else []


def _wave_at(given: Given, column: Column, value: str, undated: int) -> Wave:
    """Return the wave of the rows that name it, dated by their answers; else as one file of one wave is."""
    rows = (column.examples.map(text_of) == value).to_numpy(dtype=bool)
    for dated in given.described.columns:
        if matches(RESPONDED, dated.name) and len(days := days_of(replace(dated, examples=dated.examples[rows]))):
            return Wave(value, days.min().date(), days.max().date(), True)
    whole = _wave(given, undated)
    return Wave(value, whole.first, whole.last, False)


def _of_a_year(value: str) -> Wave | None:
    """Return the wave of a year (2006), or of a school year or season (2006-2007, 2006/07); None of anything else."""
    said = re.fullmatch(r"((?:19|20)\d\d)(?:\s*[-/–]\s*((?:19|20)?\d\d))?", value)
    if said is None:
        return None
    year = int(said[1])
    if said[2] is None:
        return Wave(value, dt.date(year, 1, 1), dt.date(year, 12, 31), False)
    if int(said[2]) % 100 != (year + 1) % 100:
        return None
    return Wave(f"{year}-{year + 1}", dt.date(year, 9, 1), dt.date(year + 1, 8, 31), False)
