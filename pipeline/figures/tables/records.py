"""The table of records: how many, what they amount to and what they use, by time, then the share of each category."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results import shared
from pipeline.results.time import in_order
from pipeline.wording import numbers

#: Measures of a line, and the change that stands beside it.
_LINES = (
    ("count", "evolution"),
    ("total", "evolution"),
    ("mean", "mean_shift"),
    ("used", ""),
    ("offered", ""),
    ("rate", "shift"),
)
#: What is no line: how much of a time the file covers, and counts of shorter periods.
_NO_LINES = ("covered", "compared", "by_period")


def by_time(scope: Scope, *, analysis: str, caption: writing.Captions | None = None) -> Table | Absent:
    """Return a line a count, total, mean and rate, then one a category: a column a time, then the change."""
    every = scope.rows(analysis)
    every = every[~every["indicator"].isin([*_NO_LINES, *cuts_of(scope, analysis)])]
    cut = [scope.rows(analysis, by=by) for by in cuts_of(scope, analysis)]
    shown = pd.concat([every, *cut])
    if not anything(shown):
        return Absent(why_absent(shown, scope))
    levels = shown[~shown["measure"].isin(["evolution", "mean_shift", "shift"])]
    times, spans = in_order(levels, spans=False), in_order(shown, spans=True)
    body, groups = _lines(scope, analysis, every, times, spans), [(0, scope.say("records-table.all"))]
    for part in cut:
        if anything(part[part["measure"] == "share"]):
            groups.append((len(body), scope.say("records-table.by", column=scope.text(f"by={shared(part, 'by')}"))))
            body += _shares(scope, part, times, spans)
    heads = [(t, numbers.period(t, scope.lang)) for t in times]
    heads += [(s, scope.say("records-table.change", when=numbers.period(s, scope.lang))) for s in spans]
    return table(
        scope,
        shown[shown["measure"].isin(["count", "share", "total", "mean", "rate"])],
        columns(("line", ""), *heads),
        body,
        writing.captioned(scope, caption, every),
        "",
        groups=groups if len(groups) > 1 else (),
    )


def cuts_of(scope: Scope, analysis: str) -> list[str]:
    """Return the questions that cut the records, in the order of their labels."""
    found = scope.table[(scope.table["analysis"] == analysis) & (scope.table["measure"] == "share")]
    known = {by for by in found["by"].unique() if by}
    labelled = [key.removeprefix("by=") for key in scope.labels if key.startswith("by=")]
    return [by for by in dict.fromkeys([*labelled, *sorted(known)]) if by in known]


def _lines(
    scope: Scope, analysis: str, rows: pd.DataFrame, times: Sequence[str], spans: Sequence[str]
) -> list[list[Cell]]:
    body = []
    for indicator in sorted(rows["indicator"].unique(), key=lambda name: name != "records"):
        own = rows[rows["indicator"] == indicator]
        for measure, change in _LINES:
            levels = own[own["measure"] == measure]
            if not len(levels):
                continue
            told = scope.indicator_text(analysis, indicator, measure)
            name = scope.say(f"records-table.lines.{measure}", name=told)
            cells = [number(pick(levels, time=t), scope) for t in times]
            # a column of changes holds points and percentages: each says its own
            cells += (
                [_moved(pick(own, measure=change, time=s), scope) for s in spans] if change else [head("")] * len(spans)
            )
            body.append([head(name), *cells])
    return body


def _moved(row: pd.Series | None, scope: Scope) -> Cell:
    """Return a change with its unit, which the head of the column cannot say for all lines."""
    made = number(row, scope)
    if row is None or row["unit"] != "point" or row["quality"] == "suppress" or pd.isna(row["estimate"]):
        return made
    return Cell(numbers.points(row["estimate"], scope.lang), row["result_id"])


def _shares(scope: Scope, rows: pd.DataFrame, times: Sequence[str], spans: Sequence[str]) -> list[list[Cell]]:
    body = []
    by = str(shared(rows, "by"))
    own = rows[rows["indicator"] == by]
    for code in own["code"].unique():
        line = own[own["code"] == code]
        cells = [number(pick(line, measure="share", time=t), scope) for t in times]
        cells += [_moved(pick(line, measure="shift", time=s), scope) for s in spans]
        body.append([head(scope.code_text(by, code)), *cells])
    return body
