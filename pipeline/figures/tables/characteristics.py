"""A table of several characteristics: a line a category, the characteristics one below the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import columns as heads_of
from pipeline.figures.tables.cells import head, number, pick, table
from pipeline.wording import numbers
from pipeline.wording.withheld import is_hidden


def by_characteristic(
    scope: Scope,
    *,
    analysis: str,
    by: Sequence[str] | str,
    columns: Sequence[Mapping[str, Any]],
    caption: writing.Captions | None = None,
    reading: writing.Captions | None = None,
) -> Table | Absent:
    """Return the categories of several characteristics, one column an entry of ``columns``.

    A column chooses rows by ``measure`` (one or several of which a row is one) and ``method``, and has a ``head`` by
    language; ``against: true`` says that the category without a row in it is the one that others are set against.
    ``by`` are names, or one text of them between commas as a declaration of figures has it. ``reading`` has {who},
    {value}, {interval} of the first category with a number in the last column.
    """
    names = by.split(",") if isinstance(by, str) else list(by)
    parts = [_chosen(scope, analysis, names, column) for column in columns]
    every = pd.concat(parts)
    if published(every).empty:
        return Absent(why_absent(every, scope))
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    told: tuple[str, pd.Series] | None = None
    for name in names:
        asked = scope.text(f"by={name}")
        codes = sorted(dict.fromkeys(every.loc[every["by"] == name, "code"]), key=scope.code_order(name))
        if codes:
            groups.append((len(body), asked))
        for code in codes:
            line = [pick(part, by=name, code=code) for part in parts]
            said = writing.below(asked, scope.code_text(name, code))
            body.append([head(said), *(_cell(row, scope, c) for row, c in zip(line, columns, strict=True))])
            if told is None and line[-1] is not None and not is_hidden(line[-1]):
                told = (said, line[-1])
    heads = [(str(i), str(c["head"][scope.lang])) for i, c in enumerate(columns)]
    text = writing.captioned(scope, caption, every)
    return table(
        scope, every, heads_of(("line", ""), *heads), body, text, _reading(scope, told, reading), groups=groups
    )


def _cell(row: pd.Series | None, scope: Scope, column: Mapping[str, Any]) -> Cell:
    if row is None and column.get("against"):
        return Cell(scope.say("characteristics-table.reference"))
    return number(row, scope)


def _chosen(scope: Scope, analysis: str, names: Sequence[str], column: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of a column, of all characteristics."""
    measures = [column["measure"]] if isinstance(column["measure"], str) else column["measure"]
    method = str(column.get("method", ""))
    return pd.concat([scope.rows(analysis, None, m, method=method, by=name) for m in measures for name in names])


def _reading(scope: Scope, told: tuple[str, pd.Series] | None, reading: writing.Captions | None) -> str:
    template = (reading or {}).get(scope.lang, "")
    if told is None or not template:
        return ""
    who, row = told
    unit, measure = row["unit"], row["measure"]
    return template.format(
        who=who,
        value=numbers.estimate(row["estimate"], unit, scope.lang, measure=measure),
        interval=numbers.interval(row["lower"], row["upper"], unit, scope.lang, measure=measure),
    )
