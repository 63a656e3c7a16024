"""When a number is about: a wave or a period, one of them or from one to another, and its place among the others.

A wave's name is only a name (2006, V10, après): its place is the one in which the evaluation declares it. A period is
calendar: its name says when it begins. Nothing else sorts, compares or takes apart names of time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.errors import ResultsError

_TO = ".."
#: A period without limits: all that was counted.
ALWAYS = "all"
_YEAR = re.compile(r"(\d{4})")
_PARTS = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})"), lambda y, m, d: dt.date(y, m, d)),
    (re.compile(r"(\d{4})-(\d{2})"), lambda y, m: dt.date(y, m, 1)),
    (re.compile(r"(\d{4})-[QT]([1-4])"), lambda y, q: dt.date(y, 3 * q - 2, 1)),
    (re.compile(r"(\d{4})-[HS]([12])"), lambda y, h: dt.date(y, 6 * h - 5, 1)),
    (re.compile(r"(\d{4})-W(\d{2})"), lambda y, w: dt.date.fromisocalendar(y, w, 1)),
    # a school year; of two other years, month 13 is none
    (re.compile(r"(\d{4})-(\d{4})"), lambda y, z: dt.date(y, 9 if z == y + 1 else 13, 1)),
    (_YEAR, lambda y: dt.date(y, 1, 1)),
)


@dataclass(frozen=True)
class Time:
    """A wave or a period, or the way from one to another.

    kind : ``wave`` or ``period``.   first, last : names of both ends, the same for a single one.
    """

    kind: str
    first: str
    last: str

    @property
    def name(self) -> str:
        """Return the name that a result_id has: ``2006``, ``2003..2006``."""
        return from_to(self.first, self.last)

    @property
    def is_span(self) -> bool:
        """Return whether it goes from one wave or period to another."""
        return self.first != self.last


def from_to(first: object, last: object = None) -> str:
    """Return the name of the way from one wave or period to another; of a single one when both are the same."""
    return str(first) if last is None or str(first) == str(last) else f"{first}{_TO}{last}"


def ends(name: object) -> tuple[str, str]:
    """Return the first and the last wave or period of a name, the same twice for a single one."""
    first, found, last = str(name).partition(_TO)
    return (first, last) if found else (first, first)


def is_span(name: object) -> bool:
    """Return whether a name goes from one wave or period to another."""
    return _TO in str(name)


def last_of(name: object) -> str:
    """Return the wave or period that a name ends with."""
    return ends(name)[1]


def begin(period: str) -> dt.date | None:
    """Return the first day of a single period; None where its name is no date (``all``)."""
    for pattern, made in _PARTS:
        found = pattern.fullmatch(period)
        if found:
            try:
                return made(*map(int, found.groups()))
            except ValueError:
                return None
    return None


def is_year(period: object) -> bool:
    """Return whether a period is one calendar year."""
    return _YEAR.fullmatch(str(period)) is not None


def year_of(period: object) -> int:
    """Return the calendar year of a period that is one (:func:`is_year`)."""
    return int(str(period))


def years(period: object) -> range:
    """Return the calendar years that a period touches, in order; none where its name is no date."""
    first, last = (begin(end) for end in ends(period))
    return range(first.year, last.year + 1) if first and last else range(0)


def place(name: str, waves: Sequence[str] | None = None) -> float:
    """Return the place of a wave among ``waves``, or of a period in the calendar when ``waves`` is None.

    A way from A to B stands right after B, ways to the same B in the order of where they start.

    Raises
    ------
    ResultsError
        For a wave that is not declared.
    """
    first, last = (_single(end, waves) for end in ends(name))
    return last if first == last else last + (first + 1) / _FAR


#: More than the days of the calendar, so that where a way starts never weighs more than where it ends.
_FAR = 10_000_000.0


def _single(name: str, waves: Sequence[str] | None) -> float:
    if waves is None:
        day = begin(name)
        return float(day.toordinal()) if day else 0.0
    if name not in waves:
        raise ResultsError(
            "a result is about a wave that the evaluation does not declare", found=name, allowed=list(waves)
        )
    return float(list(waves).index(name))


def orders(table: pd.DataFrame, waves: Sequence[str] | None = None) -> pd.Series:
    """Return (n,) the places of a results table's rows: of their wave where they have one, else of their period.

    Parameters
    ----------
    table : columns ``wave`` and ``period``, one of them empty.
    waves : names of the waves in the order in which they are declared; None for a table made by hand, whose rows stand
        in the order of their waves.
    """
    if waves is None:
        waves = list(dict.fromkeys(end for name in table["wave"].unique() if name for end in ends(name)))
    of_waves = {name: place(name, waves) for name in table["wave"].unique() if name}
    of_periods = {name: place(name) for name in table["period"].unique() if name}
    found = table["wave"].map(of_waves)
    return found.where(table["wave"] != "", table["period"].map(of_periods)).astype("float64")


def placed_ids(rows: pd.DataFrame) -> pd.Series:
    """Return (n,) the result_ids of a results table with each wave's place for its name: as they are listed.

    Waves of other names are listed alike.
    """
    named = rows["wave"] != ""
    places = {
        (name, order): from_to(*(f"{int(p):04d}" for p in ((_start(order), order) if is_span(name) else (order,))))
        for name, order in rows.loc[named, ["wave", "order"]].drop_duplicates().itertuples(index=False)
    }
    listed = [
        i.replace(f"wave={w}/", f"wave={places[w, o]}/", 1) if w else i
        for i, w, o in zip(rows["result_id"], rows["wave"], rows["order"], strict=True)
    ]
    return pd.Series(listed, index=rows.index, dtype="str")


def in_order(rows: pd.DataFrame, spans: bool | None = None) -> list[str]:
    """Return the names of the waves or periods of some results, in order.

    Parameters
    ----------
    rows : results with columns ``time`` and ``order``.
    spans : only ways from one to another, only single ones, or (None) all.
    """
    each = dict.fromkeys(zip(rows["time"].tolist(), rows["order"].tolist(), strict=True))
    # those whose place is not known stand last
    ordered = sorted(each, key=lambda pair: (pair[1] != pair[1], pair[1]))
    return [t for t in dict.fromkeys(t for t, _ in ordered) if spans is None or is_span(t) == spans]


def latest(rows: pd.DataFrame) -> str:
    """Return the name of the last wave or period of some results; empty where there is no result."""
    return next(reversed(in_order(rows)), "")


def earliest(rows: pd.DataFrame) -> str:
    """Return the name of the first wave or period of some results; empty where there is no result."""
    return next(iter(in_order(rows)), "")


def moments(rows: pd.DataFrame) -> list[str]:
    """Return the single waves and years that results are about, each once, in order; both ends of a way count."""
    waves = dict.fromkeys(zip(rows["wave"].tolist(), rows["order"].tolist(), strict=True))
    placed: dict[str, float] = {}
    for name, order in (each for each in waves if each[0] != ""):
        first, last = ends(name)
        placed |= {last: order // 1, first: _start(order) if first != last else order}
    named = sorted(placed, key=placed.__getitem__)
    calendar = {str(day.year) for name in rows["period"].unique() for end in ends(name) if (day := begin(end))}
    found = list(dict.fromkeys([*named, *sorted(calendar)]))
    return sorted(found) if all(map(is_year, found)) else found


def _start(order: float) -> float:
    """Return the place where a way starts, which :func:`place` keeps behind the place where it ends."""
    return round(order % 1 * _FAR) - 1.0


def singles(names: Iterable[str]) -> list[str]:
    """Return the names that are single waves or periods, in the order given."""
    return [n for n in names if not is_span(n)]
