"""Shares and their shifts: by group and wave, item by item, and between two waves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from pipeline.figures import notes, theme, writing
from pipeline.figures.output import Absent, Figure
from pipeline.figures.plots.marks import Look, caution_note, described, dots, marks_frame, waves_look
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.results import shared
from pipeline.results.significance import detected
from pipeline.results.time import ends, in_order, is_span, latest, singles
from pipeline.wording import numbers


def levels(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str = "share",
    population: str = "users",
    by: str = "age_band",
    waves: Sequence[str] | None = None,
    codes: Sequence[str] | None = None,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw an indicator by group and wave, whole population first: dots with intervals; ``codes`` are the groups."""
    whole = scope.rows(analysis, indicator, measure, population=population)
    parts = scope.rows(analysis, indicator, measure, population=population, by=by)
    parts = parts if codes is None else parts[parts["code"].isin(list(codes))]
    every = _in_waves(pd.concat([whole, parts]), waves)
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    named = [scope.code_text(by, c) if c else scope.text("all") for c in rows["code"]]
    data = marks_frame(rows, named, rows["time"], scope.lang)
    order = list(dict.fromkeys(named))
    times = in_order(rows)
    changes = [scope.rows(analysis, indicator, "shift", population=population, by=cut) for cut in (None, by)]
    changed = changed_in(pd.concat(changes), "code", times)
    names = {code: scope.code_text(by, code) if code else scope.text("all") for code in changed or ()}
    stressed = None if changed is None else frozenset(names.values())
    look = waves_look(
        times,
        unit=_unit(rows),
        axis=axis_of_share(rows, scope),
        divide_after=(1,) if (rows["code"] == "").any() else (),
        stressed=stressed,
    )
    drawing = partial(dots, data, order, look, scope.lang)
    text = writing.captioned(scope, caption, rows)
    return Figure(
        drawing,
        alt=alternative(rows, named, text, scope),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            _reading(rows, scope),
            (*caution_note(data, scope), *stress_note(stressed, scope), missing_note(every, by, scope)),
        ),
    )


def items(
    scope: Scope,
    *,
    analysis: str,
    indicators: Sequence[str] | None = None,
    without: Sequence[str] = (),
    measure: str = "share",
    population: str = "users",
    waves: Sequence[str] | None = None,
    fewest: int = 1,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw several indicators of one analysis, one a row: the greatest rise first, of one wave the largest.

    Fewer than ``fewest`` are not drawn: where another figure shows the only one, nothing would be compared.

    Where their changes are known, those that are detected keep their colour.
    """
    chosen = [i for i in (indicators or scope.indicators(analysis)) if i not in without]
    every = scope.rows(analysis, None, measure, population=population)
    every = _in_waves(every[every["indicator"].isin(chosen)], waves)
    if 0 < every["indicator"].nunique() < fewest:
        return Absent(scope.say("alone"))
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    last = (
        rows.sort_values("order", kind="stable")
        .drop_duplicates("indicator", keep="last")
        .set_index("indicator")["estimate"]
    )
    times = in_order(rows)
    if len(times) == 2:
        rank = last - rows[rows["time"] == times[0]].set_index("indicator")["estimate"]
    else:
        rank = last
    rows = rows.assign(_rank=rows["indicator"].map(rank).fillna(-1.0)).sort_values(
        ["_rank", "indicator", "order"], ascending=[False, True, True], kind="stable"
    )
    named = [scope.indicator_text(analysis, i, measure) for i in rows["indicator"]]
    data = marks_frame(rows, named, rows["time"], scope.lang)
    changes = scope.rows(analysis, None, "shift", population=population)
    changed = changed_in(changes[changes["indicator"].isin(chosen)], "indicator", times)
    stressed = None if changed is None else frozenset(scope.indicator_text(analysis, i, measure) for i in changed)
    look = waves_look(times, unit=_unit(rows), axis=axis_of_share(rows, scope), stressed=stressed)
    drawing = partial(dots, data, list(dict.fromkeys(named)), look, scope.lang)
    text = writing.captioned(scope, caption, rows)
    return Figure(
        drawing,
        alt=alternative(rows, named, text, scope),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            _reading(rows.drop_duplicates("time"), scope),
            (*caution_note(data, scope), *stress_note(stressed, scope)),
        ),
    )


def shift(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    population: str = "users",
    by: str = "age_band",
    between: str | None = None,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw the shift of an indicator between two waves by group, in points, with intervals and a line at zero."""
    whole = scope.rows(analysis, indicator, "shift", population=population)
    parts = scope.rows(analysis, indicator, "shift", population=population, by=by)
    every = _in_waves(pd.concat([whole, parts]), [between] if between else None)
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    if rows["time"].nunique() > 1:
        rows = rows[rows["time"] == latest(rows)]
    named = [scope.code_text(by, c) if c else scope.text("all") for c in rows["code"]]
    data = marks_frame(rows, named, ["shift"] * len(rows), scope.lang)
    divide = (1,) if (rows["code"] == "").any() else ()
    stressed = frozenset(n for n, (_, row) in zip(named, rows.iterrows(), strict=True) if detected(row))
    look = Look(
        ("shift",),
        (theme.PERSONS,),
        unit="point",
        axis=scope.say("axis.points"),
        zero=True,
        divide_after=divide,
        stressed=stressed,
    )
    drawing = partial(dots, data, named, look, scope.lang)
    text = writing.captioned(scope, caption, rows)
    read = rows[rows["code"] != ""]
    best = (read if len(read) else rows).sort_values("estimate").iloc[-1]
    return Figure(
        drawing,
        alt=alternative(rows, named, text, scope),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            writing.reading_of_shift(best, scope),
            (*caution_note(data, scope), *stress_note(stressed, scope), missing_note(every, by, scope)),
        ),
    )


