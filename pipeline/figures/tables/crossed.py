"""One indicator in the last wave, the groups of a variable in lines, those of another in columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Table
from pipeline.figures.scope import Scope, has_interval, published, why_absent
from pipeline.figures.tables.cells import columns, head, number, pick, table
from pipeline.results.time import latest
from pipeline.wording import numbers


def crossed(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str,
    by: str,
    across: str,
    population: str = "users",
    whole: bool = True,
    people: str | None = None,
    caption: writing.Captions | None = None,
    reading: writing.Captions | None = None,
) -> Table | Absent:
    """Return an indicator by ``by`` in lines and ``across`` in columns, the whole population first where ``whole``.

    ``reading`` has {who}, {across}, {value} and {interval} of the first published group. ``people`` is the label key of
    whom the table is about, where it is not the population of its rows.
    """
    every = _rows(scope, analysis, indicator, measure, population, by, across)
    if published(every).empty or not (every["line"] != "").any():
        return Absent(why_absent(every, scope))
    order = scope.code_order(by)
    lines = [*([""] if whole else []), *sorted({c for c in every["line"] if c}, key=order)]
    codes = sorted(set(every["column"]), key=scope.code_order(across))
    body = [
        [
            head(scope.code_text(by, line) if line else scope.text("all")),
            *(number(pick(every, line=line, column=code), scope, interval=False) for code in codes),
        ]
        for line in lines
    ]
    told = published(every[every["line"] != ""])
    return table(
        scope,
        every,
        columns(("line", ""), *((c, scope.code_text(across, c)) for c in codes)),
        body,
        writing.captioned(scope, caption, every),
        _reading(scope, told, by, across, (reading or {}).get(scope.lang, "")),
        people=f"{scope.text(people)}." if people else None,
    )


def _rows(
    scope: Scope, analysis: str, indicator: str, measure: str, population: str, by: str, across: str
) -> pd.DataFrame:
    """Return the rows of the document's territory in the last wave, with ``line`` and ``column``."""
    level, code = scope.place
    rows = scope.table
    wanted = {
        "analysis": analysis,
        "indicator": indicator,
        "measure": measure,
        "population": population,
        "territory_level": level,
        "territory": code,
        "method": "",
    }
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    domains = [dict(p.split("=", 1) for p in d.split("/") if p) for d in rows["domain"]]
    kept = np.array([across in d and set(d) <= {by, across} for d in domains], dtype=bool)
    rows = rows.assign(line=[d.get(by, "") for d in domains], column=[d.get(across, "") for d in domains])[kept]
    return rows[rows["time"] == latest(rows)]


def _reading(scope: Scope, rows: pd.DataFrame, by: str, across: str, template: str) -> str:
    if rows.empty or not template:
        return ""
    row = rows.iloc[0]
    return template.format(
        who=scope.code_text(by, row["line"]),
        across=scope.code_text(across, row["column"]),
        value=numbers.estimate(row["estimate"], row["unit"], scope.lang, measure=row["measure"]),
        interval=numbers.interval(row["lower"], row["upper"], row["unit"], scope.lang, measure=row["measure"])
        if has_interval(row)
        else "",
    )
