"""Numbers of another order of magnitude than those beside them: a unit mistaken, a comma lost, an immense weight.

Screening on logarithms, with the median and the median absolute deviation (Hampel, 1974, Journal of the American
Statistical Association 69).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Records of a group without which nothing is concluded.
FEWEST = 8
#: Robust standard deviations beyond which a number is of another order.
BEYOND = 6.0
#: A number of a list is met more often than this in a wave.
SELDOM = 2


def out_of_scale(values: np.ndarray, groups: np.ndarray, times: float) -> np.ndarray:
    """Return, a record, the number and the median of its group where they are of another order, or an empty text.

    Parameters
    ----------
    values : (n,) numbers; only positive ones are looked at.
    groups : (n,) numbers of the groups whose records are alike.
    times : smallest ratio to the median, either way, that is told.
    """
    texts = np.full(len(values), "", dtype=object)
    positive = np.isfinite(values) & (values > 0)
    logs = pd.Series(np.log(np.where(positive, values, 1.0))).where(positive)
    grouped = logs.groupby(groups)
    centre = grouped.transform("median")
    distance = logs - centre
    spread = (1.4826 * distance.abs().groupby(groups).transform("median")).clip(lower=0.1)
    many = grouped.transform("count") >= FEWEST
    out = many & (distance.abs() > np.log(times)) & (distance.abs() > BEYOND * spread)
    for row in np.flatnonzero(out.to_numpy(dtype=bool)):
        ratio = float(np.exp(abs(distance.iloc[row])))
        told = "times" if distance.iloc[row] > 0 else "times less than"
        usual = float(np.exp(centre.iloc[row]))
        texts[row] = f"{values[row]:g}: {ratio:.0f} {told} the usual {usual:.4g}"
    return texts


def no_weight(weights: pd.Series, status: pd.Series) -> np.ndarray:
    """Return, a record, the supplied weight that is no positive number (« none » where it is blank), or an empty text.

    Parameters
    ----------
    weights : (n,) as received.
    status : (n,) of their column; in a wave that has no weights none is missing.
    """
    read = pd.to_numeric(weights)
    bad = ~(read > 0).fillna(False).to_numpy(dtype=bool) & (status.astype("str") != "not_asked").to_numpy(dtype=bool)
    texts = np.full(len(weights), "", dtype=object)
    texts[bad] = ["none" if pd.isna(v) else f"{v:g}" for v in read[bad]]
    return texts


def decimals_among_whole(values: np.ndarray, waves: np.ndarray, share: float) -> np.ndarray:
    """Return, a record, its number where it has decimals and nearly all others of the wave are whole, or an empty text.

    Parameters
    ----------
    values : (n,) answers. share : smallest share of whole numbers among the others.
    """
    texts = np.full(len(values), "", dtype=object)
    told = np.isfinite(values)
    broken = told & (np.abs(values - np.round(np.where(told, values, 0))) > 1e-9)
    for wave in dict.fromkeys(waves.tolist()):
        rows = told & (waves == wave)
        if rows.sum() >= 4 * FEWEST and 1 - broken[rows].mean() >= share:
            for row in np.flatnonzero(rows & broken):
                texts[row] = f"{values[row]:g} among whole numbers"
    return texts


def off_list(values: np.ndarray, waves: np.ndarray, share: float) -> np.ndarray:
    """Return, a record, its number where nearly all others are a few numbers each met often, or an empty text.

    Parameters
    ----------
    values : (n,) numbers as they are drawn from a list: amounts proposed.
    share : smallest share of the records that have a number of the list.
    """
    texts = np.full(len(values), "", dtype=object)
    for wave in dict.fromkeys(waves.tolist()):
        rows = np.flatnonzero(np.isfinite(values) & (waves == wave))
        listed, n = np.unique(values[rows], return_counts=True)
        often = n >= max(FEWEST, 0.01 * len(rows))
        if not often.any() or often.sum() > 20 or n[often].sum() < share * len(rows):
            continue
        known = ", ".join(f"{v:g}" for v in listed[often])
        for row in rows[np.isin(values[rows], listed[n <= SELDOM])]:
            texts[row] = f"{values[row]:g}, the others: {known}"
    return texts
