"""Records: what was done, one by one, counted by time, unit and category, with what it amounts to and what it uses.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/records/``. What a record is called comes from its instrument.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

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


#: Categories that a sentence tells, and the change of a share, in points, that it does not call one.
_MOST, _HARDLY = 6, 1.0


def _category(name: str, column: str, asked: str = "by") -> StatementSpec:
    """Return how records divide by a question that the entry names under ``by``."""
    return StatementSpec(
        name,
        "list",
        _shares(column, most=_MOST),
        {"before": _shares(column, at="first")},
        each="level",
        asked=asked,
        named={**_NAMED, "column": f"by={column}"},
        optional=True,
    )


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
    StatementSpec(
        "covered",
        "level",
        _pick("covered", "share", population="records"),
        {"months": _held()},
        convention=_WHOLE,
        named=_NAMED,
        of="whole",
        optional=True,
    ),
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
    _category("category", "{by.first}"),
    StatementSpec(
        "category_changes",
        "groups",
        _pick("{by.first}", "shift", at="change", by="{by.first}"),
        each="change",
        convention=_HARDLY,
        asked="by",
        named=_NAMED,
        of="whole",
        optional=True,
    ),
    _category("other_category", "{by.other}", asked="by.other"),
)  # fmt: skip

FIGURES = (
    FigureSpec("over-time", "records-over-time", "counted"),
    FigureSpec("by-category", "records-by-category", "category", {"by": "{by.first|entry}"}),
    FigureSpec("table", "records-table", "counted", of="all"),
)
