"""The register of spaces as a list of dates: which spaces are open on a day."""

from __future__ import annotations

import datetime as dt

import pandas as pd


def open_at(sites: pd.DataFrame, date: dt.date) -> pd.Series:
    """Return whether each space is open at the end of a day (closed on a day: no longer open that evening).

    A register without dates of opening, or of closing, tells of none.
    """
    day, never = pd.Timestamp(date), pd.Series(pd.NaT, index=sites.index)
    opened, closed = (pd.to_datetime(sites.get(event, never)) for event in ("opened", "closed"))
    return (opened.isna() | (opened <= day)) & (closed.isna() | (closed > day))
