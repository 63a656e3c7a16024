"""When records are told: the periods or waves, which months of them the file covers, and what two have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.records.reading import Bools, Floats, Records
from pipeline.questions.records.settings import Settings

_MONTHS = {"year": 12, "quarter": 3, "month": 1}
#: Method of a change over the months that the file covers in both periods.
COMMON = "common_months"


@dataclass(frozen=True)
class Period:
    """A period or a wave: its name, which records (n,) it has and at which of its months (NaN in a wave).

    months : how many it has, 0 in a wave.   covered : those of them, from 0 on, of which the file holds records.
    """

    name: str
    inside: Bools
    at: Floats
    months: int
    covered: frozenset[int] = frozenset()

    @property
    def is_wave(self) -> bool:
        """Return whether it is a wave."""
        return self.months == 0

    @property
    def is_partial(self) -> bool:
        """Return whether the file holds less than all of its months."""
        return len(self.covered) < self.months

    def among(self, months: frozenset[int]) -> Bools:
        """Return which records (n,) lie in some of its months; all of a wave."""
        return self.inside if self.is_wave else self.inside & np.isin(self.at, list(months))


def periods(context: Context, entry: Entry, records: Records, settings: Settings) -> list[Period]:
    """Return the periods or waves that are told, in order.

    Raises
    ------
    AnalyseError
        When the records do not say the time that is asked for.
    """
    dated = bool(np.isfinite(records.month).any())
    time = settings.time or ("year" if dated else "wave")
    if time == "wave":
        return _waves(context, entry, records)
    if not dated:
        raise entry.error(
            "the records have no date", "time", found=time, allowed="wave",
            action="give a question the role date, month or year in the instrument, or tell them by wave",
        )  # fmt: skip
    if records.by_year and time != "year":
        raise entry.error("of their date, the records say the year alone", "time", found=time, allowed="year")
    return _of_length(records, _MONTHS[time], _covered(records, settings))


def detailed(entry: Entry, records: Records, settings: Settings) -> list[Period]:
    """Return the shorter periods in which records are counted too: months of years and quarters, unless it says so."""
    if settings.time in ("wave", "month") or records.by_year or not np.isfinite(records.month).any():
        if settings.detail:
            raise entry.error("these records have no shorter periods", "detail", found=settings.detail)
        return []
    return _of_length(records, _MONTHS[settings.detail or "month"], _covered(records, settings))


def _waves(context: Context, entry: Entry, records: Records) -> list[Period]:
    declared = [w.name for w in context.evaluation.settings.waves]
    nowhere = np.full(records.n, np.nan)
    found = [Period(w, records.wave == w, nowhere, 0) for w in declared if (records.wave == w).any()]
    if not found:
        raise entry.error(
            "the records have neither a date nor a wave", "time",
            found="no date and no wave", allowed=declared,
            action="give a question the role date, month or year, or name the file of each wave under `files:`",
        )  # fmt: skip
    return found


def _covered(records: Records, settings: Settings) -> tuple[int, int]:
    """Return the first and the last month, since year 0, of which the file holds the records."""
    if settings.covered:
        first, last = settings.covered
        return 12 * first.year + first.month - 1, 12 * last.year + last.month - 1
    low, high = int(np.nanmin(records.month)), int(np.nanmax(records.month))
    return low, high + 11 if records.by_year else high


def _of_length(records: Records, length: int, covered: tuple[int, int]) -> list[Period]:
    """Return every period of a length from the first month that is covered to the last."""
    first, last = covered
    made = []
    for start in range(first - first % length, last + 1, length):
        at = records.month - start
        inside = (at >= 0) & (at < length)
        held = frozenset(m for m in range(length) if first <= start + m <= last)
        made.append(Period(_name(start, length), inside, np.where(inside, at, np.nan), length, held))
    return made


def _name(start: int, length: int) -> str:
    year, month = divmod(start, 12)
    if length == 12:
        return str(year)
    return f"{year}-Q{month // 3 + 1}" if length == 3 else f"{year}-{month + 1:02d}"


def contrasted(entry: Entry, told: Sequence[Period], settings: Settings) -> tuple[Period, Period] | None:
    """Return the two periods whose change is told, the first and the last by default; None where there is one alone.

    Raises
    ------
    AnalyseError
        When one of those named is none of the records'.
    """
    known = {p.name: p for p in told}
    if settings.contrast is None:
        return (told[0], told[-1]) if len(told) > 1 else None
    if lost := [name for name in settings.contrast if name not in known]:
        raise entry.error("there are no records of this time", "contrast", found=lost, allowed=list(known))
    return known[settings.contrast[0]], known[settings.contrast[1]]


def common(first: Period, last: Period) -> frozenset[int]:
    """Return the months that the file covers in both periods; none in waves, which are compared whole."""
    return first.covered & last.covered
