"""Which engine runs the declared rules: great-expectations, or duckdb that great-expectations checks on a sample."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.errors import IngestError
from pipeline.ingest import beside
from pipeline.ingest.checks import duckdb_run, great_expectations_run
from pipeline.ingest.checks.by_value import by_value
from pipeline.ingest.checks.kinds import Asked, Rule

#: Up to this many rows great-expectations gives every failing row; above, it would take too long.
LARGEST = 500_000
#: Rows on which great-expectations checks what duckdb decided, and the seed that draws them.
SAMPLE, SEED = 100_000, 20061231


def prepare() -> None:
    """Start the process that runs the rules: it loads great-expectations while this one reads files."""
    beside.ask(great_expectations_run.load)


Failing = list[np.ndarray]
#: What is worked out, when it is asked for.
Promise = Callable[[], Failing]


def failing_rows(seen: pd.DataFrame, rules: Sequence[Rule]) -> Failing:
    """Return, for each rule, the positions of the rows that fail it.

    Raises
    ------
    IngestError
        A rule could not be run, or the two engines disagree on the sample.
    """
    return _promised(seen, rules, _here)()


@dataclass(frozen=True)
class _Batch:
    """Tables that are put to their rules together."""

    tables: list[tuple[pd.DataFrame, list[Rule]]] = field(default_factory=list)

    @functools.cached_property
    def failing(self) -> Callable[[], list[Failing]]:
        """Ask for the failing rows of each table, when first looked at, and return the promise of them."""
        asked = by_value(self.tables)
        promise = beside.ask(great_expectations_run.failing_rows, asked.values, asked.rules)
        return functools.cache(lambda: asked.rows(promise()))


class Together:
    """Tables that wait until great-expectations judges them together in another process.

    A batch takes as long as three rules, and a rule of many sources as long as one.
    """

    def __init__(self) -> None:
        self._batch = _Batch()

    def failing_rows(self, seen: pd.DataFrame, rules: Sequence[Rule]) -> Promise:
        """Return the promise of :func:`failing_rows`; asked for before what waits was put, it puts it."""
        return _promised(seen, rules, self._waiting)

    def put(self) -> None:
        """Put the tables that wait to their rules."""
        if self._batch.tables:
            _ = self._batch.failing
            self._batch = _Batch()

    def _waiting(self, seen: pd.DataFrame, rules: list[Rule]) -> Promise:
        batch, number = self._batch, len(self._batch.tables)
        batch.tables.append((seen, rules))

        def found() -> Failing:
            if batch is self._batch:
                self.put()
            return batch.failing()[number]

        return found


def _promised(seen: pd.DataFrame, rules: Sequence[Rule], run: Callable[[pd.DataFrame, list[Rule]], Promise]) -> Promise:
    if len(seen) <= LARGEST:
        return run(seen, list(rules))
    found = duckdb_run.failing_rows(seen, rules)
    drawn = np.sort(np.random.default_rng(SEED).choice(len(seen), size=min(SAMPLE, len(seen)), replace=False))
    account, asked = _account(seen, rules, found)
    possible = run(account, asked)
    again = run(seen.iloc[drawn].reset_index(drop=True), list(rules))

    def agreed() -> Failing:
        _refuse_impossible(account, rules, possible())
        _refuse_disagreement(rules, found, drawn, again())
        return found

    return agreed


def _here(seen: pd.DataFrame, rules: list[Rule]) -> Promise:
    asked = by_value([(seen, rules)])
    return lambda: asked.rows(great_expectations_run.failing_rows(asked.values, asked.rules))[0]


def _refuse_disagreement(rules: Sequence[Rule], found: Failing, drawn: np.ndarray, again: Failing) -> None:
    """Refuse what duckdb found where great-expectations does not find the same among the rows drawn."""
    for rule, rows, sampled in zip(rules, found, again, strict=True):
        expected = np.flatnonzero(np.isin(drawn, rows))
        if not np.array_equal(expected, sampled):
            raise IngestError(
                f"two engines disagree on the rule '{rule.name}' of '{rule.column}'",
                found=f"{len(expected)} failing rows by duckdb, {len(sampled)} by great-expectations",
                action="report it: this is a fault of the pipeline, not of the data",
            )


def _account(seen: pd.DataFrame, rules: Sequence[Rule], found: Failing) -> tuple[pd.DataFrame, list[Rule]]:
    """Return the account of the rules, and what is asked of it: rows failing lie among those that could, once each."""
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
    return account, asked


def _refuse_impossible(account: pd.DataFrame, rules: Sequence[Rule], failing: Failing) -> None:
    """Refuse rows of duckdb that do not exist, or hold nothing for the rule to fail on."""
    for rows in failing:
        if len(rows):
            wrong = rules[int(rows[0])]
            raise IngestError(
                f"the account of the rule '{wrong.name}' of '{wrong.column}' is impossible",
                found=str(account.iloc[int(rows[0])].to_dict()),
                action="report it: this is a fault of the pipeline, not of the data",
            )
