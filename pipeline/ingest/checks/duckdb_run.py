"""The same declared rules compiled to duckdb SQL, for sources too large for row results of great-expectations.

A rule becomes a condition on the columns of one relation, so that it serves a frame in memory, a file that is read as a
stream, and any SELECT around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.ingest.checks.kinds import Rule

if TYPE_CHECKING:
    import duckdb


def failing_rows(seen: pd.DataFrame, rules: Sequence[Rule]) -> list[np.ndarray]:
    """Return, for each rule, the positions of the rows that fail it; as `great_expectations_run.failing_rows`."""
    if not rules or seen.empty:
        return [np.empty(0, dtype=np.int64) for _ in rules]
    import duckdb

    with duckdb.connect() as connection:
        return [_failing(connection, seen[list(r.on)], r) for r in rules]


def _failing(connection: duckdb.DuckDBPyConnection, on: pd.DataFrame, rule: Rule) -> np.ndarray:
    """Return the positions that fail one rule; of one column of categories each is asked about once."""
    column = on.iloc[:, 0]
    if len(on.columns) == 1 and isinstance(column.dtype, pd.CategoricalDtype):
        values = pd.Series(column.cat.categories, dtype="str").to_frame(rule.on[0])
        failing = np.zeros(len(values) + 1, dtype=bool)
        if len(values):
            failing[_of_rows(connection, values, rule)] = True
        return np.flatnonzero(failing[column.cat.codes.to_numpy()])
    return _of_rows(connection, on, rule)


def _of_rows(connection: duckdb.DuckDBPyConnection, on: pd.DataFrame, rule: Rule) -> np.ndarray:
    table = pd.DataFrame({c: _plain(on[c]) for c in on}, copy=False)
    table["__position"] = np.arange(len(table), dtype=np.int64)
    return failing_in(connection.from_df(table), [rule])[0]


def failing_in(relation: duckdb.DuckDBPyRelation, rules: Sequence[Rule]) -> list[np.ndarray]:
    """Return, for each rule, the ``__position`` of the rows of a duckdb relation that fail it, in rising order.

    Parameters
    ----------
    relation : one row a record: the columns of the rules, and ``__position`` (whole number).
    rules : the rules; numbers are numbers, texts VARCHAR and days DATE or TIMESTAMP in the relation.
    """
    return [
        np.asarray(
            relation.filter(condition(rule)).project("__position").order("__position").fetchnumpy()["__position"],
            dtype=np.int64,
        )
        for rule in rules
    ]


def _plain(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, (pd.Float64Dtype, pd.Int64Dtype)):
        return pd.Series(column.to_numpy(dtype=float, na_value=np.nan), index=column.index)
    return column


def condition(rule: Rule) -> str:
    """Return the SQL condition that holds for the rows that fail a rule (never NULL; literals are written into it)."""
    names = ['"' + c.replace('"', '""') + '"' for c in rule.on]
    # duckdb keeps NaN apart from NULL and above every number; isnan takes floating numbers only.
    nan = [f"isnan({name}::DOUBLE)" for name in names]
    if rule.test == "blank":
        fails = "true"
    elif rule.test == "in_set":
        allowed = ", ".join(_literal(code) for code in rule.allowed)
        fails = f"{names[0]} NOT IN ({allowed})" if allowed else "true"
    elif rule.test == "between":
        limits = [(rule.minimum, "<"), (rule.maximum, ">")]
        outside = " OR ".join(f"{names[0]} {sign} {float(limit)!r}" for limit, sign in limits if limit is not None)
        fails = f"NOT {nan[0]} AND ({outside or 'false'})"
    elif rule.test == "no_match":
        fails = f"regexp_matches({names[0]}, {_literal(rule.pattern or '')})"
    elif rule.test == "at_least":
        fails = f"{names[0]} < {names[1]}"
    else:
        fails = f"NOT {nan[0]} AND NOT {nan[1]} AND {names[0]} <> {names[1]}"
    return " AND ".join(f"{name} IS NOT NULL" for name in names) + f" AND ({fails})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
