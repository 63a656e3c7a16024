"""What became of published numbers from one printing to another, and what the numbers themselves say of why."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.protect.ledger import EDITIONS
from pipeline.protect.printed import STEP
from pipeline.results.table import TOLD

#: What became of a number, in the order in which it is told.
FATES = ("changed", "hidden now", "shown now", "other precision", "no longer there", "new")
_BESIDE_ROUNDING = 1e-9
#: The codes that a quantity counts, variable by variable, before those among whom it counts.
_COUNTED = re.compile(r"(?<=[{&])([^=|{}&]*)=[^|{}&]*(?=[^{}]*\|)")
#: What a number says that is counted from other answers of the same questions now.
DEFINITION = "definition"


def printed_in(ledger: pd.DataFrame, printing: str) -> pd.DataFrame:
    """Return the lines of a ledger that one printing has."""
    return ledger[ledger[EDITIONS].str.split().map(lambda names: printing in names).to_numpy(bool)]


def printing_of(ledger: pd.DataFrame, edition: int) -> str:
    """Return the last printing of an edition that a ledger knows, 2006 or, once corrected, 2006-2; else nothing."""
    names = {name for told in ledger[EDITIONS].unique() for name in told.split()}
    return max((name for name in names if name.partition("-")[0] == str(edition)), default="")


def changes_of(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers that differ between two ledgers of one edition each, the largest change first.

    Returns
    -------
    Columns: fate, quantity, unit, before, after, difference, steps (the difference in steps of the printed precision),
    outside (the new estimate lies outside the interval that was printed), lower and upper as they were printed,
    lower_after and upper_after, moved (what the numbers themselves say of why: ``boundaries``, ``data`` where another
    count of answers, spaces or records stands behind them, ``definition`` where it is no longer there and other answers
    of the same questions are counted in its place, nothing where none differs). What neither printed is in
    no line; of "other precision" is an estimate that stands, whose interval, base or another number beside it differs.
    """
    keys = ["quantity", "unit"]
    both = before.drop_duplicates(keys).merge(
        now.drop_duplicates(keys), on=keys, how="outer", suffixes=("", "_now"), indicator="where"
    )
    hidden, hidden_now = both["quality"] == "suppress", both["quality_now"] == "suppress"
    difference = both["estimate_now"] - both["estimate"]
    shown, shown_now = both["quality"].notna() & ~hidden, both["quality_now"].notna() & ~hidden_now
    cases: dict[str, Any] = {
        "": ~shown & ~shown_now,
        "no longer there": both["where"] == "left_only",
        "new": both["where"] == "right_only",
        "hidden now": ~shown_now,
        "shown now": ~shown,
        "changed": difference.abs() > _BESIDE_ROUNDING,
        "other precision": _beside(both),
    }
    fate = np.select(list(cases.values()), list(cases), "")
    changes = pd.DataFrame(
        {
            "fate": fate,
            "quantity": both["quantity"],
            "unit": both["unit"],
            "before": both["estimate"],
            "after": both["estimate_now"],
            "difference": difference,
            "steps": (difference / both[[STEP, f"{STEP}_now"]].max(axis=1)).round(1),
            "outside": (both["estimate_now"] < both["lower"]) | (both["estimate_now"] > both["upper"]),
            "lower": both["lower"],
            "upper": both["upper"],
            "lower_after": both["lower_now"],
            "upper_after": both["upper_now"],
            "moved": np.select(
                [_redefined(both), _boundaries(both), _counts(both)], [DEFINITION, "boundaries", "data"], ""
            ),
        }
    )
    order = changes.assign(fate=pd.Categorical(changes["fate"], FATES, ordered=True), size=changes["steps"].abs())
    order = order[changes["fate"] != ""].sort_values(["fate", "size", "quantity"], ascending=[True, False, True])
    return changes.loc[order.index].reset_index(drop=True)


def _redefined(both: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which numbers (n,) are gone while one alone stands in their place: of the same questions, other answers.

    Among several answers of a question each its own number, nobody knows which one has become which.
    """
    alike = [_COUNTED.sub(r"\1", text) for text in both["quantity"]]
    sides = pd.DataFrame({"alike": alike, "unit": both["unit"], "where": both["where"].astype(str)})
    met = sides.groupby(["alike", "unit", "where"]).size().unstack(fill_value=0)
    met = met.reindex(columns=["left_only", "right_only", "both"], fill_value=0)
    alone = (met["left_only"] == 1) & (met["right_only"] == 1) & (met["both"] == 0)
    of_each = alone.reindex(pd.MultiIndex.from_frame(sides[["alike", "unit"]])).to_numpy(bool)
    return np.asarray(of_each & (sides["where"] == "left_only").to_numpy(), dtype=bool)


def _boundaries(both: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which numbers (n,) are of other boundaries than before."""
    return (both["boundaries"].notna() & both["boundaries_now"].notna()).to_numpy(bool) & (
        both["boundaries"] != both["boundaries_now"]
    ).to_numpy(bool)


def _beside(both: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return beside which estimates (n,) another number is printed than before: of the interval, the base, a test."""
    same = [np.isclose(both[name], both[f"{name}_now"], rtol=_BESIDE_ROUNDING, atol=0, equal_nan=True) for name in TOLD]
    return ~np.logical_and.reduce(same)


def _counts(both: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which numbers (n,) rest on another count of answers, spaces or records, as far as it was printed."""
    moved = [(both[f"{name}_now"] - both[name]).abs() > _BESIDE_ROUNDING for name in ("n", "contributors")]
    return np.asarray(moved[0] | moved[1], dtype=bool)
