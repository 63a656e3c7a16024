"""Tables of method: response, records received and set aside, weights, margins."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results.time import in_order
from pipeline.wording import numbers, withheld
from pipeline.wording.phrases import capital

#: An indicator and its measure.
Line = tuple[str, str]
_ACCEPTED = ("accepted", "count")


def response(
    scope: Scope,
    *,
    analysis: str,
    lines: Sequence[Line],
    read: Line,
    silent: str,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return the response account of every survey, spaces then persons, by wave; the principal survey first.

    ``lines`` are in the order of the table, ``read`` is read aloud, ``silent`` is the measure of item nonresponse.
    A survey whose contacts nobody recorded has no rate: its accepted answers are told.
    """
    principal, others = scope.rows(analysis), scope.rows(analysis, by="source")
    weighted = scope.table[(scope.table["analysis"] == "weighting") & (scope.table["territory_level"] == "region")]
    known = {*principal["source"], *others["source"]}
    alone = [s for s in dict.fromkeys(weighted["source"]) if s and s not in known]
    accepted = scope.rows("account", "accepted", "count", by="source")
    accepted = accepted[accepted["code"].isin(alone) & (accepted["wave"] != "")]
    every = pd.concat([principal, others, accepted])
    if not anything(every):
        return Absent(why_absent(every, scope))
    waves = in_order(every)
    body: list[list[Cell]] = []
    groups = []
    for source in dict.fromkeys(every["source"]):
        part = every[every["source"] == source]
        groups.append((len(body), capital(_source_and_time(str(source), "", scope))))
        shown = [line for line in (*lines, _ACCEPTED) if len(part[_is(part, *line)])]
        shown += [(i, silent) for i in part.loc[part["measure"] == silent, "indicator"].unique()]
        for i, m in shown:
            cells = [pick(part[_is(part, i, m)], time=w) for w in waves]
            said = [head("–") if c is None else number(c, scope, False) for c in cells]
            body.append([head(_response_name(i, m, scope, analysis, silent)), *said])
    rates = principal[_is(principal, *read)]
    several = len(groups) > 1
    return table(
        scope,
        every,
        columns(("line", ""), *[(w, w) for w in waves]),
        body,
        writing.captioned(scope, caption, every),
        _rate_reading(rates, scope),
        groups=groups if several else (),
        people=scope.say("response-table.several.people" if several else "response-table.people"),
    )


def account(scope: Scope, *, caption: writing.Captions | None = None) -> Table | Absent:
    """Return records received, accepted and set aside by source and wave, then set aside by reason."""
    every = scope.table[(scope.table["analysis"] == "account") & (scope.table["territory_level"] == "region")].copy()
    if not anything(every):
        return Absent(why_absent(every, scope))
    domains = [dict(p.split("=", 1) for p in d.split("/")) if d else {} for d in every["domain"]]
    every["of"] = [d.get("source", "") for d in domains]
    every["why"] = [d.get("reason", "") for d in domains]
    kinds = ("received", "accepted", "set_aside")
    body = []
    totals = every[(every["why"] == "") & every["indicator"].isin(kinds)]
    totals = pd.concat([_finest(part) for _, part in totals.groupby("of", sort=False)])
    for (source, time), part in totals.groupby(["of", "time"], sort=False):
        found = [pick(part, indicator=k) for k in kinds]
        line = [head("–") if f is None else number(f, scope, False) for f in found]
        body.append([head(capital(_source_and_time(str(source), str(time), scope))), *line])
    groups = [(0, scope.say("account-table.by_source"))]
    reasons = every[(every["why"] != "") & (every["indicator"] == "set_aside") & (every["wave"] == "")]
    if len(reasons):
        groups.append((len(body), scope.say("account-table.by_reason")))
    for _, row in reasons.iterrows():
        name = f"{capital(_source_and_time(row['of'], '', scope))}, {_reason(row['why'], scope)}"
        body.append([head(name), head("–"), head("–"), number(row, scope, False)])
    first = totals.iloc[0]
    return table(
        scope,
        pd.concat([totals, reasons]),
        columns(("source", ""), *[(k, scope.text(f"account.{k}")) for k in kinds]),
        body,
        writing.captioned(scope, caption, totals),
        _account_reading(first, scope),
        groups=groups if len(reasons) else (),
    )


def weights(
    scope: Scope, *, measures: Sequence[str], brief: Sequence[str], caption: writing.Captions | None = None
) -> Table | Absent:
    """Return the distribution of the visit and person weights and what they cost in precision, by wave.

    Surveys of other people have weights of another kind: the one that reaches persons through visits is told, or else
    the first. ``measures`` are in the order of the table; of many waves, those of ``brief`` alone are told.
    """
    every = scope.rows("weighting")
    every = every[~every["indicator"].str.startswith("margin_")]
    told = every[every["indicator"] == "visit"] if (every["indicator"] == "visit").any() else every
    every = every[every["source"].isin(told["source"].unique()[:1])]
    if not anything(every):
        return Absent(why_absent(every, scope))
    waves, kinds = in_order(every), sorted(every["indicator"].unique(), reverse=True)
    heads = [(f"{k}-{w}", f"{scope.text(f'weighting.{k}')} {w}") for k in kinds for w in waves]
    if len(heads) > 6:
        return _weights_by_wave(scope, every, brief, caption)
    order = [m for m in measures if m in set(every["measure"])]
    order += [m for m in every["measure"].unique() if m not in order]
    body = []
    for measure in order:
        rows = every[every["measure"] == measure]
        cells = [pick(rows, indicator=k, time=w) for k in kinds for w in waves]
        line = [head("–") if c is None else number(c, scope, False) for c in cells]
        body.append([head(scope.text(f"weighting.measure={measure}")), *line])
    first = every[every["measure"] == order[-1]].iloc[0]
    reading = writing.reading_of_number(
        first, scope.text(f"weighting.measure={order[-1]}"), scope, who=scope.text(f"weighting.{first['indicator']}")
    )
    text = writing.captioned(scope, caption, every)
    return table(scope, every, columns(("measure", ""), *heads), body, text, reading)


