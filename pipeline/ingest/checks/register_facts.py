"""Facts of a register that cannot all be true, or that no space has: dates, sizes, its name's place, its stratum."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.ingest.lexicon import folded

#: Most hours of a week in which a space is open; most posts of one hall, next to the others.
HOURS_OF_A_WEEK = 100.0
#: Units and strata say the same where so many of the spaces agree.
AGREE = 0.9
#: So few spaces of a stratum in another unit are a mistake, more a change of boundaries.
ALONE = 2


def before_opening(later: pd.Series, opened: pd.Series, word: str) -> np.ndarray:
    """Return, a space, the two days where what follows the opening is dated before it, or an empty text."""
    texts = np.full(len(later), "", dtype=object)
    for row in np.flatnonzero((later < opened).to_numpy(dtype=bool)):
        texts[row] = f"{word} {later.iloc[row]:%Y-%m-%d}, opened {opened.iloc[row]:%Y-%m-%d}"
    return texts


def closed_without_date(closed: np.ndarray, date: pd.Series) -> np.ndarray:
    """Return, a space, what its status says where it closed and no date says when, or an empty text."""
    texts = np.full(len(date), "", dtype=object)
    texts[closed & date.isna().to_numpy(dtype=bool)] = "closed, without a date"
    return texts


def too_many_hours(hours: np.ndarray) -> np.ndarray:
    """Return, a space, its hours a week where nobody keeps a space open so long, or an empty text."""
    texts = np.full(len(hours), "", dtype=object)
    for row in np.flatnonzero((hours > HOURS_OF_A_WEEK) | (hours == 0)):
        texts[row] = f"{hours[row]:g} hours a week"
    return texts


def named_elsewhere(names: pd.Series, own: pd.Series, communes: Mapping[str, str]) -> np.ndarray:
    """Return, a space, the commune that its name ends with where its code is that of another one, or an empty text.

    Parameters
    ----------
    names : of the spaces. own : commune codes. communes : code -> name, of the perimeter.
    """
    texts = np.full(len(names), "", dtype=object)
    held: dict[str, set[str]] = {}
    for code, name in communes.items():
        held.setdefault(folded(name), set()).add(code)
    for row, (name, code) in enumerate(zip(names, own, strict=True)):
        if pd.isna(name) or pd.isna(code) or str(code) not in communes:
            continue
        words = folded(str(name)).replace("d'", "de ").split(" de ")
        said = words[-1].strip() if len(words) > 1 else ""
        mine = folded(communes[str(code)])
        if said in held and str(code) not in held[said] and mine not in folded(str(name)):
            texts[row] = f"named after another commune than that of its code {code} ({communes[str(code)]})"
    return texts


def other_stratum(strata: pd.Series, units: pd.Series) -> np.ndarray:
    """Return, a space, its stratum and its unit where strata are units for nearly all others, or an empty text.

    Parameters
    ----------
    strata, units : of the spaces; missing where unknown.
    """
    texts = np.full(len(strata), "", dtype=object)
    known = (strata.notna() & units.notna()).to_numpy(dtype=bool)
    if known.sum() < 20 or strata[known].nunique() < 3:
        return texts
    usual = units[known].groupby(strata[known]).agg(lambda u: u.value_counts().index[0])
    expected = strata.map(usual)
    # spaces that moved together did so by a change of boundaries
    together = units.groupby([strata, units]).transform("count")
    differs = known & (expected != units).to_numpy(dtype=bool) & (together <= ALONE).to_numpy(dtype=bool)
    if usual.nunique() < 0.9 * len(usual) or differs.sum() > (1 - AGREE) * known.sum():
        return texts
    for row in np.flatnonzero(differs):
        texts[row] = f"stratum {strata.iloc[row]}, its commune is in {units.iloc[row]}"
    return texts
