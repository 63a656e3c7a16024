"""Which columns of a file of counts say when, and of what period its counts are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.evaluation.periods import Period
from pipeline.ingest.faults import some
from pipeline.ingest.lexicon import folded, lexicon, patterns
from pipeline.ingest.periods import NAMED, dated, period_named, period_of
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, role_of
from pipeline.ingest.totals import label_of
from pipeline.ingest.values import dates, distinct, text_of

_SAID = patterns("headers")
_DAY, _REMARK, _PART_OF_DAY, _PERSONS = (_SAID[which] for which in ("day", "remark", "part_of_day", "persons"))
#: Columns of a file of counts, at most.
MOST = 12


@dataclass(frozen=True)
class Counted:
    """When the counts of a file are of.

    Attributes
    ----------
    column : the column that says it.
    year : the column of its year, where that one names a month or a quarter alone.
    period : what its values are; "month" too where they are days, or nobody knows.
    """

    column: str
    year: str | None
    period: Period


def counted(described: Described) -> Counted | None:
    """Return when the counts of spaces are of; None where the file is none of counts.

    Raises
    ------
    IngestError
        Counts of weeks, or of several periods in one column.
    """
    columns = described.columns
    roles = {c.name: role_of(ATTENDANCE_ROLES, c.name, c.label) for c in columns}
    if "site" not in roles.values() or len(columns) > MOST:
        return None
    spaces = [_texts(c.examples) for c in columns if roles[c.name] == "site"]
    if (day := _by_day(described)) is not None and len(set(spaces[0])) <= 0.5 * described.n:
        return Counted(day, None, "month")
    if "visits" not in roles.values() and not totals_persons(described):
        return None
    told = {c.name: _header(c.name) for c in columns if roles[c.name] in (None, "month")}
    years = [c for c in columns if told.get(c.name) in ("year", "school-year")]
    months = [c for c in columns if roles[c.name] == "month"]
    parts = [c for c in columns if told.get(c.name) in ("quarter", "half-year", "week")]
    if not months and len([p for p in told.values() if p is not None]) < len(told):
        # a survey asks for the year and for visits too, and for something else
        return None
    if "week" in told.values():
        raise _no_period(described, "a week", [c.name for c in columns])
    asked = parts or months or years
    if not asked:
        return None
    when = asked[0]
    year = next((c for c in years if c is not when), None)
    return _of_values(described, when, year, told[when.name])


def totals_persons(described: Described) -> bool:
    """Return whether a total stands beside the persons whom it adds up: « Femmes », « Hommes », « Enfants »."""
    roles = [role_of(ATTENDANCE_ROLES, c.name, c.label) for c in described.columns]
    parts = [c for c in described.columns if re.fullmatch(_PERSONS, plain_words(c.name))]
    return "total" in roles and "visits" not in roles and len(parts) > 1


def counts_days(described: Described) -> bool:
    """Return whether a table holds counts of days and nothing else, its space being told elsewhere (by its sheet)."""
    return _by_day(described) is not None


def _by_day(described: Described) -> str | None:
    """Return the one column of days of counts of a day; None where the table holds something else.

    Beside the space, the day and the count (of visits, or a total of the parts of the day) nothing is told but remarks.
    """
    roles = {c.name: role_of(ATTENDANCE_ROLES, c.name, c.label) for c in described.columns}
    told = set(roles.values())
    apart = [c for c in described.columns if roles[c.name] is None]
    days = [c for c in apart if re.fullmatch(_DAY, plain_words(c.name))]
    if "month" in told or not told & {"visits", "total"} or len(days) != 1 or not _are_days(days[0]):
        return None
    beside = [c for c in apart if re.fullmatch(rf"{_REMARK}|{_PART_OF_DAY}", plain_words(c.name))]
    return days[0].name if len(apart) == 1 + len(beside) else None


def _are_days(column: Column) -> bool:
    """Return whether a column holds days, rows of totals aside."""
    if column.kind == "date":
        return True
    texts = [t for t in _texts(column.examples) if label_of(t) is None]
    return bool(texts) and bool(dates(distinct(pd.Series(texts, dtype="str")), None)[1].isna().all())


def _header(name: str) -> str | None:
    """Return the period other than a month that a header names, None where it names none."""
    return next((p for p, words in lexicon("periods").items() if folded(name) in words), None)


def _of_values(described: Described, when: Column, year: Column | None, header: str | None) -> Counted | None:
    """Return what the values of a column are, with those of its year where they name none."""
    alone = _texts(when.examples)
    if (found := period_of(alone)) is not None:
        return Counted(when.name, None, found)
    if year is not None:
        for period in (p for p in NAMED if header in (None, p)):
            both = _texts(dated(when.examples, year.examples, period))
            if both and all(period_named(t, period) for t in both):
                return Counted(when.name, year.name, period)
    named = {p: t for t in alone for p in NAMED if period_named(t, p)}
    if len(named) > 1:
        raise _several(described, when, named)
    if header is not None:
        raise _no_period(described, f"a {header}", [f"column '{when.name}': {some(alone)}"])
    return Counted(when.name, None, "month")


def _texts(values: pd.Series) -> list[str]:
    return list(dict.fromkeys(t for t in map(text_of, values) if t is not None))


def _several(described: Described, when: Column, named: dict[Period, str]) -> Unusable:
    last = list(named.values())[-1]
    row = int(np.flatnonzero(when.examples.map(text_of) == last)[0])
    return Unusable(
        "counts of several periods stand in one column",
        where=f"{described.file}:{int(described.received.lines[row])}, column '{when.name}'",
        found=", ".join(f"{text} (a {period})" for period, text in named.items()),
        allowed="counts of one period: months, quarters, half-years, years or school years",
        action="put each in a file of its own, or take out those that add up the others",
    )


def _no_period(described: Described, what: str, found: Sequence[str]) -> Unusable:
    return Unusable(
        f"these are counts of {what}, and nothing says of which",
        where=described.file,
        found=", ".join(found),
        allowed="months (2006-01, janvier 2006), quarters (T1 2006), half-years (S1 2006), years (2006), school years"
        " (2005-2006), in one column, or with their year in another",
        action="write them so, or leave the file out",
    )