def _weights_by_wave(
    scope: Scope, every: pd.DataFrame, brief: Sequence[str], caption: writing.Captions | None
) -> Table:
    """Return a line a wave and weight, for surveys of many waves."""
    measures = [m for m in brief if m in set(every["measure"])]
    body = []
    for (kind, wave), rows in every.sort_values(["indicator", "order"], kind="stable").groupby(
        ["indicator", "time"], sort=False
    ):
        cells = [pick(rows, measure=m) for m in measures]
        line = [head("–") if c is None else number(c, scope, False) for c in cells]
        body.append([head(f"{scope.text(f'weighting.{kind}')}, {wave}"), *line])
    heads = [(m, scope.text(f"weighting.measure={m}")) for m in measures]
    first = every[every["measure"] == measures[-1]].iloc[0]
    reading = writing.reading_of_number(
        first, scope.text(f"weighting.measure={measures[-1]}"), scope, who=scope.text(f"weighting.{first['indicator']}")
    )
    text = writing.captioned(scope, caption, every)
    return table(scope, every, columns(("wave", ""), *heads), body, text, reading)


def margins(scope: Scope, *, measures: Sequence[str], caption: writing.Captions | None = None) -> Table | Absent:
    """Return the margins of calibration (the first of ``measures``) with their totals before and after it, by wave."""
    every = scope.table[
        (scope.table["analysis"] == "weighting") & scope.table["indicator"].str.startswith("margin_")
    ].copy()
    if not anything(every):
        return Absent(why_absent(every, scope))
    waves = in_order(every)
    heads = [(f"{m}-{w}", f"{scope.text(f'weighting.measure={m}')} {w}") for w in waves for m in measures]
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    for by in every["by"].unique():
        rows = every[every["by"] == by]
        groups.append((len(body), scope.text(f"by={by}")))
        for code in sorted(rows["code"].unique(), key=scope.code_order(by)):
            cells = [pick(rows, code=code, time=w, measure=m) for w in waves for m in measures]
            body.append([head(scope.code_text(by, code)), *[number(c, scope, False) for c in cells]])
    return table(
        scope,
        every[every["measure"].isin(list(measures))],
        columns(("category", ""), *heads),
        body,
        writing.captioned(scope, caption, every),
        _margin_reading(every[every["measure"] == measures[0]], scope),
        groups=groups,
    )


def _is(rows: pd.DataFrame, indicator: str, measure: str) -> pd.Series:
    return (rows["indicator"] == indicator) & (rows["measure"] == measure)


def _finest(part: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by wave of a source, its total where it has no waves."""
    by_wave = part[part["wave"] != ""]
    return by_wave if len(by_wave) else part


def _response_name(indicator: str, measure: str, scope: Scope, analysis: str, silent: str) -> str:
    if (indicator, measure) == _ACCEPTED:
        return scope.say("response-table.accepted")
    if measure != silent:
        return scope.indicator_text(analysis, indicator, measure)
    question = scope.find_text(f"by={indicator}") or scope.text(f"{analysis}.{indicator}")
    kind = scope.text(f"{analysis}.{silent}")
    question = f"{question[:1].lower()}{question[1:]}"
    return scope.say("response-table.nonresponse", kind=kind, question=question)


def _rate_reading(rates: pd.DataFrame, scope: Scope) -> str:
    shown = published(rates)
    if shown.empty:
        return ""
    row = shown.iloc[-1]
    value = numbers.estimate(row["estimate"], row["unit"], scope.lang, measure=row["measure"])
    when = writing.in_time(row["time"], scope.lang)
    return scope.say("response-table.reading", when=when, value=value)


def _margin_reading(targets: pd.DataFrame, scope: Scope) -> str:
    shown = published(targets)
    if shown.empty:
        return ""
    row = shown.iloc[0]
    name, value = scope.code_text(row["by"], row["code"]), numbers.count(row["estimate"], scope.lang)
    when = writing.in_time(row["time"], scope.lang)
    return scope.say("margins-table.reading", when=when, name=name, value=value)


def _source_and_time(source: str, time: str, scope: Scope) -> str:
    said = scope.find_text(f"source={source}") or source
    return said if time in ("", "all") else f"{said}, {numbers.period(time, scope.lang)}"


def _reason(code: str, scope: Scope) -> str:
    return scope.text(f"set_aside={code}")


def _account_reading(row: pd.Series, scope: Scope) -> str:
    if withheld.is_hidden(row):
        return ""
    return scope.say(
        "account-table.reading",
        name=_source_and_time(row["of"], row["time"], scope),
        value=numbers.count(row["estimate"], scope.lang),
        kind=scope.text(f"account.{row['indicator']}").lower(),
    )
