"""Rows that are made of other quantities: they are hidden with what they are made of."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.confidentiality import ACTIVITY, EVENTS
from pipeline.protect.precision import Verdict
from pipeline.results.quantity import NOTHING, Quantity, parse

PRIMARY = ("c", "c_dominance", "c_space")
SECONDARY = "c_secondary"
#: What an earlier edition hid.
HIDDEN_BEFORE = "c_edition"


def made_of(table: pd.DataFrame) -> dict[int, list[str]]:
    """Return, by position, the quantities that a row is made of, and those that they are made of.

    Another way to count an activity (completed for missing returns, over common months, before weights are calibrated)
    is made of the plain count: it is as good as the same.
    """
    told = table["quantity"]
    composed = told.str.contains("(", regex=False) | told.map(plain).ne("")
    texts = told.to_numpy(dtype=object)
    made: dict[int, list[str]] = {}
    for i in np.flatnonzero(composed):
        within = [q.text for q in _within(parse(texts[i]))]
        made[int(i)] = [*within, *(p for p in map(plain, [texts[i], *within]) if p)]
    return made


@functools.lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Return the plain count that a quantity counts an activity in another way than; empty for any other quantity."""
    if not text.startswith("total"):
        return ""
    quantity = parse(text)
    is_other = quantity.population in (*ACTIVITY, *EVENTS) and bool(quantity.method)
    return dataclasses.replace(quantity, method="").text if is_other else ""


def _within(quantity: Quantity) -> Iterator[Quantity]:
    for part in quantity.of:
        yield part
        yield from _within(part)


def confidential(verdict: Verdict) -> NDArray[np.bool_]:
    """Return which rows (n,) are hidden for confidentiality, their own or another's."""
    return np.isin(verdict.reason, [*PRIMARY, SECONDARY, HIDDEN_BEFORE]) & (verdict.quality == "suppress")


def follow(table: pd.DataFrame, verdict: Verdict, parts: dict[int, list[str]]) -> None:
    """Give, in place, rows of one quantity one fate, and hide rows that are made of a confidential quantity.

    So are those of a plain count that is confidential when it is counted in another way.
    """
    _one_fate(table, verdict)
    told = table["quantity"].to_numpy(dtype=object)
    secret = set(told[confidential(verdict)])
    secret = (secret | {plain(text) for text in secret}) - {NOTHING.text, ""}
    rows = table["quantity"].isin(secret).to_numpy(copy=True)
    rows[[i for i, quantities in parts.items() if not secret.isdisjoint(quantities)]] = True
    verdict.suppress(rows, SECONDARY)
    _one_fate(table, verdict)


def _one_fate(table: pd.DataFrame, verdict: Verdict) -> None:
    """Hide every row of a quantity that one row hides, confidentiality before any other reason."""
    secret = confidential(verdict)
    hidden = pd.DataFrame(
        {
            "quantity": table["quantity"].to_numpy(dtype=object),
            "reason": verdict.reason,
            "rank": np.where(np.isin(verdict.reason, PRIMARY), 0, np.where(secret, 1, 2)),
        }
    )[verdict.quality == "suppress"]
    hidden = hidden[~hidden["quantity"].isin([NOTHING.text, ""])].sort_values(["rank", "reason"], kind="stable")
    first = hidden.drop_duplicates("quantity").set_index("quantity")["reason"]
    reason = table["quantity"].map(first).to_numpy(dtype=object)
    told = pd.notna(reason)
    verdict.quality[told], verdict.reason[told] = "suppress", reason[told]