def compare(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str = "share",
    population: str = "users",
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw a unit beside its region, by wave; absent when the unit has nothing publishable."""
    own = scope.rows(analysis, indicator, measure, population=population)
    shown = published(own)
    if shown.empty:
        return Absent(why_absent(own, scope))
    region = published(scope.rows(analysis, indicator, measure, population=population, place=("region", scope.region)))
    rows = pd.concat([shown, region])
    keys = [f"{a}={b}" for a, b in zip(rows["territory_level"], rows["territory"], strict=True)]
    named = [scope.text(k) for k in keys]
    data = marks_frame(rows, named, rows["time"], scope.lang)
    look = waves_look(in_order(rows), unit=_unit(rows), axis=axis_of_share(rows, scope))
    drawing = partial(dots, data, list(dict.fromkeys(named)), look, scope.lang)
    text = writing.captioned(scope, caption, rows)
    within = scope.text(f"{scope.place_key}:dans")
    return Figure(
        drawing,
        alt=alternative(rows, named, text, scope),
        notes=notes.notes_of(
            scope, rows, text, writing.reading_of_share(shown.iloc[-1], scope, within), caution_note(data, scope)
        ),
    )


def alternative(rows: pd.DataFrame, named: Sequence[str], caption: str, scope: Scope, lines: bool = False) -> str:
    """Return the text that says a figure's numbers: every row, its waves, and intervals when they are few."""
    lang = scope.lang
    full = len(rows) <= 12
    told: dict[str, list[str]] = {}
    for name, (_, row) in zip(named, rows.iterrows(), strict=True):
        when = "" if is_span(row["time"]) or rows["time"].nunique() == 1 else f" {writing.in_time(row['time'], lang)}"
        told.setdefault(name, []).append(f"{described(row, lang, full)}{when}")
    values = writing.enumerated({name: ", ".join(said) for name, said in told.items()}, scope)
    return scope.say("alt.lines" if lines else "alt.dots", caption=caption, values=values)


def changed_in(changes: pd.DataFrame, column: str, times: Sequence[str]) -> frozenset[str] | None:
    """Return values of ``column`` whose change between ``times`` is detected; None where none is known or tested."""
    if len(times) != 2:
        return None
    known = published(changes)
    known = known[[ends(time) == (times[0], times[1]) for time in known["time"]]]
    # what is counted has neither test nor interval: nothing is detected nor undetected
    tested = known[["p_adjusted", "p_value", "lower"]].notna().any(axis=None)
    return frozenset(row[column] for _, row in known.iterrows() if detected(row)) if tested else None


def stress_note(stressed: frozenset[str] | None, scope: Scope) -> tuple[str, ...]:
    """Return what colour and grey mean, where a figure tells them apart."""
    if stressed is None:
        return ()
    return (scope.say("note.stressed" if stressed else "note.none_stressed"),)


def missing_note(every: pd.DataFrame, by: str, scope: Scope) -> str:
    """Return which groups are not shown because their numbers are suppressed."""
    hidden = every[(every["quality"] == "suppress") & (every["code"] != "")]
    if hidden.empty:
        return ""
    names = [
        _hidden(scope.code_text(by, str(code)), group, scope) for code, group in hidden.groupby("code", sort=False)
    ]
    secret = hidden["reason"].str.startswith("c").any()
    return scope.say("note.confidential" if secret else "note.hidden", names=numbers.listing(names, scope.lang))


def _hidden(name: str, rows: pd.DataFrame, scope: Scope) -> str:
    times = singles(dict.fromkeys(rows["time"]))
    return f"{name} ({numbers.listing(times, scope.lang)})" if times else name


def _in_waves(rows: pd.DataFrame, waves: Sequence[str] | None) -> pd.DataFrame:
    return rows if waves is None else rows[rows["time"].isin([str(w) for w in waves])]


def _reading(rows: pd.DataFrame, scope: Scope) -> str:
    row = rows[rows["time"] == latest(rows)].iloc[-1]
    return writing.reading_of_share(row, scope) if row["unit"] == "share" else ""


def _unit(rows: pd.DataFrame) -> str:
    return str(shared(rows, "unit"))


def axis_of_share(rows: pd.DataFrame, scope: Scope) -> str:
    """Return the title of an axis of shares, which says of whom; nothing for other units."""
    if _unit(rows) != "share":
        return ""
    told = {f"{a}.{i}:axis" for a, i in zip(rows["analysis"], rows["indicator"], strict=True)}
    # a share of what people do says of what; others, of whom
    own = scope.find_text(told.pop()) if len(told) == 1 else None
    return own or scope.say("axis.share", who=scope.text(f"group={shared(rows, 'population')}"))
