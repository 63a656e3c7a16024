"""Indicators of one survey in lines, the groups of a variable in columns, in the last wave."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results.time import latest


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
    body = [
        [
            head(scope.indicator_text(analysis, indicator, measure)),
            *(number(pick(every, indicator=indicator, code=code), scope, interval=not code) for code in ("", *codes)),
        ]
        for indicator in [i for i in scope.indicators(analysis) if i in set(every["indicator"])]
    ]
    first = published(every).iloc[0]
    return table(
        scope,
        every,
        columns(*heads),
        body,
        writing.captioned(scope, caption, every),
        writing.reading_of_share(first, scope),
    )
