"""Differences from a reference, category by category of several characteristics: dots with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from pipeline.figures import notes, theme, writing
from pipeline.figures.output import Absent, Figure
from pipeline.figures.plots.marks import Look, caution_note, dots, marks_frame
from pipeline.figures.plots.shares import alternative, stress_note
from pipeline.figures.scope import Scope, published, why_absent
from pipeline.results import shared
from pipeline.results.significance import detected


def effects(
    scope: Scope,
    *,
    analysis: str,
    by: Sequence[str] | str,
    measure: str,
    method: str = "",
    caption: writing.Captions | None = None,
) -> Figure | Absent:
    """Draw how each category differs from the reference of its characteristic; ``by`` as in a table of them."""
    names = by.split(",") if isinstance(by, str) else list(by)
    every = pd.concat([scope.rows(analysis, None, measure, method=method, by=name) for name in names])
    rows = published(every)
    if rows.empty:
        return Absent(why_absent(every, scope))
    rows = pd.concat(
        [part.sort_values("code", key=lambda c, n=name: c.map(scope.code_order(n)))  # type: ignore[misc]
         for name in names if len(part := rows[rows["by"] == name])]
    )  # fmt: skip
    named = [scope.code_text(name, code) for name, code in zip(rows["by"], rows["code"], strict=True)]
    data = marks_frame(rows, named, [measure] * len(rows), scope.lang)
    unit = str(shared(rows, "unit"))
    stressed = frozenset(n for n, (_, row) in zip(named, rows.iterrows(), strict=True) if detected(row))
    axis = scope.say("axis.points") if unit == "point" else ""
    look = Look(
        (measure,), (theme.PERSONS,), unit=unit, axis=axis, zero=True, divide_after=_ends(rows), stressed=stressed
    )
    drawing = partial(dots, data, named, look, scope.lang)
    text = writing.captioned(scope, caption, rows)
    return Figure(
        drawing,
        alt=alternative(rows, named, text, scope),
        notes=notes.notes_of(scope, rows, text, "", (*caution_note(data, scope), *stress_note(stressed, scope))),
    )


def _ends(rows: pd.DataFrame) -> tuple[int, ...]:
    """Return after which lines a characteristic ends, but for the last."""
    sizes = rows.groupby("by", sort=False).size().cumsum().tolist()
    return tuple(int(n) for n in sizes[:-1])
