"""Durations as the field writes them: minutes, hours and minutes, or a range such as `30-60`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.ingest.lexicon import lexicon

_SAID = lexicon("durations")
_RANGE = re.compile(
    rf"(\d+(?:[.,]\d+)?)\s*(?:{'|'.join(_SAID['to'])})\s*(\d+(?:[.,]\d+)?)(?:\s*min(?:utes)?)?",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"(\d+(?:[.,]\d+)?)(?:\s*min(?:utes)?)?", re.IGNORECASE)
_HOURS = re.compile(r"(\d+)\s*h\s*(\d{1,2})?", re.IGNORECASE)
_MORE = re.compile(
    rf"(?:>\s*(\d+)|(\d+)\s*\+|(?:{'|'.join(_SAID['more'])})\s+(\d+))(?:\s*min(?:utes)?)?", re.IGNORECASE
)
_LESS = re.compile(rf"(?:<\s*(\d+)|(?:{'|'.join(_SAID['less'])})\s+(\d+))(?:\s*min(?:utes)?)?", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)(?::[0-5]\d)?")


def limits_of(text: str) -> tuple[float, float] | None:
    """Return the shortest and longest duration in minutes that a text allows; None where it is no duration.

    `45` is 45 to 45, `1h30` is 90 to 90, `30-60` is 30 to 60, `120+` has no upper end (infinity).
    """
    text = text.strip()
    if found := _RANGE.fullmatch(text):
        low, high = (float(v.replace(",", ".")) for v in found.groups())
        return (low, high) if low <= high else None
    if found := _SINGLE.fullmatch(text):
        value = float(found[1].replace(",", "."))
        return value, value
    if found := _HOURS.fullmatch(text):
        minutes = 60.0 * int(found[1]) + int(found[2] or 0)
        return minutes, minutes
    if found := _MORE.fullmatch(text):
        return float(next(g for g in found.groups() if g)), float("inf")
    if found := _LESS.fullmatch(text):
        return 0.0, float(next(g for g in found.groups() if g))
    return None


def durations(column: pd.Series, midpoint: bool) -> tuple[pd.DataFrame, pd.Series]:
    """Return the durations of a column and the texts that are none.

    Parameters
    ----------
    column : durations as text or numbers, missing where blank.
    midpoint : whether a range stands for its midpoint (declared); a range without an upper end never does.

    Returns
    -------
    frame of ``minutes`` (missing for ranges unless ``midpoint``), ``minutes_low``, ``minutes_high`` (infinity: none),
    and the unreadable texts (missing elsewhere).
    """
    codes, values = pd.factorize(column)
    found = [limits_of(_plain(v)) for v in values]
    low = _taken([np.nan if f is None else f[0] for f in found], codes)
    high = _taken([np.nan if f is None else f[1] for f in found], codes)
    exact = (low == high) | (midpoint & np.isfinite(high))
    minutes = np.full(len(column), np.nan)
    minutes[exact] = (low[exact] + high[exact]) / 2
    frame = pd.DataFrame({"minutes": minutes, "minutes_low": low, "minutes_high": high}, index=column.index)
    unread = [None if f is not None else str(v) for v, f in zip(values, found, strict=True)]
    texts: pd.Series = pd.Series(pd.array([*unread, None], dtype="str")[codes], index=column.index)  # type: ignore[call-overload]
    return frame.astype("Float64"), texts


def minutes_between(arrival: pd.Series, departure: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return minutes from arrival to departure (times of one day, `14:05` or `14h05`), and the texts that are no time.

    Missing where a time is missing; negative where the departure comes first, for the expectations to find.
    """
    (start, bad_start), (end, bad_end) = clock_minutes(arrival), clock_minutes(departure)
    return pd.Series(end - start, index=arrival.index, dtype="Float64"), bad_start.fillna(bad_end)


def clock_minutes(column: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Return times of day as minutes since midnight (NaN where missing or none), and the texts that are no time."""
    codes, values = pd.factorize(column)
    found = [_CLOCK.fullmatch(str(v).strip()) for v in values]
    minutes = _taken([np.nan if m is None else 60.0 * int(m[1]) + int(m[2]) for m in found], codes)
    unread = [None if m is not None else str(v) for v, m in zip(values, found, strict=True)]
    texts: pd.Series = pd.Series(pd.array([*unread, None], dtype="str")[codes], index=column.index)  # type: ignore[call-overload]
    return minutes, texts


def _taken(values: Sequence[float], codes: np.ndarray) -> np.ndarray:
    taken: np.ndarray = np.array([*values, np.nan])[codes]
    return taken


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
