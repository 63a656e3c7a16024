"""Units of the region side by side, grouped by how they stand to the rest of it, without ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.figures import theme, writing
from pipeline.figures.grouping import GROUPS, group_text, units
from pipeline.figures.output import Absent, Figure
from pipeline.figures.plots.marks import Look, caution_note, described, dots, marks_frame
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.wording import notes, numbers, withheld
from pipeline.wording.numbers import NARROW, NO_BREAK

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
    series = [group_text(g, lang, short=True) for g in rows["group"]]
    data = marks_frame(rows, rows["label"], series, lang)
    shown = [g for g in GROUPS[:4] if g in set(rows["group"])]
    region = scope.one(
        analysis, indicator, measure, population=population, time=rows["time"].iloc[0], place=("region", scope.region)
    )
    if region is not None and withheld.is_hidden(region):
        region = None
    who = scope.text(f"group={population}")
    look = Look(
        tuple(group_text(g, lang, short=True) for g in shown),
        tuple(_COLOURS[g] for g in shown),
        unit=str(rows["unit"].iloc[0]),
        axis=f"Part des {who}" if lang == "fr" else f"Share of {who}",
        markers=tuple(_MARKERS[g] for g in shown),
        reference=None if region is None else float(region["estimate"]),
        one_a_row=True,
        divide_after=tuple(np.cumsum([int((rows["group"] == g).sum()) for g in shown])[:-1].tolist()),
    )
    plot, height = dots(data, list(rows["label"]), look, lang)
    name = scope.indicator_text(analysis, indicator, measure)
    text = writing.chosen(caption, lang, name)
    hidden = [str(label) for label in every.loc[every["group"] == "insufficient", "label"]]
    extra = [*caution_note(data, scope), _reference_note(region, scope), notes.suppressed_territories(hidden, lang)]
    first = rows.iloc[0]
    within = scope.text(f"{scope.unit_level}={first['territory']}:dans")
    ids = [*rows["result_id"], *rows["gap_id"], *([region["result_id"]] if region is not None else [])]
    said = writing.notes_of(
        scope, rows, text, writing.reading_of_share(first, scope, within), extra, [i for i in ids if i]
    )
    return Figure(plot, alt=f"{_kind(lang)}. {text}. {grouped_text(rows, lang)}", notes=said, height_mm=height)


def grouped_text(rows: pd.DataFrame, lang: str) -> str:
    """Return the units of each group with their numbers, for alternative texts."""
    parts = []
    for group in GROUPS:
        inside = rows[rows["group"] == group]
        if inside.empty:
            continue
        listed = ", ".join(
            f"{r['label']} {described(r, lang, interval=False)}" if group != "insufficient" else str(r["label"])
            for _, r in inside.iterrows()
        )
        colon = f"{NO_BREAK}: " if lang == "fr" else ": "
        parts.append(f"{group_text(group, lang)}{colon}{listed}")
    return (f"{NARROW}; " if lang == "fr" else "; ").join(parts) + "."


def _reference_note(region: pd.Series | None, scope: Scope) -> str:
    if region is None:
        return ""
    value = numbers.estimate(region["estimate"], region["unit"], scope.lang, measure=region["measure"])
    where = scope.text(scope.region_key)
    if scope.lang == "fr":
        return f"Trait vertical{NO_BREAK}: {where}, {value}."
    return f"Vertical line: {where}, {value}."


def _kind(lang: str) -> str:
    return "Graphique à points avec intervalles" if lang == "fr" else "Dot plot with intervals"
