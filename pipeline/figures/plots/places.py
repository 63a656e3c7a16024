"""Units of the region side by side, grouped by how they stand to the rest of it, without ranks."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from pipeline.figures import notes, theme, writing
from pipeline.figures.grouping import GROUPS, group_text, units
from pipeline.figures.output import Absent, Figure
from pipeline.figures.plots.marks import Look, caution_note, described, dots, marks_frame
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.results import shared
from pipeline.wording import numbers, withheld

_COLOURS = {"above": theme.ABOVE, "comparable": "#6b7a88", "below": "#b85413", "unknown": "#8a9ba8"}
_MARKERS = {"above": "^", "comparable": "o", "below": "v", "unknown": "D"}


def places(
    scope: Scope,
    *,
    analysis: str,
    indicator: str,
    measure: str = "share",
    population: str = "users",
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw the units that may be published, with intervals, grouped above, comparable and below."""
    every = units(scope, analysis, indicator, measure, population)
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    lang = scope.lang
    series = [group_text(g, scope) for g in rows["group"]]
    data = marks_frame(rows, rows["label"], series, lang)
    shown = [g for g in GROUPS[:4] if g in set(rows["group"])]
    region = scope.one(
        analysis, indicator, measure, population=population, time=shared(rows, "time"), place=("region", scope.region)
    )
    if region is not None and withheld.is_hidden(region):
        region = None
    who = scope.text(f"group={population}")
    look = Look(
        tuple(group_text(g, scope) for g in shown),
        tuple(_COLOURS[g] for g in shown),
        unit=str(shared(rows, "unit")),
        axis=scope.say("axis.share", who=who),
        markers=tuple(_MARKERS[g] for g in shown),
        reference=None if region is None else float(region["estimate"]),
        one_a_row=True,
        divide_after=tuple(np.cumsum([int((rows["group"] == g).sum()) for g in shown])[:-1].tolist()),
    )
    drawing = partial(dots, data, list(rows["label"]), look, lang)
    text = writing.captioned(scope, caption, rows)
    hidden = [str(label) for label in every.loc[every["group"] == "insufficient", "label"]]
    extra = [*caution_note(data, scope), _reference_note(region, scope), notes.hidden_territories(hidden, scope)]
    first = rows.iloc[0]
    within = scope.within(first)
    ids = [*rows["result_id"], *rows["gap_id"], *([region["result_id"]] if region is not None else [])]
    said = notes.notes_of(
        scope, rows, text, writing.reading_of_share(first, scope, within), extra, [i for i in ids if i]
    )
    alt = scope.say("alt.dots", caption=text, values=grouped_text(rows, scope))
    return Figure(drawing, alt=alt, notes=said)


def grouped_text(rows: pd.DataFrame, scope: Scope) -> str:
    """Return the units of each group with their numbers, for alternative texts."""
    parts = {}
    for group in GROUPS:
        inside = rows[rows["group"] == group]
        if inside.empty:
            continue
        parts[scope.say(f"group.{group}.name")] = ", ".join(
            f"{r['label']} {described(r, scope.lang, interval=False)}" if group != "insufficient" else str(r["label"])
            for _, r in inside.iterrows()
        )
    return writing.enumerated(parts, scope)


def _reference_note(region: pd.Series | None, scope: Scope) -> str:
    if region is None:
        return ""
    value = numbers.estimate(region["estimate"], region["unit"], scope.lang, measure=region["measure"])
    return scope.say("places.reference", where=scope.text(scope.region_key), value=value)
