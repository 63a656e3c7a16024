"""Which engine runs the declared rules: great-expectations, or duckdb that great-expectations checks on a sample."""

from __future__ import annotations

import functools
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor

import numpy as np
import pandas as pd

from pipeline.errors import IngestError
from pipeline.ingest.checks import duckdb_run, great_expectations_run
from pipeline.ingest.checks.kinds import Asked, Rule
from pipeline.interruption import end_at_interruption, without_interruption

#: Up to this many rows great-expectations gives every failing row; above, it would take too long.
LARGEST = 500_000
#: Rows on which great-expectations checks what duckdb decided, and the seed that draws them.
SAMPLE, SEED = 100_000, 20061231


@functools.cache
def _worker() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=context, initializer=end_at_interruption)


def prepare() -> None:
    """Start the process that runs the rules: it loads great-expectations while this one reads files."""
    with without_interruption():
        _worker().submit(great_expectations_run.load)


def failing_rows_later(seen: pd.DataFrame, rules: Sequence[Rule]) -> Future[list[np.ndarray]]:
    """Return the promise of `failing_rows`, worked out in another process."""
    return _worker().submit(failing_rows, seen, list(rules))


def failing_rows(seen: pd.DataFrame, rules: Sequence[Rule]) -> list[np.ndarray]:
    """Return, for each rule, the positions of the rows that fail it.

    Raises
    ------
    IngestError
        A rule could not be run, or the two engines disagree on the sample.
    """
    if len(seen) <= LARGEST:
        return great_expectations_run.failing_rows(seen, rules)
    found = duckdb_run.failing_rows(seen, rules)
    _refuse_impossible_account(seen, rules, found)
    drawn = np.sort(np.random.default_rng(SEED).choice(len(seen), size=min(SAMPLE, len(seen)), replace=False))
    again = great_expectations_run.failing_rows(seen.iloc[drawn].reset_index(drop=True), rules)
    for rule, rows, sampled in zip(rules, found, again, strict=True):
        expected = np.flatnonzero(np.isin(drawn, rows))
        if not np.array_equal(expected, sampled):
            raise IngestError(
                f"two engines disagree on the rule '{rule.name}' of '{rule.column}'",
                found=f"{len(expected)} failing rows by duckdb, {len(sampled)} by great-expectations",
                action="report it: this is a fault of the pipeline, not of the data",
            )
    return found


def _refuse_impossible_account(seen: pd.DataFrame, rules: Sequence[Rule], found: Sequence[np.ndarray]) -> None:
    """Let great-expectations validate the account of the rules: rows failing lie among rows that could fail, once each.

    Raises
    ------
    IngestError
        duckdb returned rows that do not exist, or rows that hold nothing for the rule to fail on.
    """
    n = len(seen)
    account = pd.DataFrame(
        {
            "present": [float(seen[list(r.on)].notna().all(axis=1).sum()) for r in rules],
            "failing": [float(len(rows)) for rows in found],
            "distinct": [float(len(np.unique(rows))) for rows in found],
            "first": [float(rows.min()) if len(rows) else 0.0 for rows in found],
            "last": [float(rows.max()) if len(rows) else 0.0 for rows in found],
        }
    )
    asked = [
        Rule("account", "failing", "at_least", ("present", "failing"), Asked(""), ""),
        Rule("account", "failing", "equal", ("failing", "distinct"), Asked(""), ""),
        Rule("account", "first", "between", ("first",), Asked(""), "", minimum=0),
        Rule("account", "last", "between", ("last",), Asked(""), "", maximum=n - 1),
    ]
    for rows in great_expectations_run.failing_rows(account, asked):
        if len(rows):
            wrong = rules[int(rows[0])]
            raise IngestError(
                f"the account of the rule '{wrong.name}' of '{wrong.column}' is impossible",
                found=str(account.iloc[int(rows[0])].to_dict()),
                action="report it: this is a fault of the pipeline, not of the data",
            )
