"""Tables of workshops: what was offered and followed, and who enrols again."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results.time import in_order

#: An indicator and its measure.
Line = tuple[str, str]


def activity(
    scope: Scope,
    *,
    analysis: str,
    population: str,
    lines: Sequence[Line],
    cut: Line,
    read: Line,
    by: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return counts and rates (``lines``) by year, then the one that is ``cut`` by theme; ``read`` is read aloud."""
    whole = scope.rows(analysis, population=population)
    whole = whole[whole["measure"].isin(["count", "rate"])]
    if not anything(whole):
        return Absent(why_absent(whole, scope))
    years = in_order(whole)
    body = [
        [
            head(scope.indicator_text(analysis, indicator, measure)),
            *[number(pick(whole, indicator=indicator, measure=measure, time=y), scope) for y in years],
        ]
        for indicator, measure in lines
        if ((whole["indicator"] == indicator) & (whole["measure"] == measure)).any()
    ]
    parts = scope.rows(analysis, *cut, population=population, by=by)
    groups = [(0, scope.say("workshops-table.all"))]
    if anything(parts):
        groups.append((len(body), scope.say("workshops-table.by_theme")))
        body += _by_code(parts, by, years, scope)
    return table(
        scope,
        pd.concat([whole, parts]),
        columns(("line", ""), *[(y, y) for y in years]),
        body,
        writing.captioned(scope, caption, whole),
        _reading(whole, read, scope),
        groups=groups if len(groups) > 1 else (),
    )


def again(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    population: str,
    cuts: Sequence[str],
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return the share that enrols again by year with its change: everybody, by age band, by theme."""
    every = pd.concat([_of(scope, analysis, indicator, population, by) for by in (None, *cuts)])
    shares = every[every["measure"] == "share"]
    if not anything(shares):
        return Absent(why_absent(shares, scope))
    shifts = every[every["measure"] == "shift"]
    years, spans = in_order(shares), in_order(shifts)
    change = scope.say("head.change_points")
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    for by in ("", *cuts):
        part, moved = shares[shares["by"] == by], shifts[shifts["by"] == by]
        if by and len(part):
            groups.append((len(body), scope.text(f"by={by}")))
        elif len(part):
            groups.append((0, scope.text("all")))
        for code in part["code"].unique():
            own = part[part["code"] == code]
            line = [number(pick(own, time=y), scope) for y in years]
            line += [number(pick(moved, code=code, time=s), scope) for s in spans]
            body.append([head(scope.code_text(by, code) if by else scope.text(f"population={population}:all")), *line])
    return table(
        scope,
        every,
        columns(("group", ""), *[(y, y) for y in years], *[(s, change) for s in spans]),
        body,
        writing.captioned(scope, caption, shares),
        writing.reading_of_share(published(shares[shares["by"] == ""]).iloc[-1], scope)
        if anything(shares[shares["by"] == ""])
        else "",
        groups=groups,
    )


def _of(scope: Scope, analysis: str, indicator: str, population: str, by: str | None) -> pd.DataFrame:
    rows = scope.rows(analysis, indicator, population=population, by=by)
    return rows[rows["measure"].isin(["share", "shift"])]


def _by_code(rows: pd.DataFrame, by: str, years: list[str], scope: Scope) -> list[list[Cell]]:
    return [
        [head(scope.code_text(by, code)), *[number(pick(rows, code=code, time=y), scope) for y in years]]
        for code in rows["code"].unique()
    ]


def _reading(rows: pd.DataFrame, line: Line, scope: Scope) -> str:
    told = published(rows[(rows["indicator"] == line[0]) & (rows["measure"] == line[1])])
    if told.empty:
        return ""
    last = told.iloc[-1]
    value = number(last, scope).text
    when = writing.in_time(last["time"], scope.lang)
    return scope.say("workshops-table.reading", when=when, value=value)
