"""Tables of places: the units of the region, the register of spaces, attendance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.grouping import group_text, units
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, respondents, table
from pipeline.results import shared
from pipeline.results.time import ends, in_order, latest
from pipeline.wording import numbers
from pipeline.wording.phrases import capital


def pays(
    scope: Scope,
    *,
    analysis: str,
    indicator: str = "elaborate",
    measure: str = "share",
    population: str = "users",
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return every unit with respondents, level, gap with the rest and the group it falls in; no rank."""
    every = units(scope, analysis, indicator, measure, population).sort_values("territory", kind="stable")
    if not anything(every):
        return Absent(why_absent(every, scope))
    gaps = scope.rows(analysis, indicator, "gap", population=population, units=True)
    gaps = gaps[gaps["time"] == shared(every, "time")]
    heads = (
        ("unit", scope.text(f"by={scope.unit_level}")),
        ("n", scope.say("head.answers")),
        ("level", scope.say("pays-table.level", when=str(shared(every, "time")))),
        ("gap", scope.say("pays-table.gap")),
        ("group", scope.say("pays-table.group")),
    )
    body = []
    for _, row in every.iterrows():
        line = [
            head(str(row["label"])),
            respondents(row, scope),
            number(row, scope),
            number(pick(gaps, territory=row["territory"]), scope),
            Cell(group_text(str(row["group"]), scope)),
        ]
        body.append(line)
    first = published(every).iloc[0]
    within = scope.within(first)
    return table(
        scope,
        every,
        columns(*heads),
        body,
        writing.captioned(scope, caption, every),
        writing.reading_of_share(first, scope, within),
        (scope.say("pays-table.note"),),
    )


def register(
    scope: Scope,
    *,
    analysis: str,
    indicators: Sequence[Sequence[str]],
    since: Sequence[str] = (),
    beside_region: bool = False,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return indicators of the register at each date; for a unit, the region's last date beside.

    ``indicators`` are the indicator and measure of each line, and the category that it is about where there are
    several; those ``since`` are counted since the date before: the first date has none.
    """
    indicators = [(analysis, *line) for line in indicators]
    found = [_line(scope, line) for line in indicators]
    every = pd.concat(found)
    if not anything(every):
        return Absent(why_absent(every, scope))
    beside = [_line(scope, line, ("region", scope.region)) for line in indicators if beside_region]
    dates = in_order(every)
    heads = [("indicator", ""), *[(d, numbers.period(d, scope.lang)) for d in dates]]
    if beside_region:
        heads.append(("region", f"{scope.text(scope.region_key)}, {numbers.period(dates[-1], scope.lang)}"))
    body = []
    for position, ((a, i, m, *code), rows) in enumerate(zip(indicators, found, strict=True)):
        if rows.empty:
            continue
        line = [number(pick(rows, time=d), scope, interval=False) for d in dates]
        if i in since and pick(rows, time=dates[0]) is None:
            line[0] = Cell("–")
        if code:
            known = set(scope.rows(a, i, m, population="spaces", by=i)["time"])
            line = [
                c if pick(rows, time=d) is not None or d not in known else Cell("–")
                for c, d in zip(line, dates, strict=True)
            ]
        if beside_region:
            line.append(number(pick(beside[position], time=dates[-1]), scope, interval=False))
        body.append([head(scope.code_text(i, code[0]) if code else scope.indicator_text(a, i, m)), *line])
    shown = published(every)
    last = shown[shown["time"] == latest(shown)].iloc[0]
    name = (
        scope.code_text(last["indicator"], last["code"])
        if last["code"]
        else scope.indicator_text(last["analysis"], last["indicator"], last["measure"])
    )
    return table(
        scope,
        pd.concat([every, *beside]),
        columns(*heads),
        body,
        writing.captioned(scope, caption, every),
        writing.reading_of_number(last, name, scope, within=scope.within(last)),
    )


def _line(scope: Scope, asked: Sequence[str], place: tuple[str, str] | None = None) -> pd.DataFrame:
    """Return the rows of one line of the register: an indicator, or one category of it."""
    analysis, indicator, measure, *code = asked
    by = indicator if code else None
    rows = scope.rows(analysis, indicator, measure, population="spaces", by=by, place=place)
    return rows[rows["code"] == code[0]] if code else rows


def attendance(
    scope: Scope,
    *,
    analysis: str,
    indicator: str = "visits",
    rates: Sequence[Sequence[str]] = (),
    by: str = "age_band",
    collected: Sequence[str] = (),
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return visits by year and group, then the lines of ``rates``: an indicator, its measure and its method each."""
    visits = pd.concat([scope.rows(analysis, indicator, "count", population="visits", by=b) for b in (None, by)])
    if not anything(visits):
        return Absent(why_absent(visits, scope))
    change = pd.concat([scope.rows(analysis, indicator, "evolution", by=b) for b in (None, by)])
    years = in_order(visits)
    spans = in_order(change)
    heads = [("group", ""), *[(y, y) for y in years], *[(s, _evolution(s, scope)) for s in spans]]
    body = []
    for code in visits["code"].unique():
        name = scope.code_text(by, code) if code else scope.indicator_text(analysis, indicator, "count")
        line = [number(pick(visits, code=code, time=y), scope) for y in years]
        line += [_evolved(pick(change, code=code, time=s), scope) for s in spans]
        body.append([head(name), *line])
    for about, measure, method in rates:
        part = scope.rows(analysis, about, measure, method=method)
        if len(part):
            line = [number(pick(part, time=y), scope) for y in years]
            line += [Cell("–") for _ in spans]
            body.append([head(scope.indicator_text(analysis, about, measure)), *line])
    last = published(visits[visits["code"] == ""]).iloc[-1] if anything(visits[visits["code"] == ""]) else None
    reading = "" if last is None else _reading(last, scope)
    note = scope.text("returns=evolution")
    return table(
        scope,
        visits,
        columns(*heads),
        body,
        writing.captioned(scope, caption, visits),
        reading,
        (*_collected(scope, analysis, collected), *((note,) if spans else ())),
    )


def _collected(scope: Scope, analysis: str, measures: Sequence[str]) -> Iterator[str]:
    """Yield which months the years hold that were not counted whole."""
    found = {m: scope.rows(analysis, "collected", m) for m in measures}
    for year in in_order(pd.concat(found.values())) if found else []:
        rows = {m: pick(rows, time=year) for m, rows in found.items()}
        months = [numbers.month(row["estimate"], scope.lang) for row in rows.values() if row is not None]
        said = {"when": writing.in_time(year, scope.lang), "first": months[0], "last": months[-1]}
        several = len(months) > 1
        yield capital(
            scope.say("attendance-table.collected", **said)
            if several
            else scope.say("attendance-table.collected_month", **said)
        )


def _evolved(row: pd.Series | None, scope: Scope) -> Cell:
    return number(row, scope) if row is not None else Cell("–")


def _evolution(time: str, scope: Scope) -> str:
    first, last = ends(time)
    return scope.say("head.change_between", first=first, last=last)


def _reading(row: pd.Series, scope: Scope) -> str:
    value = numbers.count(row["estimate"], scope.lang)
    when = writing.in_time(row["time"], scope.lang)
    return scope.say("attendance-table.reading", when=when, value=value)
