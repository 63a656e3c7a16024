"""The response account at both stages, and the factors that make up for nonresponse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import WeightError


@dataclass(frozen=True)
class Response:
    """What became of the sample, and the factor of each cell.

    ``account`` has one row a wave, stage (space or person) and cell: eligible (units in the population; missing for
    persons), sampled (spaces drawn, persons handed a questionnaire), returned (usable questionnaires as the record
    counts them), responded (spaces that took part, answers accepted), rate, factor.
    """

    account: pd.DataFrame

    def factors(self, stage: str) -> pd.DataFrame:
        """Return wave, cell and factor of one stage."""
        return self.account.loc[self.account["stage"] == stage, ["wave", "cell", "factor"]]


def cell_of(frame: pd.DataFrame, cells: list[str]) -> pd.Series:
    """Return (n,) the weighting cell of each row as text; ``all`` without cells."""
    if not cells:
        return pd.Series("all", index=frame.index)
    parts = [frame[c].astype("object").where(frame[c].notna(), "none").astype(str) for c in cells]
    return pd.concat(parts, axis=1).agg(" x ".join, axis=1) if len(parts) > 1 else parts[0]


def space_response(visited: pd.DataFrame, cells: list[str], stratum: str | None, size: str | None) -> pd.DataFrame:
    """Return the account of the first stage by wave and cell.

    Within a cell, spaces that took part stand for those drawn: the factor is the design-weighted number drawn over the
    design-weighted number taking part (weighting-class adjustment; Särndal and Lundström 2005, ch. 6).

    Parameters
    ----------
    visited : one row a sampled space and day; columns wave, site_id, participated, weight_space.
    cells : columns that define the cells.
    stratum, size : columns of the stratum and of the number of spaces in it, for the account.

    Raises
    ------
    WeightError
        When no space of a cell took part, or a space is said both to take part and not to.
    """
    keys = ["wave", "site_id"]
    spaces = visited.assign(cell=cell_of(visited, cells)).drop_duplicates([*keys, "participated"])
    twice = spaces.duplicated(keys)
    if twice.any():
        raise WeightError(
            "the fieldwork record says of a space both that it took part and that it did not",
            found=spaces.loc[twice, "site_id"].astype(str).unique()[:5].tolist(),
            action="correct the fieldwork file",
        )
    account = _cells(spaces, spaces["participated"].astype(bool), spaces["weight_space"], spaces["weight_space"])
    if stratum and size:
        totals = spaces.drop_duplicates(["wave", stratum, "cell"]).groupby(["wave", "cell"])[size].sum()
        account["eligible"] = [
            totals.get((w, c), np.nan) for w, c in zip(account["wave"], account["cell"], strict=True)
        ]
    account["returned"] = account["responded"]
    _refuse_empty(account, "no sampled space took part")
    return account.assign(stage="space")


def person_response(days: pd.DataFrame, cells: list[str]) -> pd.DataFrame:
    """Return the account of persons within the days of spaces that took part, by wave and cell.

    Parameters
    ----------
    days : one row a space and day that took part; columns wave, handed, returned, accepted, weight_day.
    cells : columns that define the cells.
    """
    work = days.assign(cell=cell_of(days, cells))
    grouped = work.assign(
        drawn=work["weight_day"] * work["handed"], answered=work["weight_day"] * work["accepted"]
    ).groupby(["wave", "cell"], as_index=False, sort=True)
    sums = grouped[["handed", "returned", "accepted", "drawn", "answered"]].sum()
    account = pd.DataFrame(
        {
            "wave": sums["wave"],
            "cell": sums["cell"],
            "eligible": np.nan,
            "sampled": sums["handed"].astype("float64"),
            "returned": sums["returned"].astype("float64"),
            "responded": sums["accepted"].astype("float64"),
            "rate": sums["accepted"] / sums["handed"].where(sums["handed"] > 0),
            "factor": sums["drawn"] / sums["answered"].where(sums["answered"] > 0),
        }
    )
    _refuse_empty(account[account["sampled"] > 0], "people were handed a questionnaire and no answer was accepted")
    return account.assign(stage="person")


def _cells(rows: pd.DataFrame, took_part: pd.Series, weight: pd.Series, base: pd.Series) -> pd.DataFrame:
    work = pd.DataFrame(
        {
            "wave": rows["wave"],
            "cell": rows["cell"],
            "eligible": np.nan,
            "sampled": 1.0,
            "responded": took_part.astype("float64"),
            "all": weight,
            "part": base * took_part,
        }
    )
    account = work.groupby(["wave", "cell"], as_index=False, sort=True).agg(
        {"eligible": "first", "sampled": "sum", "responded": "sum", "all": "sum", "part": "sum"}
    )
    account["rate"] = account["responded"] / account["sampled"]
    account["factor"] = account["all"] / account["part"].where(account["part"] > 0)
    return account.drop(columns=["all", "part"])


def _refuse_empty(account: pd.DataFrame, problem: str) -> None:
    empty = account[account["factor"].isna()]
    if len(empty):
        named = [f"wave {w}, cell {c}" for w, c in zip(empty["wave"], empty["cell"], strict=True)]
        raise WeightError(
            f"{problem} in a weighting cell",
            found=named,
            action="merge cells: name a coarser column in weighting.<step>.cells, or none",
        )
