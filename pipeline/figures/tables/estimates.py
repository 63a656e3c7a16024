"""A table of estimates side by side: a line an age band, year or method, a column an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.figures import notes, writing
from pipeline.figures.output import Absent, Cell, Notes, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import columns as heads_of
from pipeline.figures.tables.cells import head, number, table
from pipeline.results import at_most_one
from pipeline.results.time import earliest, in_order, is_year, latest
from pipeline.wording import numbers
from pipeline.wording.withheld import is_hidden

#: What a column may choose rows by, beside the line's own key.
_KEYS = ("analysis", "indicator", "measure", "method", "population", "time")


def side_by_side(
    scope: Scope,
    *,
    columns: Sequence[Mapping[str, Any]],
    by: str,
    whole: bool = True,
    caption: writing.Captions | None = None,
    reading: writing.Captions | None = None,
) -> Table | Absent:
    """Return estimates of the document's territory, one column an entry of ``columns``.

    A column chooses rows by analysis, indicator, measure, method (none: direct), population (of several, the first
    that has the line), time (``first``, ``last``) and ``domain``; it has a ``head`` by language and may set
    ``interval: false``. ``by`` is a domain name, ``time`` or ``method``; with ``whole`` a domain's table begins with
    the rows without it. ``reading`` has {who}, {value}, {interval}, of the first line and column with an interval.
    """
    found = [_preferred(_column(scope, c, by), c.get("population")) for c in columns]
    every = pd.concat(found) if found else scope.table.iloc[:0]
    if published(every).empty:
        return Absent(why_absent(every, scope))
    codes = _codes(scope, every, by, whole)
    lines = [[_one(part, code) for part in found] for code in codes]
    body = [
        [head(_name(scope, by, code)), *_cells(scope, line, columns)] for code, line in zip(codes, lines, strict=True)
    ]
    shown = [r for line in lines for r in line if r is not None and not is_hidden(r)]
    told = next((r for r in shown if pd.notna(r["lower"]) and r["se"] > 0), None)
    if told is None and shown and "{interval}" not in (reading or {}).get(scope.lang, ""):
        told = shown[0]
    headings = [(str(i), str(c["head"][scope.lang])) for i, c in enumerate(columns)]
    made = table(
        scope,
        every,
        heads_of(("line", ""), *headings),
        body,
        writing.captioned(scope, caption, every),
        _reading(scope, by, told, (reading or {}).get(scope.lang, "")),
    )
    return replace(made, notes=sourced(made.notes, every, scope))


def sourced(said: Notes, rows: pd.DataFrame, scope: Scope) -> Notes:
    """Return notes whose source has the years of the returns: a model uses all of them, whatever year it tells of."""
    received = scope.table[(scope.table["indicator"] == "coverage").to_numpy()]
    received = received[received["source"].isin(rows["source"])]
    years = in_order(received[received["period"].map(is_year).to_numpy(dtype=bool)])
    return replace(said, source=notes.source(rows["source"], years, scope)) if years else said


def _column(scope: Scope, column: Mapping[str, Any], by: str) -> pd.DataFrame:
    """Return the rows of a column with ``line``, the code of the line they belong to."""
    rows = scope.here
    for key in _KEYS:
        value = column.get(key, "" if key == "method" and by != "method" else None)
        if value in ("first", "last") and key == "time":
            rows = rows[rows["time"] == (latest(rows) if value == "last" else earliest(rows))]
        elif value is not None:
            rows = rows[rows[key].isin(value) if isinstance(value, list | tuple) else rows[key] == str(value)]
    domain = str(column.get("domain", ""))
    if by in ("time", "method"):
        rows = rows[rows["domain"] == domain]
        return rows.assign(line=rows[by])
    rows = rows[(rows["by"] == by) | (rows["domain"] == "")]
    return rows.assign(line=rows["code"])


def _preferred(rows: pd.DataFrame, populations: object) -> pd.DataFrame:
    """Return the rows of the first of several populations that has each line."""
    if not isinstance(populations, list | tuple):
        return rows
    rank = rows["population"].map({p: i for i, p in enumerate(populations)})
    return rows[rank == rank.groupby(rows["line"]).transform("min")]


def _codes(scope: Scope, every: pd.DataFrame, by: str, whole: bool) -> list[str]:
    codes = list(dict.fromkeys(every["line"]))
    if by == "time":
        return in_order(every)
    if by == "method":
        order = {m: i for i, m in enumerate(k.partition("method=")[2] for k in scope.labels if k.startswith("method="))}
        return sorted(codes, key=lambda m: order.get(m, 999) if m else -1)
    key = scope.code_order(by)
    return ([""] if whole and "" in codes else []) + sorted((c for c in codes if c), key=key)


def _one(rows: pd.DataFrame, code: str) -> pd.Series | None:
    return at_most_one(rows[rows["line"] == code], f"line {code}")


def _name(scope: Scope, by: str, code: str) -> str:
    if by == "time":
        return numbers.period(code, scope.lang)
    if by == "method":
        return scope.text(f"method={code}")
    return scope.code_text(by, code) if code else scope.text("all")


def _cells(scope: Scope, line: Sequence[pd.Series | None], columns: Sequence[Mapping[str, Any]]) -> list[Cell]:
    return [number(row, scope, bool(c.get("interval", True))) for row, c in zip(line, columns, strict=True)]


def _reading(scope: Scope, by: str, row: pd.Series | None, template: str) -> str:
    if row is None or not template:
        return ""
    unit, measure = row["unit"], row["measure"]
    known = pd.notna(row["lower"])
    return template.format(
        who=_name(scope, by, row["line"]),
        value=numbers.estimate(row["estimate"], unit, scope.lang, measure=measure),
        interval=numbers.interval(row["lower"], row["upper"], unit, scope.lang, measure=measure) if known else "",
    )
