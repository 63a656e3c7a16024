"""Tables of networks: the map of actors, the measures before and after, skills against their reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, has_interval, published, why_absent
from pipeline.figures.tables.cells import anything, bracket, columns, head, number, pick, table
from pipeline.results import shared
from pipeline.results.time import in_order, is_span, latest
from pipeline.wording import numbers, withheld
from pipeline.wording.numbers import NARROW

#: An indicator and its measure; behind them, where it has one, the measure of its change.
Line = tuple[str, ...]


def actors(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str,
    returned: str,
    by: str,
    beside: Mapping[str, Sequence[str]],
    population: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return how many actors are listed by type and unit, and which share of each type answered.

    Parameters
    ----------
    indicator, measure, by : the count of actors, by type.   returned : the measure of the share that answered.
    beside : indicator -> measures of a last line, with a head of its own.   population : of the Champ.
    """
    every = scope.table[(scope.table["analysis"] == analysis) & (scope.table["measure"] == measure)]
    every = every[(every["indicator"] == indicator) & (every["time"] == latest(every))]
    if not anything(every):
        return Absent(why_absent(every, scope))
    when = str(shared(every, "time"))
    back = scope.rows(analysis, indicator, returned, by=by, time=when)
    whole = scope.rows(analysis, indicator, returned, time=when)
    units = sorted(every.loc[every["territory_level"] != "region", "territory"].unique())
    types = sorted({c for c in every["code"] if c}, key=scope.code_order(by))
    heads = [(by, scope.text(f"by={by}"))]
    heads += [(u, scope.text(f"{scope.unit_level}={u}:name")) for u in units]
    heads += [("all", scope.text("all")), (returned, scope.say("network-actors-table.answered"))]
    body = []
    for code in [*types, ""]:
        answered = pick(back, code=code) if code else pick(whole, by="")
        places = [number(pick(every, code=code, territory=u), scope) for u in [*units, scope.region]]
        body.append([head(scope.code_text(by, code) if code else scope.text("all")), *places, number(answered, scope)])
    groups: tuple[tuple[int, str], ...] = ()
    name, told = next(iter(beside.items()))
    last = scope.table[(scope.table["analysis"] == analysis) & (scope.table["indicator"] == name)]
    last = last[last["measure"].isin(list(told)) & (last["time"] == when)]
    if anything(last):
        groups = ((0, scope.say("network-actors-table.listed")), (len(body), scope.text(f"{analysis}.{name}")))
        cells = [number(pick(last, territory=u), scope) for u in [*units, scope.region]]
        body.append([head(scope.text(f"{analysis}.{name}.{told[0]}")), *cells, Cell("–")])
    first = published(every[(every["code"] != "") & (every["territory_level"] != "region")])
    reading = ""
    if len(first):
        row = first.iloc[0]
        reading = scope.say(
            "network-actors-table.reading",
            when=writing.in_time(when, scope.lang),
            where=scope.within(row),
            value=numbers.count(row["estimate"], scope.lang),
            kind=scope.code_text(by, str(row["code"])),
        )
    text = writing.captioned(scope, caption, every, numbers.period(when, scope.lang))
    shown, people = pd.concat([every, last]), _people(population, scope)
    return table(scope, shown, columns(*heads), body, text, reading, groups=groups, people=people)


