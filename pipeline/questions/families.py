"""Multiplicity: p-values adjusted within the family of comparisons that a reader makes at one glance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.results import DECLARED
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
    out: pd.Series = joined(table, _SAME) + "|" + inside
    return out


def adjust(table: pd.DataFrame, index: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Return the results with ``p_adjusted``: Holm within every family of :func:`family_of`.

    Tests of a whole family, or of a model, are not comparisons of it and keep their p-value; a family that has such a
    test is told only as far as that test allows (:func:`gated`). Tests that none planned and that are many are screened
    together by Benjamini and Hochberg.
    """
    tested = table["p_value"].notna()
    out = table.copy()
    kind = _kinds(table)
    alone = kind.isin(["alone", "gate"])
    out.loc[tested & alone, "p_adjusted"] = table.loc[tested & alone, "p_value"]
    screened = tested & (kind == "screened")
    if screened.any():
        p = table.loc[screened, "p_value"].to_numpy(np.float64)
        out.loc[screened, "p_adjusted"] = multiplicity.adjust(p, "benjamini_hochberg")
    tested &= ~alone & ~screened
    part = table[tested]
    if part.empty:
        return out
    adjusted = (
        part["p_value"]
        .groupby(family_of(part, index))
        .transform(lambda p: multiplicity.adjust(p.to_numpy(np.float64), "holm"))
    )
    out.loc[tested, "p_adjusted"] = adjusted
    return gated(out, index)


def _kinds(table: pd.DataFrame) -> pd.Series:
    """Return how the question of every row says that its test is adjusted."""
    return pd.Series([measure.family for measure in table[DECLARED]], table.index, dtype="object")


def gated(table: pd.DataFrame, index: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Return the results whose comparisons have at least the p-value of the test over their whole family.

    A test of a whole family over a column (``over=age_band``) opens the comparisons of its indicator, population, wave
    and method in that column, or in the units of that territory level; one over ``items`` those of all items. Serial
    gatekeeping (Maurer, Hothorn and Lehmacher 1995): the error rate of the family is that of the test.
    """
    kind = _kinds(table)
    gates = table[(kind == "gate") & table["p_value"].notna()]
    out = table.copy()
    judged = table[(kind == "gated") & table["p_adjusted"].notna()]
    name = judged["domain"].str.partition("=")[0]
    for gate, p in zip(gates.itertuples(index=False), gates["p_value"].to_numpy(np.float64), strict=True):
        over = str(gate.domain).partition("=")[2]
        same = (judged["analysis"] == gate.analysis) & (judged["population"] == gate.population)
        same &= (judged["wave"] == gate.wave) & (judged["method"] == gate.method)
        if over == "items":
            inside = (judged["domain"] == "") & (judged["territory_level"] == "region")
            inside &= ~judged["indicator"].isin(index)
        else:
            inside = (judged["indicator"] == gate.indicator) & (
                ((name == over) & (judged["territory_level"] == "region")) | (judged["territory_level"] == over)
            )
        hit = judged.index[same & inside]
        out.loc[hit, "p_adjusted"] = judged.loc[hit, "p_adjusted"].clip(lower=p)
    return out
