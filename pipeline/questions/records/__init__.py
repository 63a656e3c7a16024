"""Records: what was done, one by one, counted by time, unit and category, with what it amounts to and what it uses.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/records/``. What a record is called comes from its instrument.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import CUTS, FigureSpec, Pick, StatementSpec

#: What one record is, in the plural.
_NAMED = {"records": "record={entry}"}
#: A file that covers less than the whole of a period says so.
_WHOLE = 1.0


def _pick(indicator: str, measure: str, **more: Any) -> Pick:
    # the source says whether records are those of persons or of places
    return Pick(indicator, measure, **{"population": "", **more})


def _held(**more: Any) -> Pick:
    return _pick("covered", "months", population="records", **more)


def _each(measure: str, **more: Any) -> Pick:
    return _pick("", measure, by="indicator", **more)


def _shares(column: str, **more: Any) -> Pick:
    return _pick(column, "share", by=column, **more)


def _months(name: str, asked: str) -> StatementSpec:
    """Return how much of a period the file holds: as the entry declares it, else as far as there are records."""
    return StatementSpec(
        name,
        "level",
        _pick("covered", "share", population="records"),
        {"months": _held()},
        convention=_WHOLE,
        asked=asked,
        named=_NAMED,
        of="whole",
        optional=True,
    )


#: Categories that a sentence tells, and the change of a share, in points, that it does not call one.
_MOST, _HARDLY = 6, 1.0
#: The first of the questions that the entry names under ``by``.
_FIRST = "{by.first}"
_COLUMN = {**_NAMED, "column": f"by={_FIRST}"}


#: What its contrast names: calendar years, not waves.
CONTRASTS = "years"

STATEMENTS = (
    StatementSpec(
        "counted",
        "tally",
        _pick("records", "count"),
        {
            "before": _pick("records", "count", at="first"),
            "whole": _pick("records", "count", whole=True),
            "held": _held(),
            "held_before": _held(at="first"),
        },
        named=_NAMED,
    ),
    _months("covered", asked="covered"),
    _months("spanned", asked="!covered"),
    StatementSpec(
        "change",
        "change",
        _pick("records", "evolution", at="change"),
        {"months": _pick("compared", "months", at="change", population="records")},
        named=_NAMED,
        optional=True,
    ),
    StatementSpec("totals", "list", _each("total"), {"before": _each("total", at="first")}, each="level", named=_NAMED,
                  optional=True),
    StatementSpec("means", "list", _each("mean"), {"before": _each("mean", at="first")}, each="level", named=_NAMED,
                  optional=True),
    StatementSpec("mean_changes", "groups", _each("mean_shift", at="change"), each="change", named=_NAMED,
                  optional=True),
    StatementSpec(
        "rates",
        "list",
        _each("rate"),
        {"used": _each("used"), "offered": _each("offered"), "before": _each("rate", at="first")},
        each="level",
        named=_NAMED,
        optional=True,
    ),
    StatementSpec("rate_changes", "groups", _each("shift", at="change"), each="change", named=_NAMED, optional=True),
    StatementSpec(
        "category",
        "list",
        _shares(_FIRST, most=_MOST),
        {"before": _shares(_FIRST, at="first")},
        each="level",
        asked="by",
        named=_COLUMN,
        optional=True,
    ),
    StatementSpec(
        "category_changes",
        "groups",
        _pick(_FIRST, "shift", at="change", by=_FIRST),
        each="change",
        convention=_HARDLY,
        asked="by",
        named=_NAMED,
        of="whole",
        optional=True,
    ),
    # the further questions that the entry names under `by`, one behind the other
    StatementSpec(
        "other_categories",
        "list",
        _pick("", "share", by=CUTS, most=_MOST),
        {"before": _pick("", "share", at="first", by=CUTS)},
        each="level",
        asked="by.other",
        named=_COLUMN,
        optional=True,
    ),
    StatementSpec(
        "other_changes",
        "list",
        _pick("", "shift", at="change", by=CUTS),
        each="change",
        convention=_HARDLY,
        asked="by.other",
        named=_COLUMN,
        of="whole",
        optional=True,
    ),
)  # fmt: skip

FIGURES = (
    FigureSpec("over-time", "records-over-time", "counted"),
    FigureSpec("by-category", "records-by-category", "category", {"by": "{by.first|entry}"}),
    FigureSpec("table", "records-table", "counted", of="all"),
)
