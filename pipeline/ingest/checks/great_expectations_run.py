"""The declared rules, run by great-expectations: full row results for those that fail."""

from __future__ import annotations

import functools
import gc
import logging
import os
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import IngestError
from pipeline.ingest.checks.deferred import defer
from pipeline.ingest.checks.kinds import Rule

#: Rules in one validation: for each rule all columns of its batch are copied, and a batch takes as long as three rules.
AT_ONCE = 64


def failing_rows(seen: pd.DataFrame, rules: Sequence[Rule]) -> list[np.ndarray]:
    """Return, for each rule, the positions of the rows that fail it.

    Every rule is run for its verdict; those that do not pass are run again for the rows (twice as fast as asking all
    rules for rows).

    Parameters
    ----------
    seen : one row a record, plain index.
    rules : the rules, all of whose columns are in ``seen``.

    Raises
    ------
    IngestError
        great-expectations could not run a rule (never a silent pass).
    """
    if not rules or seen.empty:
        return [np.empty(0, dtype=np.int64) for _ in rules]
    gx = _great_expectations()
    whole = _records()
    numbers = range(len(rules))
    broken = [n for some in _cut(numbers) for n in _failed(_validated(gx, whole, seen, rules, some, "BOOLEAN_ONLY"))]
    found = {n: np.empty(0, dtype=np.int64) for n in numbers}
    for some in _cut(broken):
        for result in _validated(gx, whole, seen, rules, some, "COMPLETE"):
            number = int(result.expectation_config.meta["rule"])
            found[number] = _positions(result, rules[number])
    return [found[n] for n in numbers]


def load() -> None:
    """Import great-expectations, which takes seconds; without what it imports for expectations not used here.

    For a process of its own: modules that other code imports for themselves are better loaded at once.
    """
    defer("altair", "scipy.stats")
    _great_expectations()


def _cut(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]


def _failed(results: Sequence[Any]) -> list[int]:
    """Return the rules that did not pass, those that could not be run among them."""
    return [int(r.expectation_config.meta["rule"]) for r in results if r.success is not True]


def _validated(
    gx: Any, whole: Any, seen: pd.DataFrame, rules: Sequence[Rule], numbers: Sequence[int], results: str
) -> Sequence[Any]:
    columns = list(dict.fromkeys(c for n in numbers for c in rules[n].on))
    batch = whole.get_batch({"dataframe": _plain(seen[columns])})
    suite = gx.ExpectationSuite(name=results, expectations=[_expectation(gx, n, rules[n]) for n in numbers])
    asked = {"result_format": results} | ({"include_unexpected_rows": False} if results == "COMPLETE" else {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = batch.validate(suite, result_format=asked).results
    if len(outcome) != len(numbers):
        raise IngestError(f"great-expectations ran {len(outcome)} of {len(numbers)} rules", action="report it")
    return list(outcome)


def _great_expectations() -> Any:
    # Before the import: afterwards its settings are read already.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    # It makes a million objects that stay: looking for garbage among them costs a fifth of the import.
    collecting = gc.isenabled()
    gc.disable()
    try:
        # where Spark is installed it is imported too, and has warnings that concern nobody here
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import great_expectations as gx
    finally:
        if collecting:
            gc.enable()
    return gx


@functools.cache
def _records() -> Any:
    """Return what great-expectations takes tables of records for: one for all sources, as making it takes a while."""
    received = _context(_great_expectations()).data_sources.add_pandas("received").add_dataframe_asset("records")
    return received.add_batch_definition_whole_dataframe("all")


def _context(gx: Any) -> Any:
    """Return a context in memory: no analytics, no progress bars, no temporary folder for documents."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _plain(seen: pd.DataFrame) -> pd.DataFrame:
    """Return numbers as NumPy's own and texts as categories.

    For each rule great-expectations copies the rows that are not missing, with all their columns; categories make that
    copy about ten times cheaper than texts.
    """
    plain: dict[Any, Any] = {}
    for name, column in seen.items():
        if isinstance(column.dtype, (pd.Float64Dtype, pd.Int64Dtype)):
            plain[name] = column.to_numpy(dtype=float, na_value=np.nan)
        elif isinstance(column.dtype, pd.StringDtype):
            plain[name] = column.astype("category")
        else:
            plain[name] = column
    return pd.DataFrame(plain)


def _expectation(gx: Any, number: int, rule: Rule) -> Any:
    make = gx.expectations
    meta = {"rule": number}
    if rule.test == "blank":
        return make.ExpectColumnValuesToBeNull(column=rule.on[0], meta=meta)
    if rule.test == "in_set":
        return make.ExpectColumnValuesToBeInSet(column=rule.on[0], value_set=list(rule.allowed), meta=meta)
    if rule.test == "between":
        return make.ExpectColumnValuesToBeBetween(
            column=rule.on[0], min_value=rule.minimum, max_value=rule.maximum, meta=meta
        )
    if rule.test == "no_match":
        return make.ExpectColumnValuesToNotMatchRegex(column=rule.on[0], regex=rule.pattern, meta=meta)
    pair = {"column_A": rule.on[0], "column_B": rule.on[1], "ignore_row_if": "either_value_is_missing", "meta": meta}
    if rule.test == "at_least":
        return make.ExpectColumnPairValuesAToBeGreaterThanB(or_equal=True, **pair)
    return make.ExpectColumnPairValuesToBeEqual(**pair)


def _positions(result: Any, rule: Rule) -> np.ndarray:
    trouble = result.exception_info or {}
    raised = trouble.get("raised_exception") or any(
        isinstance(v, dict) and v.get("raised_exception") for v in trouble.values()
    )
    rows = result.result.get("unexpected_index_list")
    if raised or (rows is None and result.result.get("unexpected_count", 1)):
        raise IngestError(
            f"great-expectations could not run the rule '{rule.name}' on '{rule.column}'",
            found=str(trouble.get("exception_message") or trouble)[:300],
            action="report it: this is a fault of the pipeline, not of the data",
        )
    return np.array(sorted(rows or []), dtype=np.int64)
