"""The one row that is meant: by a partial identifier, or as what is left of a table."""

from __future__ import annotations

import difflib

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
        return hit.iloc[0]
    near = difflib.get_close_matches(complete(partial, level, territory), list(ids), n=5, cutoff=0.5)
    raise ResultsError(
        "no result has this result_id" if hit.empty else "several results have this result_id",
        found=partial,
        allowed=near or "(nothing near)",
        action="use one of the ids above, or declare the analysis that computes it in the plan",
    )
