"""Tables of survey results: profile, services, satisfaction, and any indicator by wave and group."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.figures import writing
from pipeline.figures.output import Absent, Cell, Table
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.figures.tables.cells import anything, columns, head, number, pick, table
from pipeline.results.time import ends, in_order
from pipeline.wording.phrases import capital


def profile(
    scope: Scope,
    *,
    analysis: str,
    questions: Sequence[str] | str,
    populations: Sequence[str] = ("users", "visits"),
    only_published: bool = False,
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return users and visits side by side by wave; ``only_published`` leaves out lines without any number.

    ``questions`` are names, or one text of them between commas as a declaration of figures has it.
    """
    questions = questions.split(",") if isinstance(questions, str) else questions
    every = pd.concat([scope.rows(analysis, q, "share", by=q) for q in questions])
    every = every[every["population"].isin(populations)]
    if not anything(every):
        return Absent(why_absent(every, scope))
    present = [p for p in populations if p in set(every["population"])]
    waves = in_order(every)
    heads = [(f"{p}-{w}", f"{capital(scope.text(f'group={p}'))} {w}") for p in present for w in waves]
    body: list[list[Cell]] = []
    groups: list[tuple[int, str]] = []
    for question in questions:
        rows = every[every["indicator"] == question]
        if only_published:
            rows = rows[rows["code"].isin(published(rows)["code"])]
        if rows.empty:
            continue
        asked = scope.text(f"by={question}")
        groups.append((len(body), asked))
        for code in rows["code"].unique():
            line = [number(pick(rows, code=code, population=p, time=w), scope) for p in present for w in waves]
            body.append([head(writing.below(asked, scope.code_text(question, code))), *line])
    shown = published(every)
    first = shown.iloc[-1]
    exact = ((shown["se"] == 0) & (shown["lower"] == shown["upper"])).any()
    return table(
        scope,
        every,
        columns(("group", ""), *heads),
        body,
        writing.captioned(scope, caption, every),
        writing.reading_of_composition(first, scope, str(first["indicator"])),
        (scope.say("note.calibrated"),) if exact else (),
        groups=groups,
    )


def items(
    scope: Scope,
    *,
    analysis: str,
    indicators: Sequence[str] | None = None,
    without: Sequence[str] = (),
    measure: str = "share",
    population: str = "users",
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return indicators in lines, waves in columns, and the shift with its interval where there is one."""
    chosen = [i for i in (indicators or scope.indicators(analysis)) if i not in without]
    every = scope.rows(analysis, None, measure, population=population)
    every = every[every["indicator"].isin(chosen)]
    if not anything(every):
        return Absent(why_absent(every, scope))
    shifts = scope.rows(analysis, None, "shift", population=population)
    waves = in_order(every)
    heads = [("item", ""), *[(w, w) for w in waves]]
    with_shift = bool(shifts["indicator"].isin(chosen).any())
    if with_shift:
        heads.append(("shift", scope.say("head.change_points")))
    body = []
    for indicator in [i for i in chosen if i in set(every["indicator"])]:
        line = [number(pick(every, indicator=indicator, time=w), scope) for w in waves]
        if with_shift:
            line.append(number(pick(shifts, indicator=indicator), scope))
        body.append([head(scope.indicator_text(analysis, indicator, measure)), *line])
    shown = published(every)
    return table(
        scope,
        pd.concat([every, shifts[shifts["indicator"].isin(chosen)]]) if with_shift else every,
        columns(*heads),
        body,
        writing.captioned(scope, caption, every),
        writing.reading_of_share(shown.iloc[-1], scope) if shown["unit"].iloc[-1] == "share" else "",
    )


def by_group(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str = "share",
    population: str = "users",
    by: str = "age_band",
    caption: writing.Captions | None = None,
) -> Table | Absent:
    """Return an indicator by group and wave, whole population first, with the shift where there is one."""
    parts = [scope.rows(analysis, indicator, measure, population=population, by=b) for b in (None, by)]
    every = pd.concat(parts)
    if not anything(every):
        return Absent(why_absent(every, scope))
    shifts = pd.concat([scope.rows(analysis, indicator, "shift", population=population, by=b) for b in (None, by)])
    waves = in_order(every)
    spans = in_order(shifts)
    heads = [("group", scope.text(f"by={by}")), *[(w, w) for w in waves]]
    heads += [(s, _span(s, scope)) for s in spans]
    body = []
    for code in every["code"].unique():
        line = [number(pick(every, code=code, time=w), scope) for w in waves]
        line += [number(pick(shifts, code=code, time=s), scope) for s in spans]
        body.append([head(scope.code_text(by, code) if code else scope.text("all")), *line])
    shown = published(every)
    return table(
        scope,
        pd.concat([every, shifts]) if len(shifts) else every,
        columns(*heads),
        body,
        writing.captioned(scope, caption, every),
        writing.reading_of_share(shown.iloc[-1], scope) if shown["unit"].iloc[-1] == "share" else "",
    )


def _span(time: str, scope: Scope) -> str:
    first, last = ends(time)
    return scope.say("head.change_between_points", first=first, last=last)
