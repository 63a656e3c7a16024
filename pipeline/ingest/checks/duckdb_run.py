"""The same declared rules compiled to duckdb SQL, for sources too large for row results of great-expectations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.ingest.checks.expectations import Rule


def failing_rows(seen: pd.DataFrame, rules: Sequence[Rule]) -> list[np.ndarray]:
    """Return, for each rule, the positions of the rows that fail it; as `great_expectations_run.failing_rows`."""
    if not rules or seen.empty:
        return [np.empty(0, dtype=np.int64) for _ in rules]
    import duckdb

    columns = list(dict.fromkeys(c for r in rules for c in r.on))
    table = pd.DataFrame({c: _plain(seen[c]) for c in columns})
    table["__position"] = np.arange(len(table), dtype=np.int64)
    with duckdb.connect() as connection:
        connection.register("seen", table)
        return [_run(connection, rule) for rule in rules]


def _plain(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, (pd.Float64Dtype, pd.Int64Dtype)):
        return pd.Series(column.to_numpy(dtype=float, na_value=np.nan), index=column.index)
    return column


def _run(connection: object, rule: Rule) -> np.ndarray:
    query, values = compiled(rule)
    rows = connection.execute(query, values).fetchnumpy()["__position"]  # type: ignore[attr-defined]
    return np.asarray(rows, dtype=np.int64)


def compiled(rule: Rule) -> tuple[str, list[object]]:
    """Return the SQL that finds the failing rows of ``seen`` and its parameters."""
    names = ['"' + c.replace('"', '""') + '"' for c in rule.on]
    values: list[object] = []
    if rule.test == "blank":
        fails = f"{names[0]} IS NOT NULL"
    elif rule.test == "in_set":
        fails, values = f"NOT list_contains(?, {names[0]})", [list(rule.allowed)]
    elif rule.test == "between":
        limits = [(rule.minimum, "<"), (rule.maximum, ">")]
        fails = " OR ".join(f"{names[0]} {sign} {limit!r}" for limit, sign in limits if limit is not None)
        # duckdb keeps NaN apart from NULL and above every number.
        fails = f"NOT isnan({names[0]}) AND ({fails})"
    elif rule.test == "no_match":
        fails, values = f"regexp_matches({names[0]}, ?)", [rule.pattern]
    elif rule.test == "at_least":
        fails = f"{names[0]} < {names[1]}"
    else:
        fails = f"NOT isnan({names[0]}) AND NOT isnan({names[1]}) AND {names[0]} <> {names[1]}"
    present = "".join(f" AND {name} IS NOT NULL" for name in names)
    return f"SELECT __position FROM seen WHERE ({fails}){present} ORDER BY __position", values
