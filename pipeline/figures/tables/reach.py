"""Tables of reach: inhabitants by distance, communes far from any space, places that would bring most people near."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results import shared
from pipeline.results.time import in_order
from pipeline.wording import numbers

#: An indicator, or how it begins where it goes on with a distance (`within_`), and its measure.
Line = tuple[str, str]


def by_distance(
    scope: Scope,
    *,
    analysis: str,
    population: str,
    lines: Sequence[Line],
    beside_region: bool = False,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return inhabitants near and far from an open space at each date; for a unit, the region's last date beside."""
    every = scope.rows(analysis, population=population)
    every = every[(every["by"] == "") & (every["inference"] == "census")]
    if not anything(every):
        return Absent(why_absent(every, scope))
    region = scope.rows(analysis, population=population, place=("region", scope.region))
    dates = in_order(every)
    heads = [("indicator", ""), *[(d, numbers.period(d, scope.lang)) for d in dates]]
    if beside_region:
        heads.append(("region", f"{scope.text(scope.region_key)}, {numbers.period(dates[-1], scope.lang)}"))
    body = []
    for indicator, measure in _present(every, lines):
        rows = every[(every["indicator"] == indicator) & (every["measure"] == measure)]
        line = [number(pick(rows, time=d), scope) for d in dates]
        if beside_region:
            line.append(number(pick(region, indicator=indicator, measure=measure, time=dates[-1], by=""), scope))
        body.append([head(scope.indicator_text(analysis, indicator, measure)), *line])
    first = published(every[every["measure"] == "share"]).sort_values("order", kind="stable").iloc[-1]
    return table(
        scope,
        every,
        columns(*heads),
        body,
        writing.captioned(scope, caption, every),
        writing.reading_of_reach(first, scope.within(first), scope),
        (scope.say("note.straight"),),
    )


def _present(rows: pd.DataFrame, lines: Sequence[Line]) -> list[Line]:
    """Return (indicator, measure) in the order of the table, distances rising."""
    present = set(zip(rows["indicator"], rows["measure"], strict=True))
    out: list[Line] = []
    for start, measure in lines:
        found = [i for i, m in present if m == measure and (i.startswith(start) if start.endswith("_") else i == start)]
        out += [(i, measure) for i in sorted(found, key=_kilometres)]
    return out


def _kilometres(indicator: str) -> float:
    tail = indicator.rpartition("_")[2]
    return float(tail) if tail.replace(".", "").isdigit() else 0.0


def white_areas(
    scope: Scope,
    *,
    analysis: str,
    population: str,
    measure: str,
    far: Line,
    most: int = 12,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return the communes beyond the second distance with most inhabitants, and how ``far`` their nearest space is."""
    rows = scope.rows(analysis, measure=measure, population=population, by="commune")
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    away = scope.rows(analysis, *far, population=population, by="commune")
    rows = rows.sort_values("estimate", ascending=False, kind="stable").head(most)
    heads = (
        ("commune", scope.say("white-areas-table.commune")),
        ("inhabitants", scope.say("white-areas-table.inhabitants")),
        ("km", scope.say("white-areas-table.distance")),
    )
    body = [
        [head(scope.code_text("commune", c)), number(pick(rows, code=c), scope), number(pick(away, code=c), scope)]
        for c in rows["code"]
    ]
    first = rows.iloc[0]
    name, value = scope.code_text("commune", first["code"]), numbers.count(first["estimate"], scope.lang)
    when = writing.in_time(str(first["time"]), scope.lang)
    shown = pd.concat([rows, away[away["code"].isin(rows["code"])]])
    return table(
        scope,
        shown,
        columns(*heads),
        body,
        writing.captioned(scope, caption, rows),
        scope.say("white-areas-table.reading", when=when, name=name, value=value),
        (scope.say("note.straight"),),
    )


def next_locations(
    scope: Scope, *, analysis: str, measure: str, caption: writing.Captions | None = None
) -> Table | Absent:
    """Return the communes that would bring most inhabitants near a space, one after the other."""
    t = scope.table
    rows = t[(t["analysis"] == analysis) & (t["measure"] == measure)]
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    parsed = [dict(pair.split("=", 1) for pair in d.split("/")) for d in rows["domain"]]
    rows = rows.assign(commune=[p["commune"] for p in parsed], step=[int(p["step"]) for p in parsed])
    rows = rows.sort_values("step")
    kilometres = str(shared(rows, "indicator")).rpartition("_")[2]
    heads = (
        ("commune", scope.say("next-locations-table.commune")),
        (measure, scope.say("next-locations-table.gain")),
    )
    body: Sequence[Sequence[Cell]] = [
        [head(scope.code_text("commune", r["commune"])), number(r, scope)] for _, r in rows.iterrows()
    ]
    first = rows.iloc[0]
    name, value = scope.code_text("commune", first["commune"]), numbers.count(first["estimate"], scope.lang)
    distance = scope.text(f"distance={kilometres}")
    return table(
        scope,
        rows,
        columns(*heads),
        body,
        writing.captioned(scope, caption, rows),
        scope.say("next-locations-table.reading", name=name, value=value, distance=distance),
        (scope.say("note.straight"),),
    )
