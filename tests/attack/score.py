"""How much of what was hidden an attack found: its intervals held against the private table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tests.attack.masses import Found
from tests.attack.published import Row

#: A share is known exactly when the middle of its interval errs by no more than the finest digit of reports, 0.1 point.
EXACT_SHARE = 2e-3
#: A count or an amount is known exactly when the interval holds no other whole number.
EXACT_COUNT = 1.0
#: Part of its value within which a number counts as found, and respondents by which a share must stay open.
NEAR, PEOPLE = 0.10, 3.0
FEW, ALMOST_ALL, FEW_UNITS, DOMINANT = 10, 2, 3, 0.85


@dataclass(frozen=True)
class Score:
    """What was found among some hidden numbers."""

    hidden: int
    exact: int
    near: int
    few: int

    def __str__(self) -> str:
        return f"{self.hidden} hidden: {self.exact} exact, {self.near} within 10 %, {self.few} under 3/n"


def intervals(found: Iterable[Found]) -> pd.DataFrame:
    """Return the narrowest interval of each hidden number; ways that contradict one another are kept apart.

    Columns are id, low, high, way.
    """
    table = pd.DataFrame([(f.id, f.low, f.high, f.way) for f in found], columns=["id", "low", "high", "way"])
    ends = table.groupby("id").agg(low=("low", "max"), high=("high", "min"))
    narrow = table.assign(width=table["high"] - table["low"]).sort_values(["width", "way"], kind="stable")
    first = narrow.drop_duplicates("id").set_index("id")
    agreed = ends["high"] >= ends["low"]
    out = first.join(ends[agreed], rsuffix="_all")
    for end in ("low", "high"):
        out[end] = out[f"{end}_all"].fillna(out[end])
    return out[["low", "high", "way"]].reset_index()


def judged(rows: Iterable[Row], found: Iterable[Found], truth: Path) -> pd.DataFrame:
    """Return the hidden numbers that the truth knows, what was found of each, and whether it is a primary one.

    Columns: id, unit, reason, value, n, contributors, primary, low, high, way, exact, near, few.
    """
    hidden = pd.DataFrame([(r.id, r.unit, r.reason) for r in rows if r.hidden], columns=["id", "unit", "reason"])
    private = pd.read_parquet(truth).set_index("result_id")
    told = private[["estimate", "n", "contributors", "largest_share", "inference"]]
    table = hidden.join(told, on="id", how="inner").rename(columns={"estimate": "value"})
    table = table[table["value"].notna()]
    table = table.merge(intervals(found), on="id", how="left")
    width = (table["high"] - table["low"]).fillna(np.inf)
    share = table["unit"] == "share"
    right = table["value"].between(table["low"] - 1e-6, table["high"] + 1e-6)
    table["exact"] = right & np.where(share, width <= EXACT_SHARE, width <= EXACT_COUNT)
    table["near"] = right & (width < NEAR * table["value"].abs()) & (share | (table["value"] > 0))
    # among fewer than three nothing can be open by three: there a share is found unless all of 0 to 1 is left
    table["few"] = right & share & (width < np.minimum(PEOPLE / table["n"], 1 - 1e-9))
    answers = table["inference"].isin(["sample", "nonprobability"])
    people = table["contributors"].between(1, FEW) | (table["n"] - table["contributors"]).between(1, ALMOST_ALL)
    units = (table["contributors"] < FEW_UNITS) | (table["largest_share"] > DOMINANT)
    table["primary"] = np.where(answers, people & share, units & (table["value"] != 0))
    return table


def scores(table: pd.DataFrame) -> dict[str, Score]:
    """Return the score of primary numbers, of all that confidentiality hides, and of all that is hidden."""
    kinds = {
        "primary": table["primary"].astype(bool),
        "confidential": table["reason"].str.startswith("c"),
        "hidden": table["value"].notna(),
    }
    return {k: _score(table[chosen]) for k, chosen in kinds.items()}


def _score(table: pd.DataFrame) -> Score:
    return Score(len(table), int(table["exact"].sum()), int(table["near"].sum()), int(table["few"].sum()))
