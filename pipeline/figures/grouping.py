"""Units of a region set against its rest: above, comparable, below, or too few answers. Never a rank."""

from __future__ import annotations

import pandas as pd

from pipeline.figures.scope import Scope, published
from pipeline.results.time import latest
from pipeline.wording import sentences

GROUPS = ("above", "comparable", "below", "unknown", "insufficient")
_WORDS = {
    "above": ("Au-dessus du reste de la région", "Above the rest of the region"),
    "comparable": ("Comparable au reste de la région", "Comparable to the rest of the region"),
    "below": ("Au-dessous du reste de la région", "Below the rest of the region"),
    "unknown": ("Écart non publiable", "Gap not publishable"),
    "insufficient": ("Résultat non publiable", "Not publishable"),
}
_SHORT = {
    "above": ("Au-dessus", "Above"),
    "comparable": ("Comparable", "Comparable"),
    "below": ("Au-dessous", "Below"),
    "unknown": ("Écart non publiable", "Gap not publishable"),
    "insufficient": ("Résultat non publiable", "Not publishable"),
}


def group_text(group: str, lang: str, short: bool = False) -> str:
    """Return the name of a group of units."""
    return (_SHORT if short else _WORDS)[group][lang == "en"]


def units(
    scope: Scope, analysis: str, indicator: str, measure: str = "share", population: str = "users"
) -> pd.DataFrame:
    """Return the last wave's rows of every unit with its ``group``, ``label`` and ``gap_id``.

    A unit is above or below when its gap with the rest of the region is significant (after adjustment for the
    number of units where the analysis gives it); otherwise it is comparable.
    """
    levels = scope.rows(analysis, indicator, measure, population=population, units=True)
    if levels.empty:
        return levels.assign(group=[], label=[], gap_id=[])
    levels = levels[levels["time"] == latest(levels)].copy()
    gaps = scope.rows(analysis, indicator, "gap", population=population, units=True)
    gaps = gaps[gaps["time"] == levels["time"].iloc[0]].drop_duplicates("territory").set_index("territory")
    shown = set(published(levels)["territory"])
    groups, ids = [], []
    for code in levels["territory"]:
        group, identity = _group(code, gaps) if code in shown else ("insufficient", "")
        groups.append(group)
        ids.append(identity)
    names = [scope.text(f"{scope.unit_level}={code}") for code in levels["territory"]]
    levels = levels.assign(group=groups, gap_id=ids, label=names)
    rank = {g: i for i, g in enumerate(GROUPS)}
    return (
        levels.assign(_rank=levels["group"].map(rank))
        .sort_values(["_rank", "territory"], kind="stable")
        .drop(columns="_rank")
    )


def _group(code: str, gaps: pd.DataFrame) -> tuple[str, str]:
    if code not in gaps.index:
        return "unknown", ""
    gap = gaps.loc[code]
    if not sentences.published(gap):
        return "unknown", ""
    if not sentences.established(gap):
        return "comparable", str(gap["result_id"])
    return ("above" if gap["estimate"] > 0 else "below"), str(gap["result_id"])
