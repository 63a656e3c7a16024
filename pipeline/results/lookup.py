"""The one row that is meant: by a partial identifier, or as what is left of a table."""

from __future__ import annotations

import difflib
from typing import Any

import pandas as pd

from pipeline.errors import ResultsError
from pipeline.results.key import complete


def find(table: pd.DataFrame, partial: str, level: str, territory: str) -> pd.Series:
    """Return the one row that a partial ``result_id`` means in a document about ``territory``.

    A partial id is a whole one, or one without its ``<level>=<code>`` part, which the document then supplies.

    Raises
    ------
    ResultsError
        When no row, or more than one, answers; the message names the nearest ids.
    """
    ids = table["result_id"]
    hit = table[ids == partial]
    if hit.empty:
        hit = table[ids == complete(partial, level, territory)]
    if len(hit) == 1:
        return one(hit, partial)
    near = difflib.get_close_matches(complete(partial, level, territory), list(ids), n=5, cutoff=0.5)
    raise ResultsError(
        "no result has this result_id" if hit.empty else "several results have this result_id",
        found=partial,
        allowed=near or "(nothing near)",
        action="use one of the ids above, or declare the analysis that computes it in the plan",
    )


def one(rows: pd.DataFrame, meant: str) -> pd.Series:
    """Return the only row of a table.

    Parameters
    ----------
    rows : results, or any table of which one row is meant.   meant : what was looked for, for the message.

    Raises
    ------
    ResultsError
        Where there is none, or where several answer: the message names them, since the first would be a guess.
    """
    found = at_most_one(rows, meant)
    if found is None:
        raise ResultsError("no row is found where one is meant", found=meant)
    return found


def at_most_one(rows: pd.DataFrame, meant: str) -> pd.Series | None:
    """Return the only row of a table, None where it has none.

    Raises
    ------
    ResultsError
        Where several rows answer.
    """
    if len(rows) > 1:
        raise ResultsError(
            "several rows are found where one is meant",
            where=meant,
            found=_named(rows),
            action="say which one by another column: population, wave or period, method, territory, domain",
        )
    return None if rows.empty else rows.iloc[0]


def shared(rows: pd.DataFrame, column: str) -> Any:
    """Return the value that all rows of a table have in a column.

    Raises
    ------
    ResultsError
        Where they have none, or not the same.
    """
    values = rows[column].drop_duplicates()
    if len(values) != 1:
        raise ResultsError(
            f"one '{column}' is meant, and the rows do not share it",
            found=list(values) or "no row",
            where=", ".join(_named(rows)) or None,
        )
    return values.iloc[0]


def _named(rows: pd.DataFrame, most: int = 5) -> list[str]:
    """Return what tells rows of a table apart: their identifiers, else the values of the columns that differ."""
    if "result_id" in rows:
        return list(rows["result_id"].astype(str).head(most))
    differ = [c for c in rows if rows[c].astype(str).nunique() > 1] or list(rows)
    return [", ".join(f"{c}={v}" for c, v in zip(differ, line, strict=True)) for line in rows[differ].head(most).values]
