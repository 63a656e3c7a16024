"""Multiplicity: p-values adjusted within the family of comparisons that a reader makes at one glance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.survey import multiplicity

#: What tells families apart whatever varies inside them.
_SAME = ["analysis", "measure", "method", "population", "wave", "period", "territory_level"]


def joined(table: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return text columns joined by a bar."""
    text = table[columns[0]].astype("object")
    for column in columns[1:]:
        text = text + "|" + table[column].astype("object")
    return text


def family_of(table: pd.DataFrame, index: frozenset[str] = frozenset()) -> pd.Series:
    """Return the family of every row as text.

    Three kinds: the units of a territory level for one indicator and domain; the categories of a domain (age bands)
    for one indicator in the region; the indicators of an analysis (services, items) in the region. Indicators of
    ``index`` (an index of several items) are families of their own beside the items.
    """
    names = table["domain"].str.replace(r"=[^/]*", "", regex=True)
    region = table["territory_level"] == "region"
    own = names.ne("") | ~region
    indexes = table["indicator"].isin(index)
    inside = np.select(
        [~region, own, indexes],
        [table["indicator"] + "|" + table["domain"], table["indicator"] + "|" + names, "(index)"],
        default="(items)",
    )
    return joined(table, _SAME) + "|" + inside


def adjust(table: pd.DataFrame, index: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Return the results with ``p_adjusted``: Holm within every family of :func:`family_of`."""
    tested = table["p_value"].notna()
    out = table.copy()
    part = table[tested]
    if part.empty:
        return out
    adjusted = (
        part["p_value"]
        .groupby(family_of(part, index))
        .transform(lambda p: multiplicity.adjust(p.to_numpy(np.float64), "holm"))
    )
    out.loc[tested, "p_adjusted"] = adjusted
    return out
