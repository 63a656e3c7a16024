"""Differences of shares on which everybody agreed in both waves: no linearised error, and yet an interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.survey import Design
from pipeline.survey.intervals import proportion_interval

Floats = NDArray[np.float64]
_ROUNDING = 1e-9
_NORMAL = 1.959963984540054


def with_limits(
    design: Design, table: pd.DataFrame, rows: NDArray[np.intp], waves: tuple[str, str], by: Sequence[str], level: float
) -> pd.DataFrame:
    """Return a table of differences whose ``rows`` have limits and an error where both shares are 0 or 1.

    Parameters
    ----------
    design : over the columns ``wave``, ``by`` and those of the table's column ``variable``.
    table : differences of the second wave less the first.   rows : positions of those without any error.

    Notes
    -----
    The distances of both shares to their own exact limits are squared and added (Newcombe 1998, Statistics in
    Medicine 17, 873, method 10). A share that calibration has fixed has no error either, and keeps none.
    """
    keys = ["variable", *by]
    wanted = table.iloc[rows]
    levels = design.mean(sorted(set(wanted["variable"])), by=["wave", *by], level=level)
    both = [wanted[keys].merge(levels[levels["wave"] == w], on=keys, how="left") for w in waves]
    (p1, low1, high1), (p2, low2, high2) = (_exact(found, level) for found in both)
    agreed = np.isfinite(p1) & np.isfinite(p2)
    lower = (p2 - p1 - np.hypot(p2 - low2, high1 - p1))[agreed]
    upper = (p2 - p1 + np.hypot(high2 - p2, p1 - low1))[agreed]
    made, places = table.copy(), table.index[rows[agreed]]
    made.loc[places, "lower"], made.loc[places, "upper"] = lower, upper
    made.loc[places, "se"] = (upper - lower) / (2 * _NORMAL)
    return made


def _exact(table: pd.DataFrame, level: float) -> tuple[Floats, Floats, Floats]:
    """Return unanimous shares, exactly 0 or 1, and their limits; NaN for any other share."""
    n, df, p = (table[c].to_numpy(np.float64) for c in ("n", "df", "estimate"))
    p = np.where(np.abs(p - np.round(p)) < _ROUNDING, np.round(p), np.nan)
    sizes, degrees = np.where(n > 0, n, np.nan), np.where(df > 0, df, np.nan)
    lower, upper = proportion_interval(p, np.zeros(len(p)), sizes, degrees, level, "nchs")
    return p, lower, upper
