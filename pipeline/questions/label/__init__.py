"""What a label changed: visits of labelled spaces against others, before and after; closures; opening hours.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/label/``.
"""

from __future__ import annotations

from typing import Any, Literal

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Readings under other hypotheses, in the order in which they are told.
READINGS = ("within_units", "same_type", "visit_weighted", "closures_zero", "wild_bootstrap")
_YEAR = "months_since=12+"
#: Half-width of a relative change beyond which an effect tells nothing that could be used.
USELESS = 0.5


def _visits(indicator: str, measure: str, **more: Any) -> Pick:
    return Pick(indicator, measure, at="over", population="visits", **more)


def _spaces(indicator: str, measure: str, **more: Any) -> Pick:
    return Pick(indicator, measure, at="over", population="spaces", **more)


def _effect(method: str = "group_time", **more: Any) -> Pick:
    return _visits("visits", "effect", method=method, **more)


def _warning(name: str) -> Pick:
    return _visits(name, "warning", domain="{apart}", analysis="quality_checks")


def _whole(name: str, kind: str, rows: Pick, arguments: dict[str, Pick] | None = None, **more: Any) -> StatementSpec:
    of: Literal["whole"] = "whole"
    return StatementSpec(name, kind, rows, arguments or {}, of=of, **more)


#: Warnings of method that weaken its results.
WEAKENED_BY = ("pretrend", "informative_closure")
#: It follows visits from month to month: counts of longer periods do not answer it.
NEEDS_MONTHS = True

#: How long it takes beside other questions: those that take longest are answered first.
EFFORT = 5

STATEMENTS = (
    _whole("labelled", "level", _spaces("labelled", "count"), {"projects": _spaces("projects", "count")}),
    _whole(
        "effect",
        "change",
        _effect(domain=_YEAR),
        {
            "spaces": _spaces("labelled", "count", domain=_YEAR),
            "projects": _spaces("projects", "count", domain=_YEAR),
        },
        limit=USELESS,
    ),
    _whole("since", "list", _effect(by="months_since", among=("0-5", "6-11", "12+")), each="level"),
    _whole("average", "change", _effect(), limit=USELESS),
    _whole(
        "readings",
        "groups",
        _visits("visits", "effect", by="method", domain=_YEAR, among=READINGS),
        each="change",
    ),
    _whole(
        "before",
        "change",
        _visits("pretrend", "trend"),
        {"detectable": _visits("pretrend", "minimum_detectable"), "bias": _visits("pretrend", "bias")},
        optional=True,
    ),
    _whole("parallel", "test", _visits("pretrend", "joint"), optional=True),
    _whole("diverging", "warning", _warning("pretrend"), optional=True),
    _whole(
        "closures",
        "change",
        _visits("closures", "trend"),
        {
            "weighing": _effect("visit_weighted", domain=_YEAR),
            "zero": _effect("closures_zero", domain=_YEAR),
        },
        optional=True,
    ),
    _whole("closing", "warning", _warning("informative_closure"), optional=True),
    _whole("comparable", "tally", _spaces("hours", "comparable"), optional=True),
    _whole(
        "hours",
        "change",
        _spaces("hours", "effect", method="cross_section"),
        {"per_hour": _visits("visits_per_hour", "effect", method="decomposition")},
        optional=True,
    ),
)

_METHODS = (
    "group_time",
    "wild_bootstrap",
    "within_units",
    "same_type",
    "visit_weighted",
    "closures_zero",
    "clustered_by_space",
)

FIGURES = (
    FigureSpec(
        "quarters",
        "steps",
        "effect",
        {"indicator": "visits", "measure": "effect", "method": "event_study", "by": "quarter", "break_at": -0.5},
    ),
    FigureSpec(
        "effects",
        "estimates-table",
        "readings",
        {
            "by": "method",
            "columns": (
                {
                    "indicator": "visits",
                    "measure": "effect",
                    "domain": "months_since=12+",
                    "method": _METHODS,
                    "head": "a_year_or",
                },
                {
                    "indicator": "visits",
                    "measure": "effect",
                    "domain": "",
                    "method": _METHODS,
                    "head": "all_labelled_months",
                },
            ),
        },
    ),
)
