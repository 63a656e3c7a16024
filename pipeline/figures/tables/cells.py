"""Cells of tables: a published number with its interval, or the sign that says why there is none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from pipeline.figures import notes
from pipeline.figures.output import Cell, Column, Table
from pipeline.figures.scope import Scope, being, has_interval, published
from pipeline.results import at_most_one
from pipeline.results.significance import COMPARISONS, detected
from pipeline.wording import labels as words
from pipeline.wording import numbers
from pipeline.wording.numbers import NARROW

#: Mark of a comparison that its test detects.
DETECTED = "†"


def head(text: str) -> Cell:
    """Return a heading cell."""
    return Cell(text)


def number(row: pd.Series | None, scope: Scope, interval: bool = True) -> Cell:
    """Return a result as « 24 % [21 ; 27] », a sign when it is suppressed, « nd » when there is none.

    A comparison that its test detects, the number of comparisons taken into account, bears a dagger: its interval is
    that of one comparison and may leave out nought without that.
    """
    if row is None:
        return Cell(words.SIGNS["not_available"])
    if row["quality"] == "suppress" or pd.isna(row["estimate"]):
        return Cell(words.sign("suppress", row["reason"]), row["result_id"])
    # a column of points says so in its heading
    text = (
        numbers.score(row["estimate"], scope.lang)
        if row["unit"] == "point"
        else numbers.estimate(
            row["estimate"],
            row["unit"],
            scope.lang,
            measure=row["measure"],
            decimals=_within(row) if interval else None,
        )
    )
    if interval and has_interval(row):
        text = f"{text} {bracket(row, scope.lang)}"
        if row["measure"] in COMPARISONS and math.isfinite(row["p_adjusted"]) and detected(row):
            text = f"{text}{NARROW}{DETECTED}"
    return Cell(f"{text}{NARROW}*" if row["quality"] == "caution" else text, row["result_id"])


def _within(row: pd.Series) -> int | None:
    return numbers.decimals_within(row["estimate"], row["lower"], row["upper"], row["unit"], row["measure"])


def bracket(row: pd.Series, lang: str) -> str:
    """Return an interval in brackets, without its unit: « [21 ; 27] », « [+ 5 ; + 14] »."""
    unit, measure = row["unit"], row["measure"]
    change = unit == "ratio" and measure in numbers.CHANGES
    percent = unit == "share" or change or measure in ("rate", "evolution")
    low, high = (numbers.scaled(row[b]) if percent else row[b] for b in ("lower", "upper"))
    signed = unit in ("point", "score") or change or measure in numbers.DIFFERENCES
    grain = numbers.interval_decimals(row["lower"], row["upper"], unit, measure)
    low, high = numbers.outward(low, high, grain)
    first, last = (numbers.decimal(v, lang, grain, signed=signed) for v in (low, high))
    return numbers.bracket(first, last, lang)


def respondents(row: pd.Series | None, scope: Scope) -> Cell:
    """Return the number of respondents behind a result; the sign of a confidential one."""
    if row is None:
        return Cell(words.SIGNS["not_available"])
    if pd.isna(row["n"]):
        return Cell(words.sign("suppress", row["reason"]), row["result_id"])
    return Cell(numbers.count(row["n"], scope.lang), row["result_id"])


def pick(rows: pd.DataFrame, **values: object) -> pd.Series | None:
    """Return the row whose columns have these values, None when there is none.

    Raises
    ------
    ResultsError
        When several have: which of them a cell shows would be a guess.
    """
    keep = np.ones(len(rows), dtype=bool)
    for column, value in values.items():
        keep &= being(rows, column, value)
    found = np.flatnonzero(keep)
    if len(found) == 1:
        (place,) = found
        return rows.iloc[place]
    return at_most_one(rows[keep], ", ".join(f"{column} {value}" for column, value in values.items()))


def columns(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    """Return columns, the first a left-aligned heading column."""
    return tuple(Column(key, label, "left" if i == 0 else "right") for i, (key, label) in enumerate(pairs))


def table(
    scope: Scope,
    rows: pd.DataFrame,
    heads: tuple[Column, ...],
    body: Sequence[Sequence[Cell]],
    caption: str,
    reading: str,
    extra: Iterable[str] = (),
    groups: Sequence[tuple[int, str]] = (),
    people: str | None = None,
) -> Table:
    """Return a table with the notes of the rows it shows and the meaning of its signs."""
    texts = [cell.text for line in body for cell in line]
    shown = {t for t in texts if t in words.SIGNS.values()}
    shown |= {mark for mark in (DETECTED, "*") if any(mark in t for t in texts)}
    ids = [cell.result_id for line in body for cell in line if cell.result_id]
    said = notes.notes_of(scope, rows, caption, reading, (*extra, *notes.signs(shown, scope)), ids, people)
    return Table(heads, tuple(tuple(line) for line in body), said, groups=tuple(groups))


def anything(rows: pd.DataFrame) -> bool:
    """Return whether any row is published."""
    return not published(rows).empty
