"""Rules by the values that they look at: each value is judged once, by one rule for all that ask the same of a column.

Half a million records hold some thousand different values, and most rules of all sources ask one thing (that a column
is blank): the verdict of a value is that of the rows that have it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.ingest.checks.kinds import Rule


@dataclass(frozen=True)
class _Column:
    """A column, or a pair of columns, by its distinct values.

    ``codes`` (rows) are positions in each of ``values``, -1 where a cell is missing: nothing fails there.
    """

    codes: np.ndarray
    values: tuple[pd.Series, ...]


@dataclass(frozen=True)
class _Asked:
    """A rule of a table: its numbers, what it looks at, and where its values begin among those of its kind."""

    table: int
    number: int
    column: _Column
    start: int


@dataclass(frozen=True)
class ByValue:
    """What is asked instead of rules of rows.

    Attributes
    ----------
    values : the distinct values, those of each rule in a column of their own, missing cells below them.
    rules : each asks of its column (or pair) what several rules asked of theirs.
    """

    values: pd.DataFrame
    rules: list[Rule]
    _asked: list[list[_Asked]]
    _numbers: list[int]

    def rows(self, failing: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
        """Return, for each table and each of its rules, the positions of the rows whose values fail.

        Parameters
        ----------
        failing : for each rule of ``rules``, positions in ``values``.
        """
        found = [[np.empty(0, dtype=np.int64) for _ in range(n)] for n in self._numbers]
        for positions, asked in zip(failing, self._asked, strict=True):
            for each in asked if len(positions) else ():
                size = len(each.column.values[0])
                fails = np.zeros(size + 1, dtype=bool)
                fails[positions[(positions >= each.start) & (positions < each.start + size)] - each.start] = True
                found[each.table][each.number] = np.flatnonzero(fails[each.column.codes])
        return found


def by_value(tables: Sequence[tuple[pd.DataFrame, Sequence[Rule]]]) -> ByValue:
    """Return the rules of tables as rules of their distinct values.

    Parameters
    ----------
    tables : one row a record, and the rules of each, all of whose columns are in it.
    """
    alike: dict[Hashable, list[_Asked]] = {}
    for table, (seen, rules) in enumerate(tables):
        columns = {c: _column(seen[c]) for c in dict.fromkeys(c for r in rules for c in r.on)}
        for number, rule in enumerate(rules):
            column = columns[rule.on[0]] if len(rule.on) == 1 else _pair(*(columns[c] for c in rule.on))
            kinds = tuple(str(v.dtype) for v in column.values)
            asks = (rule.test, rule.allowed, rule.minimum, rule.maximum, rule.pattern, kinds)
            before = alike.setdefault(asks, [])
            start = before[-1].start + len(before[-1].column.values[0]) if before else 0
            before.append(_Asked(table, number, column, start))
    values: dict[str, pd.Series] = {}
    made = []
    for place, asked in enumerate(alike.values()):
        first = asked[0]
        on = tuple(f"{place}.{side}" for side in range(len(first.column.values)))
        for side, name in enumerate(on):
            values[name] = pd.concat([each.column.values[side] for each in asked], ignore_index=True)
        made.append(replace(tables[first.table][1][first.number], on=on))
    # a missing value is among them: it must pass too
    longest = pd.RangeIndex(max(map(len, values.values()), default=0) + 1)
    return ByValue(pd.DataFrame(values, index=longest), made, list(alike.values()), [len(rules) for _, rules in tables])


def _column(column: pd.Series) -> _Column:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _Column(column.cat.codes.to_numpy(), (pd.Series(column.cat.categories),))
    codes, found = pd.factorize(column)
    values = pd.Series(found)
    if isinstance(values.dtype, (pd.Float64Dtype, pd.Int64Dtype)):
        values = pd.Series(values.to_numpy(dtype=float, na_value=np.nan))
    # held, a row and column, until all are judged: four bytes do
    return _Column(codes.astype(np.int32), (values,))


def _pair(left: _Column, right: _Column) -> _Column:
    """Return two columns by their distinct pairs, where neither is missing."""
    width = max(len(right.values[0]), 1)
    both = (left.codes >= 0) & (right.codes >= 0)
    pairs, found = pd.factorize(left.codes[both].astype(np.int64) * width + right.codes[both])
    codes = np.full(len(both), -1, dtype=np.int32)
    codes[both] = pairs
    return _Column(codes, (left.values[0].take(found // width), right.values[0].take(found % width)))
