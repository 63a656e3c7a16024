"""What a month is made of: season (coast apart from inland), public and school holidays, time since the label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline import territory
from pipeline.questions.panel import Floats, Ints, Panel, Rows, dummies

#: Months after which the label is taken to have its full effect in models that only hold it constant.
RAMP_MONTHS = 12


@dataclass(frozen=True)
class Seasons:
    """Calendar of the M months and which spaces are coastal.

    calendar : (M, H) holidays, columns ``holidays``; coast : (S,); month_of_year : (M,) 0..11; years : (M,) time in
    years from the middle of the period.
    """

    calendar: Floats
    holidays: tuple[str, ...]
    coast: Floats
    month_of_year: Ints
    years: Floats

    @property
    def two_seasons(self) -> bool:
        """Return whether coast and inland are both there."""
        return bool(0 < self.coast.sum() < len(self.coast))


def seasons_of(panel: Panel, zone: str | None) -> Seasons:
    """Return the calendar of a panel.

    Public holidays count open days lost, school holidays the share of the month's open days.

    Raises
    ------
    TerritoryError
        For years or a zone that the calendar does not know.
    """
    m = len(panel.months)
    calendar = np.zeros((m, 0))
    names: tuple[str, ...] = ()
    if zone is not None:
        table = territory.month_calendar([str(p) for p in panel.months], zone)
        school = (table["school_holidays"] / table["open_days"]).to_numpy(np.float64)
        calendar = np.column_stack([table["public_holidays"].to_numpy(np.float64), school])
        names = ("public_holidays", "school_holidays")
    time = np.arange(m) / 12.0
    return Seasons(
        calendar,
        names,
        panel.sites["coast"].to_numpy(np.float64),
        np.asarray(panel.months.month, dtype=np.int64) - 1,
        time - time.mean(),
    )


def season_columns(seasons: Seasons, rows: Rows) -> Floats:
    """Return (n, 11 or 22) columns of the month of the year, and of coast by month; January is the base."""
    inland = dummies(seasons.month_of_year[rows.month])
    if not seasons.two_seasons:
        return inland
    return np.column_stack([inland, inland * seasons.coast[rows.space][:, None]])


def label_ramp(panel: Panel, rows: Rows) -> Floats:
    """Return (n, 1) the share of the label's effect reached, linear over a year; no column when nothing is labelled."""
    since = rows.month - panel.sites["labelled"].to_numpy(np.float64)[rows.space]
    ramp = np.clip(np.nan_to_num(since, nan=-1.0) / RAMP_MONTHS, 0.0, 1.0)[:, None]
    out: Floats = ramp if ramp.any() else ramp[:, :0]
    return out


def base_columns(panel: Panel, seasons: Seasons, rows: Rows) -> Floats:
    """Return season, holidays and label as columns (n, k)."""
    return np.column_stack([season_columns(seasons, rows), seasons.calendar[rows.month], label_ramp(panel, rows)])
