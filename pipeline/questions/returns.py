"""Monthly returns of attendance as arrays: spaces, months, age bands, activities; missing is not zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evaluation.declared import SourceKind
from pipeline.evaluation.periods import LENGTH, placed, whole_range
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict

Floats = NDArray[np.float64]
#: The one category of returns that are not split by age, or by activity.
UNSPLIT = ("all",)
#: Category of visits whose age, or activity, nobody knows.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Returns:
    """What was received from S spaces over M months, and what should have been.

    counts : (S, M, B, A) visits, NaN where no count was received.
    expected : (S, M) whether the space was open during part of the month.
    months : (M,) the months; for counts of longer periods, each the first month of one (``length`` says of how many).
    membership : (U, S) 1 where the space lies in the unit; the first unit is the region.
    units : (U,) codes of the units; bands, activities : labels of the last two axes of counts.
    complete : whether no return can be missing: the file holds every visit, and a month without any is a zero.
    """

    counts: Floats
    expected: NDArray[np.bool_]
    membership: Floats
    units: tuple[str, ...]
    months: pd.PeriodIndex
    bands: tuple[str, ...]
    activities: tuple[str, ...]
    source: str
    period: str = "month"
    complete: bool = False

    @property
    def length(self) -> int:
        """Return how many months a count is of."""
        return LENGTH[self.period]


class ReturnsSettings(Strict):
    """Which returns a question reads, against which register, and what an absent line of them means."""

    zeros_recorded: bool = True
    """Whether a month without visits of an age band is written as 0; else an absent line of a received month counts
    as 0.
    """
    source: str | None = None
    """Source that it reads, where there are several."""
    sites: str | None = None
    """Source of kind sites, where there are several."""


def read_returns(context: Context, entry: Entry, settings: ReturnsSettings) -> Returns:
    """Return the returns of an attendance source against the register of spaces.

    Raises
    ------
    AnalyseError
        When the evaluation has no attendance or no register, or no count was received.
    """
    chosen: dict[str, tuple[SourceKind, str | None]] = {
        "source": ("attendance", settings.source),
        "sites": ("sites", settings.sites),
    }
    names = {}
    for key, (kind, name) in chosen.items():
        declared = [s for s in context.evaluation.settings.sources if s.kind == kind and name in (None, s.name)]
        # Sign-ins that are reconciled with counts are in the counts already.
        found = [s.name for s in declared if name or not s.reconciles]
        if not found:
            raise entry.no_source(context.evaluation, kind, key, name)
        names[key] = found[0]
    read = (names["source"], names["sites"], settings.zeros_recorded)
    if read not in context.returns:
        spaces = context.by_role(names["sites"], ("opened", "closed"), ("site_id", context.level))
        rows = context.by_role(names["source"], ("month", "age_band", "activity", "visits"), ("site_id",), coded=True)
        source_read = context.evaluation.source(names["source"])
        context.returns[read] = arrange(
            rows,
            spaces,
            context.region,
            context.level,
            names["source"],
            settings.zeros_recorded,
            entry,
            source_read.period,
            source_read.is_complete,
        )
    returns: Returns = context.returns[read]
    return returns


def of_calendar_years(entry: Entry, returns: Returns) -> None:
    """Refuse returns of school years where their visits stand beside what is known of a calendar year.

    Raises
    ------
    AnalyseError
        Saying what the counts are of.
    """
    if returns.period == "school-year":
        raise entry.error(
            "visits of a calendar year are needed, and the counts are of school years",
            found=f"{returns.source}: `period: school-year`",
            allowed="counts of months, quarters, half-years or years",
            action="leave this setting out",
        )


def arrange(
    rows: pd.DataFrame,
    sites: pd.DataFrame,
    region: str,
    level: str,
    source: str,
    zeros_recorded: bool,
    entry: Entry,
    period: str = "month",
    complete: bool = False,
) -> Returns:
    """Arrange clean rows (site_id, month, age_band, activity, visits) into arrays over the spaces of ``sites``.

    In a ``complete`` file a space has 0 visits in an open month without a record, from its opening on, or from its
    first record where the register does not say when it opened.
    """
    received = rows[rows["visits"].notna() & rows["site_id"].isin(sites["site_id"])]
    if received.empty:
        raise entry.error("no count of visits was received", found=f"{len(rows)} rows of '{source}', none with a count")
    when = placed(received["month"], period)
    months = whole_range(when)
    spaces = pd.Index(sites["site_id"])
    bands, activities = _split(received, "age_band"), _split(received, "activity")
    cell = [
        spaces.get_indexer(received["site_id"]),
        months.get_indexer(when),
        bands.place,
        activities.place,
    ]
    counts = np.full((len(spaces), len(months), len(bands.labels), len(activities.labels)), np.nan)
    flat = np.ravel_multi_index(cell, counts.shape)
    sums = np.bincount(flat, weights=received["visits"].to_numpy(np.float64), minlength=counts.size)
    known = np.bincount(flat, minlength=counts.size) > 0
    counts.reshape(-1)[known] = sums[known]
    some = (~np.isnan(counts)).any(axis=(2, 3))
    if not zeros_recorded:
        counts[some] = np.nan_to_num(counts[some])
    # of a year in which nobody sent anything, nothing was asked
    asked = np.isin(months.year, months.year[some.any(axis=0)])
    expected = (_open(sites, months) & asked[None, :]) | some
    if complete:
        begun = _opening_known(sites)[:, None] | np.logical_or.accumulate(some, axis=1)
        expected &= begun & some.any(axis=1)[:, None]
        counts[expected] = np.nan_to_num(counts[expected])
    units = sorted(sites[level].dropna().astype(str).unique()) if level in sites else []
    inside = [np.ones(len(spaces)), *((sites[level].astype(str) == u).to_numpy(np.float64) for u in units)]
    return Returns(
        counts,
        expected,
        np.array(inside),
        (region, *units),
        months,
        bands.labels,
        activities.labels,
        source,
        period,
        complete,
    )


def _opening_known(sites: pd.DataFrame) -> NDArray[np.bool_]:
    """Return (S,) whether the register says when a space opened."""
    if "opened" not in sites:
        return np.zeros(len(sites), dtype=bool)
    return pd.to_datetime(sites["opened"]).notna().to_numpy(dtype=bool)


@dataclass(frozen=True)
class _Split:
    """How visits are split by age, or by activity: ``labels`` (K,) in order, and the place (n,) of each count."""

    labels: tuple[str, ...]
    place: NDArray[np.int64]


def _split(rows: pd.DataFrame, column: str) -> _Split:
    """Return the categories of a column, ages in order; one nameless category where returns are not split.

    Visits are not split where they are all in one category, or where the category is known of none of them.
    """
    nowhere = _Split(UNSPLIT, np.zeros(len(rows), dtype=np.int64))
    if column not in rows:
        return nowhere
    codes, met = pd.factorize(rows[column])
    found = [str(name) for name in met]
    told = rows["visits"][np.append([name != UNKNOWN for name in found], False)[codes]].sum() > 0
    if len(found) < 2 or (UNKNOWN in found and not told):
        return nowhere
    labels = sorted(found, key=lambda c: (float(c.rstrip("+").split("-")[0]) if c[:1].isdigit() else 0.0, c))
    return _Split(tuple(labels), np.append([labels.index(name) for name in found], -1)[codes])


def _open(sites: pd.DataFrame, months: pd.PeriodIndex) -> NDArray[np.bool_]:
    """Return (S, M) whether a space was open on at least one day of a month."""
    opened = pd.to_datetime(sites["opened"]).to_numpy()[:, None] if "opened" in sites else None
    closed = pd.to_datetime(sites["closed"]).to_numpy()[:, None] if "closed" in sites else None
    first, last = months.start_time.to_numpy(), months.end_time.to_numpy()
    inside = np.ones((len(sites), len(months)), dtype=bool)
    if opened is not None:
        inside &= np.isnat(opened) | (opened <= last)
    if closed is not None:
        inside &= np.isnat(closed) | (closed >= first)
    return inside


def part_open(sites: pd.DataFrame, returns: Returns) -> Floats:
    """Return (S, M) the part of its months in which a space was open, 1 for months and where it sent a return alone."""
    parts = np.zeros(returns.expected.shape)
    for number in range(returns.length):
        single = pd.PeriodIndex(returns.months.asfreq("M", how="START")) + number
        parts += _open(sites, single)
    parts /= returns.length
    return np.where(returns.expected & (parts == 0), 1.0, parts)