def measures(
    scope: Scope,
    *,
    analysis: str,
    estimated: Sequence[Line],
    described: Sequence[Line],
    population: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return the measures of the network at each date, and the change of those that are estimated for all actors.

    ``estimated`` are indicators with their measures and those of their changes, the first read aloud; ``described``
    have no change.
    """
    t = scope.table
    rows = t[(t["analysis"] == analysis) & (t["territory_level"] == "region") & (t["domain"] == "")]
    asked = [(i, m) for i, m, *_ in (*estimated, *described)]
    pairs = zip(rows["indicator"], rows["measure"], strict=True)
    shown = rows[np.array([pair in asked for pair in pairs], dtype=bool)]
    if not anything(shown):
        return Absent(why_absent(shown, scope))
    waves = in_order(shown, spans=False)
    heads = [("measure", scope.say("network-measures-table.measure")), *((w, w) for w in waves)]
    changes = rows[rows["time"].map(is_span)]
    spans = in_order(changes)
    heads += [(s, scope.say("head.change") if len(spans) == 1 else numbers.period(s, scope.lang)) for s in spans]
    body, used = [], []
    for indicator, measure, *shifts in [*estimated, *described]:
        shift = next(iter(shifts), "")
        line = [pick(shown, indicator=indicator, measure=measure, time=w) for w in waves]
        if all(row is None for row in line):
            continue
        cells = [head(scope.indicator_text(analysis, indicator, measure)), *(number(row, scope) for row in line)]
        for span in spans:
            change = pick(changes, indicator=indicator, measure=shift, time=span) if shift else None
            cells.append(_change(change, scope) if shift else Cell("–"))
            used += [change] if change is not None else []
        body.append(cells)
    every = pd.concat([shown, pd.DataFrame(used)]) if used else shown
    split = sum(bool(((shown["indicator"] == i) & (shown["measure"] == m)).any()) for i, m, *_ in estimated)
    groups = (
        (0, scope.say("network-measures-table.estimated")),
        (split, scope.say("network-measures-table.described")),
    )
    first = pick(shown, indicator=estimated[0][0], measure=estimated[0][1], time=waves[-1])
    name, people = writing.captioned(scope, caption, every), _people(population, scope)
    return table(scope, every, columns(*heads), body, name, _reading(first, scope), groups=groups, people=people)


def skills(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    bounds: str,
    by: str,
    beside: Sequence[str],
    population: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return the share of actors with each skill at each date, its bounds at the last, and what it is held against.

    ``bounds`` is the indicator of the bounds; ``beside`` are the measures of the reference and of the gap to it.
    """
    rows = scope.rows(analysis, indicator, by=by)
    limits_of = scope.rows(analysis, bounds, by=by)
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    waves = in_order(rows)
    last = waves[-1]
    heads = [
        (by, scope.text(f"by={by}")),
        *((w, w) for w in waves),
        ("bounds", scope.say("network-skills-table.bounds")),
        (beside[0], scope.say("network-skills-table.reference")),
        ("gap", scope.say("network-skills-table.gap")),
    ]
    body = []
    for code in rows["code"].unique():
        of = rows[rows["code"] == code]
        shares = [number(pick(of, measure="share", time=w), scope) for w in waves]
        between = pick(limits_of, code=code, time=last)
        told = [number(pick(of, measure=m, time=last), scope) for m in beside]
        body.append([head(scope.code_text(by, code)), *shares, _bounds(between, scope), *told])
    first = published(rows[(rows["measure"] == "share") & (rows["time"] == last)])
    reading = ""
    if len(first):
        row = first.iloc[0]
        wanted = pick(rows, measure=beside[0], code=row["code"], time=last)
        goal = ""
        if wanted is not None and not withheld.is_hidden(wanted):
            goal = numbers.share(wanted["estimate"], scope.lang)
        reading = scope.say(
            "network-skills-table.reading",
            when=writing.in_time(last, scope.lang),
            value=numbers.share(row["estimate"], scope.lang),
            skill=scope.code_text(by, str(row["code"])),
            interval=numbers.interval(row["lower"], row["upper"], "share", scope.lang),
            goal=goal,
        )
    name = writing.captioned(scope, caption, rows)
    whom = scope.find_text(f"{analysis}:skilled")
    people = scope.say("network-skills-table.people", people=whom) if whom else _people(population, scope)
    return table(scope, pd.concat([rows, limits_of]), columns(*heads), body, name, reading, people=people)


def _bounds(row: pd.Series | None, scope: Scope) -> Cell:
    """Return the least and greatest share that the answers allow, or the sign of a suppressed one."""
    told = number(row, scope, interval=False)
    if row is None or row["quality"] == "suppress" or not has_interval(row):
        return told
    between = numbers.interval(row["lower"], row["upper"], "share", scope.lang)
    return Cell(between, row["result_id"])


def _change(row: pd.Series | None, scope: Scope) -> Cell:
    """Return a change with its sign and, for a difference of shares, its unit: other lines have other units."""
    if row is None or row["quality"] == "suppress":
        return number(row, scope)
    points = row["unit"] == "point"
    size = numbers.points if points else numbers.decimal
    size_text = size(row["estimate"], scope.lang, signed=True, decimals=0 if points else 1)
    text = f"{size_text} {bracket(row, scope.lang)}"
    return Cell(f"{text}{NARROW}*" if row["quality"] == "caution" else text, row["result_id"])


def _reading(row: pd.Series | None, scope: Scope) -> str:
    if row is None or row["quality"] == "suppress":
        return ""
    return scope.say(
        "network-measures-table.reading",
        when=writing.in_time(row["time"], scope.lang),
        value=numbers.mean(row["estimate"], scope.lang),
        interval=numbers.interval(row["lower"], row["upper"], "mean", scope.lang),
    )


def _people(population: str, scope: Scope) -> str:
    return f"{scope.text(f'population={population}')}."
