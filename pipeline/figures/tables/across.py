"""Indicators of one survey by the groups of a variable, in columns, or of several, in lines, in the last wave."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results.time import latest
from pipeline.wording.phrases import capital


def across(
    scope: Scope,
    *,
    analysis: str,
    by: str = "age_band",
    measure: str = "share",
    population: str | None = None,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return every indicator of an analysis for the whole population and for each group of ``by``."""
    parts = [scope.rows(analysis, None, measure, population=population, by=b) for b in (None, by)]
    every = pd.concat(parts)
    if not anything(every):
        return Absent(why_absent(every, scope))
    every = every[every["time"] == latest(every)]
    codes = list(parts[1].loc[parts[1]["time"] == latest(every), "code"].unique())
    heads = [("item", ""), ("all", scope.text("all")), *((c, scope.code_text(by, c)) for c in codes)]
    told = [i for i in scope.indicators(analysis) if i in set(every["indicator"])]
    asked = {i: scope.find_text(f"{analysis}.{i}:asked") or "" for i in told}
    # answers to one question stand together below it
    listed = sorted(told, key=lambda i: list(asked.values()).index(asked[i]))
    body = [
        [
            head(_line(scope, analysis, indicator, measure)),
            *(number(pick(every, indicator=indicator, code=code), scope, interval=not code) for code in ("", *codes)),
        ]
        for indicator in listed
    ]
    starts = [n for n, i in enumerate(listed) if not n or asked[i] != asked[listed[n - 1]]]
    groups = [(n, asked[listed[n]]) for n in starts] if all(asked.values()) else []
    return table(
        scope,
        every,
        columns(*heads),
        body,
        writing.captioned(scope, caption, every),
        _reading(every, scope),
        groups=groups,
    )


def in_lines(
    scope: Scope,
    *,
    analysis: str,
    by: str,
    measure: str = "share",
    population: str | None = None,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return every indicator of an analysis below its name: the groups of each variable of ``by``, between commas."""
    variables = [variable for variable in by.split(",") if variable]
    parts = [scope.rows(analysis, None, measure, population=population, by=variable) for variable in variables]
    every = pd.concat([scope.table.iloc[:0], *parts])
    if not anything(every):
        return Absent(why_absent(every, scope))
    every = every[every["time"] == latest(every)]
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    for indicator in [i for i in scope.indicators(analysis) if i in set(every["indicator"])]:
        told = scope.indicator_text(analysis, indicator, measure)
        groups.append((len(body), told))
        for _, row in every[every["indicator"] == indicator].iterrows():
            group = scope.code_text(row["by"], row["code"])
            variable = scope.text(f"by={row['by']}") if len(variables) > 1 else ""
            named = f"{group} ({variable})" if variable else group
            body.append([head(named), number(row, scope)])
    return table(
        scope,
        every,
        columns(("group", ""), ("share", str(latest(every)))),
        body,
        writing.captioned(scope, caption, every),
        _reading(every, scope),
        groups=groups,
    )


def _reading(rows: pd.DataFrame, scope: Scope) -> str:
    """Return how the first published number of a table is read: an example of how all are."""
    return writing.reading_of_share(published(rows).iloc[0], scope)


def _line(scope: Scope, analysis: str, indicator: str, measure: str) -> str:
    """Return what a line is called: what counts in its question, which stands above it; else the indicator."""
    answer = scope.find_text(f"{analysis}.{indicator}:answer")
    return capital(answer) if answer else scope.indicator_text(analysis, indicator, measure)
