"""The table of a framework of indicators: baseline, yearly values, target, distance and state, by objective."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results.time import in_order
from pipeline.wording import numbers

_POPULATION = "indicators"


def followed(
    scope: Scope, *, analysis: str, about: str, start: str, caption: writing.Captions | None = None
) -> Table | Absent:
    """Return a line an indicator, under its objective: a number that a result gives carries that result's sign.

    ``about`` is the indicator that says what each is about, ``start`` the measure of where it started.
    """
    rows = scope.rows(analysis, by="goal")
    described = scope.rows(analysis, about, by="+")
    described = pd.concat([described, rows[rows["indicator"] == about]])
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    values = rows[rows["measure"] == "value"]
    years = in_order(values)
    told = [_about(domain) for domain in described["domain"]]
    objectives = list(dict.fromkeys(each.get("objective", "") for each in told))
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    for objective in objectives:
        if objective:
            groups.append((len(body), scope.code_text("objective", objective)))
        for each in (t for t in told if t.get("objective", "") == objective):
            body.append(_line(scope, rows[rows["code"] == each["goal"]], each, years, start))
    heads = [start, *years, "target", "due", "distance", "state", "responsible"]
    named = [(h, h if h in years else scope.say(f"framework-table.{h}")) for h in heads]
    return table(
        scope,
        values,
        columns(("goal", ""), *named),
        body,
        writing.captioned(scope, caption, values),
        "",
        groups=groups if len(groups) == len(objectives) else (),
    )


def _about(domain: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in domain.split("/"))


def _line(scope: Scope, rows: pd.DataFrame, about: dict[str, str], years: list[str], start: str) -> list[Cell]:
    responsible = about.get("responsible")
    return [
        head(scope.code_text("goal", about["goal"])),
        number(pick(rows, measure=start), scope),
        *[number(pick(rows, measure="value", time=year), scope) for year in years],
        number(pick(rows, measure="target"), scope),
        Cell(about.get("due", "")),
        _distance(pick(rows, measure="distance"), scope),
        _state(rows, scope),
        Cell(scope.code_text("responsible", responsible) if responsible else ""),
    ]


def _distance(row: pd.Series | None, scope: Scope) -> Cell:
    """Return the distance to the target with its unit: lines of a column are of several."""
    made = number(row, scope)
    if row is None or row["unit"] != "point" or row["quality"] == "suppress" or pd.isna(row["estimate"]):
        return made
    return Cell(numbers.points(row["estimate"], scope.lang), row["result_id"])


def _state(rows: pd.DataFrame, scope: Scope) -> Cell:
    """Return the state in one word; the sign of the value where that may not be shown."""
    row = pick(rows, measure="state")
    if row is None or row["quality"] == "suppress":
        return number(row, scope)
    return Cell(scope.say(f"framework-table.states.{row['indicator']}"), row["result_id"])
