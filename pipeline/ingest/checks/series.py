"""Monthly counts of spaces as series: months that are missing, months far from the space's own seasonal level."""

from __future__ import annotations

import numpy as np

#: Months around a month that make up the level of a space: half a year before and after.
WINDOW = 6
#: Spaces that must report a month for its common level to be told from their own.
FEWEST_SPACES = 5


def spikes(visits: np.ndarray, limit: float, at_least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the months far from the space's own seasonal level, and the level of every month.

    The level of a space in a month is the median of its own months around it, each divided by what that month of the
    calendar is worth over all spaces (median of the ratios to the space's level). Distances are taken on square roots,
    where the spread of counts hardly depends on their size (Bartlett, 1936), and measured in robust standard
    deviations of the space: 1.4826 times the median absolute distance, at least half a count's own spread (0.5).

    Parameters
    ----------
    visits : spaces x months, NaN where no count was received.
    limit : robust standard deviations beyond which a month stands out.
    at_least : months without which a space is not looked at.

    Returns
    -------
    out : boolean, spaces x months. expected : level, NaN where unknown.
    """
    expected, spread = standing(visits, at_least)
    distance = np.sqrt(visits) - np.sqrt(expected)
    with np.errstate(invalid="ignore"):
        out = np.abs(distance) > limit * spread[:, None]
    return out & np.isfinite(distance), expected


def standing(visits: np.ndarray, at_least: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Return the seasonal level of every month (spaces x months), and the spread of each space around it.

    The spread (spaces,) is that of square roots (`spikes`), NaN where a space has fewer than ``at_least`` months.
    """
    worth = _worth(visits)
    expected = _moving_median(visits / worth) * worth
    distance = np.sqrt(visits) - np.sqrt(expected)
    known = np.isfinite(distance)
    spread = np.full(len(visits), np.nan)
    for i in np.flatnonzero(known.sum(axis=1) >= at_least):
        spread[i] = max(1.4826 * float(np.median(np.abs(distance[i, known[i]]))), 0.5)
    return expected, spread


def _worth(visits: np.ndarray) -> np.ndarray:
    """Return what each month is worth over all spaces, 1 where too few report it or nothing was counted."""
    level = _moving_median(visits)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(level > 0, visits / level, np.nan)
    worth = np.ones(visits.shape[1])
    for t in range(visits.shape[1]):
        known = ratio[np.isfinite(ratio[:, t]), t]
        if len(known) >= FEWEST_SPACES:
            worth[t] = float(np.median(known)) or 1.0
    return worth


def _moving_median(values: np.ndarray) -> np.ndarray:
    months = values.shape[1]
    level = np.full(values.shape, np.nan)
    for t in range(months):
        around = values[:, max(0, t - WINDOW) : t + WINDOW + 1]
        some = np.isfinite(around).any(axis=1)
        if some.any():
            level[some, t] = np.nanmedian(around[some], axis=1)
    return level


def missing_months(received: np.ndarray, opened: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Return the months that a space should have sent and did not.

    Parameters
    ----------
    received : boolean, spaces x months.
    opened, closed : position of the month in which the space opened and closed (NaN: not known).

    Notes
    -----
    The months of opening and closing are not expected. A space without these dates is expected between its own first
    and last month.
    """
    months = np.arange(received.shape[1])
    some = received.any(axis=1)
    first = np.where(some, received.argmax(axis=1), np.inf)
    last = np.where(some, received.shape[1] - 1 - received[:, ::-1].argmax(axis=1), -np.inf)
    start = np.where(np.isfinite(opened), opened + 1, first)
    end = np.where(np.isfinite(closed), closed - 1, np.where(np.isfinite(opened), received.shape[1] - 1, last))
    expected = (months >= start[:, None]) & (months <= end[:, None])
    return np.asarray(expected & ~received)
