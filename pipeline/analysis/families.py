"""Multiplicity: p-values adjusted within the family of comparisons that a reader makes at one glance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.survey import multiplicity

#: Measures that test a whole family or a model.
GATE = "global_test"
ALONE = (GATE, "interaction", "curvature", "warning", "parallel_lines")
#: Comparisons that a test of their family opens.
GATED = ("shift", "gap")
#: Measure of the tests of cross-tables.
SCREENED = "association"
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
    """Return the results with ``p_adjusted``: Holm within every family of :func:`family_of`.

    Tests of a whole family are not comparisons of it and keep their p-value; a family that has such a test is told only
    as far as that test allows (:func:`gated`). Associations of the cross-tables are screened together by Benjamini and
    Hochberg: they are many, and none was planned.
    """
    tested = table["p_value"].notna()
    out = table.copy()
    alone = table["measure"].isin(ALONE)
    out.loc[tested & alone, "p_adjusted"] = table.loc[tested & alone, "p_value"]
    screened = tested & (table["measure"] == SCREENED)
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


def gated(table: pd.DataFrame, index: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Return the results whose comparisons have at least the p-value of the test over their whole family.

    A ``global_test`` over a column (``over=age_band``) opens the comparisons of its indicator, population, wave and
    method in that column, or in the units of that territory level; one over ``items`` those of all items. Serial
    gatekeeping (Maurer, Hothorn and Lehmacher 1995): the error rate of the family is that of the test.
    """
    gates = table[(table["measure"] == GATE) & table["p_value"].notna()]
    out = table.copy()
    judged = table["measure"].isin(GATED) & table["p_adjusted"].notna()
    name = table["domain"].str.partition("=")[0]
    for gate, p in zip(gates.itertuples(index=False), gates["p_value"].to_numpy(np.float64), strict=True):
        over = str(gate.domain).partition("=")[2]
        same = judged & (table["analysis"] == gate.analysis) & (table["population"] == gate.population)
        same &= (table["wave"] == gate.wave) & (table["method"] == gate.method)
        if over == "items":
            inside = (table["domain"] == "") & (table["territory_level"] == "region") & ~table["indicator"].isin(index)
        else:
            inside = (table["indicator"] == gate.indicator) & (
                ((name == over) & (table["territory_level"] == "region")) | (table["territory_level"] == over)
            )
        hit = same & inside
        out.loc[hit, "p_adjusted"] = table.loc[hit, "p_adjusted"].clip(lower=p)
    return out
