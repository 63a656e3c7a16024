"""Units of a region set against its rest: above, comparable, below, or too few answers. Never a rank."""

from __future__ import annotations

import pandas as pd

from pipeline.figures.scope import Scope, published
from pipeline.results import at_most_one, shared, significance
from pipeline.results.time import latest

GROUPS = ("above", "comparable", "below", "unknown", "insufficient")


def group_text(group: str, scope: Scope) -> str:
    """Return where the units of a group stand: « Au-dessus »."""
    return scope.say(f"group.{group}.short")


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
    gaps = gaps[gaps["time"] == shared(levels, "time")]
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
    gap = at_most_one(gaps[gaps["territory"] == code], "gap")
    if gap is None or not significance.published(gap):
        return "unknown", ""
    if not significance.detected(gap):
        return "comparable", str(gap["result_id"])
    return ("above" if gap["estimate"] > 0 else "below"), str(gap["result_id"])
