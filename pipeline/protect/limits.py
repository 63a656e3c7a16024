"""What the printed limits of an interval say of the estimate between them.

A limit is a function of the estimate, its standard error, n and the degrees of freedom, all of them printed. Rounded
outward to the step of the estimate, each limit leaves it another interval of about a step, and what all of them leave
together is often narrower than the step: a reader who works backwards knows that much, and the audit starts from it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.interval import lower_limit, t_limit, upper_limit
from pipeline.protect.printed import STEP, last_digit

Floats = NDArray[np.float64]
#: A limit of an estimate from the estimate, its standard error, n, degrees of freedom and the probability beyond.
Limit = Callable[[Floats, Floats, Floats, Floats, float], Floats]
_USED = ("estimate", "exact", STEP, "lower", "upper", "se", "df", "n")
_TAIL = 0.025
_HALF = 0.5


def told_by_limits(table: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the least and the greatest estimate (rows,) that the printed limits of a row allow.

    Parameters
    ----------
    table : results as printed (with ``step``), beside the column ``exact`` of private estimates. Rows whose limits are
        made in another way than from their own error have infinite bounds, and so have those without limits.
    """
    sampled = table["inference"].isin(["sample", "nonprobability"]) & table["se"].gt(0) & table["lower"].notna()
    low, high = np.full(len(table), -np.inf), np.full(len(table), np.inf)
    for units, limits, most in (
        (("share",), (lower_limit, upper_limit), 1.0),
        (("mean", "score"), (_mean_lower, _mean_upper), np.inf),
    ):
        rows = np.flatnonzero(sampled & table["unit"].isin(units))
        if len(rows):
            low[rows], high[rows] = _bounds(table[list(_USED)].iloc[rows], limits, most)
    return low, high


def _mean_lower(mean: Floats, se: Floats, n: Floats, df: Floats, tail: float) -> Floats:
    lower: Floats = mean + t_limit(df, tail) * se
    return lower


def _mean_upper(mean: Floats, se: Floats, n: Floats, df: Floats, tail: float) -> Floats:
    upper: Floats = mean - t_limit(df, tail) * se
    return upper


def _bounds(table: pd.DataFrame, limits: tuple[Limit, Limit], largest: float) -> tuple[Floats, Floats]:
    estimate, exact, step, lower, upper, se, df, n = (table[c].to_numpy(np.float64) for c in _USED)
    off = _HALF * last_digit(se)
    sharp, blunt = (se - off, n, df + _HALF), (se + off, n, df - _HALF)
    ends = np.minimum(estimate, exact) - step / 2, np.maximum(estimate, exact) + step / 2
    # an interval that stops at nothing or at all says less; between the ends of a step limits are as good as straight
    open_low, open_high = lower <= 0, upper >= largest
    bounds = []
    for told, end, given, is_open, far in (
        (lower, 0, sharp, open_low, -np.inf),
        (lower + step, 0, blunt, open_low, np.inf),
        (upper - step, 1, blunt, open_high, -np.inf),
        (upper, 1, sharp, open_high, np.inf),
    ):
        first, last = (limits[end](e, *given, _TAIL) for e in ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = ends[0] + (told - first) * (ends[1] - ends[0]) / (last - first)
        bounds.append(np.where(is_open | ~np.isfinite(at), far, at))
    least, most = np.maximum(bounds[0], bounds[2]), np.minimum(bounds[1], bounds[3])
    # limits made otherwise (of an answer that nobody or everybody gave, of a lone unit) contradict the estimate
    right = (least <= exact + 1e-9) & (most >= exact - 1e-9)
    return np.where(right, least, -np.inf), np.where(right, most, np.inf)
