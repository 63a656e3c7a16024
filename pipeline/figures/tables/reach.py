"""Tables of reach: inhabitants by distance, communes far from any space, places that would bring most people near."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results.time import in_order
from pipeline.wording import numbers
from pipeline.wording.numbers import NO_BREAK

_ORDER = (("within_", "share"), ("beyond_", "count"), ("beyond_", "communes"), ("by_sea", "count"), ("nearest", "mean"))


def by_distance(
    scope: Scope,
    *,
    analysis: str = "reach",
    beside_region: bool = False,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return inhabitants near and far from an open space at each date; for a unit, the region's last date beside."""
    every = scope.rows(analysis, population="inhabitants")
    every = every[(every["by"] == "") & (every["inference"] == "census")]
    if not anything(every):
        return Absent(why_absent(every, scope))
    region = scope.rows(analysis, population="inhabitants", place=("region", scope.region))
    dates = in_order(every)
    heads = [("indicator", ""), *[(d, numbers.period(d, scope.lang)) for d in dates]]
    if beside_region:
        heads.append(("region", f"{scope.text(scope.region_key)}, {numbers.period(dates[-1], scope.lang)}"))
    body = []
    for indicator, measure in _lines(every):
        rows = every[(every["indicator"] == indicator) & (every["measure"] == measure)]
        line = [number(pick(rows, time=d), scope) for d in dates]
        if beside_region:
            line.append(number(pick(region, indicator=indicator, measure=measure, time=dates[-1], by=""), scope))
        body.append([head(scope.indicator_text(analysis, indicator, measure)), *line])
    first = published(every[every["measure"] == "share"]).sort_values("order", kind="stable").iloc[-1]
    said = scope.indicator_text(analysis, first["indicator"], first["measure"])
    return table(
        scope,
        every,
        columns(*heads),
        body,
        writing.chosen(caption, scope.lang, "Habitants selon la distance à un espace ouvert"),
        writing.reading_of_number(first, scope.text(f"{scope.place_key}:name"), said, scope),
        (_as_the_crow_flies(scope.lang),),
    )


def _lines(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return (indicator, measure) in the order of the table, distances rising."""
    present = set(zip(rows["indicator"], rows["measure"], strict=True))
    out: list[tuple[str, str]] = []
    for start, measure in _ORDER:
        found = [i for i, m in present if m == measure and (i.startswith(start) if start.endswith("_") else i == start)]
        out += [(i, measure) for i in sorted(found, key=_kilometres)]
    return out


def _kilometres(indicator: str) -> float:
    tail = indicator.rpartition("_")[2]
    return float(tail) if tail.replace(".", "").isdigit() else 0.0


def white_areas(
    scope: Scope, *, analysis: str = "reach", most: int = 12, caption: writing.Captions | None = None
) -> Table | Absent:
    """Return the communes beyond the second distance with most inhabitants, and how far their nearest space is."""
    rows = scope.rows(analysis, measure="count", population="inhabitants", by="commune")
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    far = scope.rows(analysis, "nearest", "distance", population="inhabitants", by="commune")
    rows = rows.sort_values("estimate", ascending=False, kind="stable").head(most)
    kilometres = str(rows["indicator"].iloc[0]).rpartition("_")[2]
    french = scope.lang == "fr"
    heads = (
        ("commune", "Commune"),
        ("inhabitants", "Habitants" if french else "Inhabitants"),
        ("km", "Distance à l'espace le plus proche (km)" if french else "Distance to the nearest space (km)"),
    )
    body = [
        [head(scope.code_text("commune", c)), number(pick(rows, code=c), scope), number(pick(far, code=c), scope)]
        for c in rows["code"]
    ]
    first = rows.iloc[0]
    name, value = scope.code_text("commune", first["code"]), numbers.count(first["estimate"], scope.lang)
    when = writing.in_time(str(first["time"]), scope.lang)
    distance = scope.text(f"distance={kilometres}")
    default = f"Communes à {distance} ou plus d'un espace ouvert{NO_BREAK}: les plus peuplées"
    reading = f"{when}, la commune «{NO_BREAK}{name}{NO_BREAK}» compte {value} habitants et aucun espace ouvert proche."
    shown = pd.concat([rows, far[far["code"].isin(rows["code"])]])
    return table(
        scope,
        shown,
        columns(*heads),
        body,
        writing.chosen(caption, scope.lang, default),
        reading,
        (_as_the_crow_flies(scope.lang),),
    )


def next_locations(scope: Scope, *, analysis: str = "reach", caption: writing.Captions | None = None) -> Table | Absent:
    """Return the communes that would bring most inhabitants near a space, one after the other."""
    t = scope.table
    rows = t[(t["analysis"] == analysis) & (t["measure"] == "gain")]
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    parsed = [dict(pair.split("=", 1) for pair in d.split("/")) for d in rows["domain"]]
    rows = rows.assign(commune=[p["commune"] for p in parsed], step=[int(p["step"]) for p in parsed])
    rows = rows.sort_values("step")
    kilometres = str(rows["indicator"].iloc[0]).rpartition("_")[2]
    heads = (
        ("commune", "Commune, dans l'ordre" if scope.lang == "fr" else "Commune, in order"),
        ("gain", "Habitants gagnés" if scope.lang == "fr" else "Inhabitants gained"),
    )
    body: Sequence[Sequence[Cell]] = [
        [head(scope.code_text("commune", r["commune"])), number(r, scope)] for _, r in rows.iterrows()
    ]
    first = rows.iloc[0]
    name, value = scope.code_text("commune", first["commune"]), numbers.count(first["estimate"], scope.lang)
    distance = scope.text(f"distance={kilometres}")
    default = f"Communes où un espace mettrait le plus d'habitants à moins de {distance}"
    return table(
        scope,
        rows,
        columns(*heads),
        body,
        writing.chosen(caption, scope.lang, default),
        f"un espace à «{NO_BREAK}{name}{NO_BREAK}» mettrait {value} habitants de plus à moins de {distance}.",
        (_as_the_crow_flies(scope.lang),),
    )


def _as_the_crow_flies(lang: str) -> str:
    if lang == "fr":
        return "Distances à vol d'oiseau entre les centres des communes, mer comprise ; population de l'année."
    return "Distances as the crow flies between the centres of communes, sea included; population of the year."
