"""How a population divides: users beside visits, and answers on a scale."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from pipeline.figures import notes, theme, writing
from pipeline.figures.output import Absent, Drawing, Figure
from pipeline.figures.plots.marks import Look, caution_note, dots, marks_frame, waves_look
from pipeline.figures.plots.shares import alternative, missing_note
from pipeline.figures.plots.stacked_bars import stacked_bars
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.results import shared
from pipeline.results.time import in_order, latest
from pipeline.wording import numbers
from pipeline.wording.language import of
from pipeline.wording.phrases import capital

_POPULATION_COLOURS = {
    "users": theme.PERSONS,
    "visits": theme.VISITS,
    "inhabitants": theme.COMPARABLE,
    "respondents": theme.PERSONS,
}


def composition(
    scope: Scope,
    *,
    analysis: str,
    question: str,
    populations: Sequence[str] = ("users", "visits"),
    wave: str | None = None,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw how users and visits divide over the codes of a question in one wave (the last unless given)."""
    every = scope.rows(analysis, question, "share", by=question)
    every = every[every["population"].isin(populations)]
    if every.empty:
        return Absent(why_absent(every, scope))
    when = wave or latest(every)
    every = every[every["time"] == when]
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    named = [scope.code_text(question, c) for c in rows["code"]]
    names = {p: capital(scope.text(f"group={p}")) for p in populations}
    data = marks_frame(rows, named, [names[p] for p in rows["population"]], scope.lang)
    present = [p for p in populations if p in set(rows["population"])]
    look = Look(
        tuple(names[p] for p in present),
        tuple(_POPULATION_COLOURS.get(p, theme.PERSONS) for p in present),
        unit="share",
        axis=_axis(scope, present),
        bold=tuple(names[p] for p in present),
    )
    drawing = partial(dots, data, list(dict.fromkeys(named)), look, scope.lang)
    text = writing.captioned(scope, caption, rows, str(when))
    alt_names = [f"{n} ({names[p].lower()})" for n, p in zip(named, rows["population"], strict=True)]
    return Figure(
        drawing,
        alt=alternative(rows, alt_names, text, scope),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            writing.reading_of_composition(rows.iloc[0], scope, question),
            (*caution_note(data, scope), missing_note(every, question, scope)),
        ),
    )


def beside_region(
    scope: Scope,
    *,
    analysis: str,
    indicator: str = "visits",
    measure: str = "share",
    population: str = "visits",
    by: str = "age_band",
    period: str | None = None,
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw how a unit divides over groups beside its region, in the last year unless given."""
    own = scope.rows(analysis, indicator, measure, population=population, by=by)
    shown = published(own)
    if shown.empty:
        return Absent(why_absent(own, scope))
    when = period or latest(shown)
    region = ("region", scope.region)
    both = pd.concat([own, scope.rows(analysis, indicator, measure, population=population, by=by, place=region)])
    every = both[both["time"] == when]
    rows = published(every)
    if rows[rows["territory_level"] != "region"].empty:
        return Absent(why_absent(every, scope))
    place, whole = scope.text(scope.place_key), scope.text(scope.region_key)
    series = [whole if level == "region" else place for level in rows["territory_level"]]
    named = [scope.code_text(by, c) for c in rows["code"]]
    data = marks_frame(rows, named, series, scope.lang)
    look = Look(
        (place, whole),
        (theme.PERSONS, theme.SOFT),
        unit=str(shared(rows, "unit")),
        axis=_axis(scope, [population]),
        bold=(place,),
    )
    order = sorted(set(rows["code"]), key=scope.code_order(by))
    drawing = partial(dots, data, [scope.code_text(by, c) for c in order], look, scope.lang)
    text = writing.captioned(scope, caption, rows, str(when))
    alt_names = [f"{n} ({s})" for n, s in zip(named, series, strict=True)]
    own_rows = rows[rows["territory_level"] != "region"]
    return Figure(
        drawing,
        alt=alternative(rows, alt_names, text, scope),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            writing.reading_of_composition(own_rows.iloc[0], scope, by),
            (*caution_note(data, scope), missing_note(every[every["territory_level"] != "region"], by, scope)),
        ),
    )


def distribution(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    population: str = "users",
    by: str = "answer",
    strongest: str = "",
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw how the answers to a question divide, a stacked bar a wave; dots with intervals where some are hidden.

    ``strongest`` lists the codes, parted by commas, whose end of the scale is the darkest; the last where it is empty.
    """
    every = scope.rows(analysis, indicator, "distribution", population=population, by=by)
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    named = [_answer(scope, analysis, indicator, by, c) for c in rows["code"]]
    data = marks_frame(rows, named, rows["time"], scope.lang)
    answers, waves = list(dict.fromkeys(named)), in_order(rows)
    if len(rows) == len(every) == len(answers) * len(waves) and len(answers) <= len(theme.PARTS):
        codes, dark = [str(c) for c in rows["code"]], strongest.split(",")
        darkest = answers if codes[0] not in dark or codes[-1] in dark else answers[::-1]
        drawing: Drawing = partial(stacked_bars, data, waves, answers, darkest)
    else:
        look = waves_look(waves, unit="share", axis=_axis(scope, [population]))
        drawing = partial(dots, data, answers, look, scope.lang)
    text = writing.captioned(scope, caption, rows)
    return Figure(
        drawing,
        alt=alternative(rows, named, text, scope),
        notes=notes.notes_of(
            scope,
            rows,
            text,
            _reading(rows.iloc[-1], named[-1], scope),
            (*caution_note(data, scope), missing_note(every, by, scope)),
        ),
    )


def _answer(scope: Scope, analysis: str, indicator: str, by: str, code: str) -> str:
    own = scope.find_text(f"{analysis}.{indicator}:{by}={code}")
    return own or scope.code_text(by, code)


def _reading(row: pd.Series, name: str, scope: Scope) -> str:
    return scope.say(
        "reading.answered",
        when=writing.in_time(row["time"], scope.lang),
        value=numbers.share(row["estimate"], scope.lang),
        who=writing.group_of(row, scope),
        answer=name,
    )


def _axis(scope: Scope, populations: Sequence[str]) -> str:
    language = of(scope.lang)
    each = [scope.say("axis.each", who=scope.text(f"group={p}")) for p in populations]
    return scope.say("axis.shares", each=language.joined(each, language.LISTS[1]))
