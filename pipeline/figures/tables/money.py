"""Tables of money: who paid, what a visit or an hour costs, renewal under each rule, the criteria of the label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from pipeline.figures import notes, writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, respondents, table
from pipeline.results import at_most_one
from pipeline.results.time import in_order, is_span, latest, years
from pipeline.wording import numbers
from pipeline.wording.language import of

#: So many years have a column each.
_FEW_YEARS = 5


def financers(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str,
    population: str,
    by: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return the amount (``measure``) of each financer (``by``) over the period, its share, and its last years."""
    t = scope.rows(analysis, indicator, population=population, by=by)
    totals = scope.rows(analysis, indicator, measure, population=population)
    every = pd.concat([totals, t])
    if not anything(every):
        return Absent(why_absent(every, scope))
    span = next(iter(in_order(totals, spans=True)), "") or latest(totals)
    years = [year for year in in_order(totals, spans=False) if year != span]
    shown_years = years if len(years) <= _FEW_YEARS else years[-2:]
    heads = (
        (by, scope.text(f"by={by}")),
        ("span", numbers.period(span, scope.lang)),
        ("share", scope.say("head.share")),
        *((y, y) for y in shown_years),
    )
    body = []
    for code in [*t["code"].unique(), ""]:
        label = scope.code_text(by, code) if code else scope.text("all")
        amounts = [number(pick(every, code=code, measure=measure, time=when), scope) for when in (span, *shown_years)]
        share = number(pick(t, code=code, measure="share", time=span), scope) if code else Cell("–")
        body.append([head(label), amounts[0], share, *amounts[1:]])
    total = at_most_one(published(totals[totals["time"] == span]), "total")
    reading = ""
    if total is not None:
        value = numbers.estimate(total["estimate"], "euro", scope.lang)
        what = scope.text(f"{analysis}.{indicator}")
        reading = scope.say("money-financers-table.reading", when=_when(span, scope.lang), what=what, value=value)
    shown = every[every["time"].isin([span, *shown_years])]
    made = table(scope, shown, columns(*heads), body, writing.captioned(scope, caption, shown), reading)
    return _over_years(made, shown, scope)


def unit_costs(
    scope: Scope, *, analysis: str, measures: Sequence[str], caption: writing.Captions | None = None
) -> Table | Absent:
    """Return unit costs in the order of their measures, each with its period and the spaces behind it."""
    t = scope.table
    rank = {measure: i for i, measure in enumerate(measures)}
    rows = t[(t["analysis"] == analysis) & t["measure"].isin(rank)]
    if not anything(rows):
        return Absent(why_absent(rows, scope))
    rows = rows.assign(_rank=rows["measure"].map(rank)).sort_values(["_rank", "domain"], kind="stable")
    heads = (
        ("cost", scope.say("money-unit-costs-table.cost")),
        ("period", scope.say("money-unit-costs-table.period")),
        ("value", scope.say("money-unit-costs-table.euros")),
        ("n", scope.say("money-unit-costs-table.spaces")),
    )
    body = [
        [
            head(_named(r, scope)),
            Cell(numbers.period(r["time"], scope.lang)),
            number(r, scope),
            respondents(r, scope),
        ]
        for _, r in rows.iterrows()
    ]
    first = published(rows).iloc[0]
    reading = scope.say(
        "money-unit-costs-table.reading",
        when=_when(first["time"], scope.lang),
        cost=_named(first, scope),
        value=numbers.estimate(first["estimate"], "euro", scope.lang),
    )
    said = scope.say("money-unit-costs-table.note")
    made = table(scope, rows, columns(*heads), body, writing.captioned(scope, caption, rows), reading, (said,))
    return _over_years(made, rows, scope)


def _when(time: str, lang: str) -> str:
    return of(lang).over(numbers.period(time, lang)) if is_span(time) else writing.in_time(time, lang)


def _over_years(made: Table, rows: pd.DataFrame, scope: Scope) -> Table:
    """Return the table with every year of its periods in its source, not their ends alone."""
    touched = sorted({year for period in rows["period"].unique() for year in years(period)})
    said = notes.source(rows["source"], list(map(str, touched)), scope)
    return replace(made, notes=replace(made.notes, source=said))


def _named(row: pd.Series, scope: Scope) -> str:
    """Return what a unit cost is: the measure and every part of its domain in words."""
    name = scope.text(f"{row['analysis']}.{row['indicator']}.{row['measure']}")
    parts = [
        scope.text(pair) for pair in str(row["domain"]).split("/") if pair and not pair.startswith("population_year")
    ]
    year = [p.partition("=")[2] for p in str(row["domain"]).split("/") if p.startswith("population_year")]
    if year:
        parts.append(scope.say("money-unit-costs-table.population", year=year[0]))
    return f"{name} ({', '.join(p[:1].lower() + p[1:] if i else p for i, p in enumerate(parts))})" if parts else name


def renewal(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measures: Sequence[str],
    population: str,
    by: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return, for each rule (``by``), who would pay for the renewal of old equipment, the first measure read aloud."""
    rows = scope.rows(analysis, indicator, population=population, by=by)
    told = rows[rows["measure"] == measures[0]]
    if not anything(told):
        return Absent(why_absent(told if len(told) else rows, scope))
    heads = [(by, scope.say("money-renewal-table.rule"))]
    heads += [(m, scope.say(f"money-renewal-table.columns.{m}")) for m in measures]
    body = [
        [head(scope.code_text(by, c)), *(number(pick(rows, code=c, measure=m), scope) for m in measures)]
        for c in rows["code"].unique()
    ]
    first = published(told).iloc[0]
    value, rule = numbers.estimate(first["estimate"], "euro", scope.lang), scope.code_text(by, first["code"])
    reading = scope.say("money-renewal-table.reading", rule=rule, value=value)
    people = scope.say("money-renewal-table.people")
    return table(scope, rows, columns(*heads), body, writing.captioned(scope, caption, rows), reading, people=people)


def criteria(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str,
    population: str,
    by: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return how many labelled spaces meet each criterion of the label (``by``), and all of them."""
    rows = scope.rows(analysis, indicator, population=population, by=by)
    told = rows[rows["measure"] == measure]
    if not anything(told):
        return Absent(why_absent(told if len(told) else rows, scope))
    heads = (
        (by, scope.say("label-criteria-table.criterion")),
        (measure, scope.say("label-criteria-table.labelled")),
        ("known", scope.say("label-criteria-table.known")),
    )
    body: Sequence[Sequence[Cell]] = [
        [head(scope.code_text(by, r["code"])), number(r, scope), respondents(r, scope)] for _, r in told.iterrows()
    ]
    first = published(told).iloc[0]
    value, name = numbers.count(first["estimate"], scope.lang), scope.code_text(by, first["code"])
    reading = scope.say("label-criteria-table.reading", criterion=name, value=value)
    return table(scope, told, columns(*heads), body, writing.captioned(scope, caption, told), reading)
