"""A typology of spaces: the classes that their answers fall into, how sure they are, and what sets them apart.

A typology describes and proves nothing. The numbers are made in :mod:`.answer`; words and chapters are in
``reports/<lang>/typology/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them: the first survey then, whose returns are not told.
DEFAULTS = {"source": ""}


def _sent(measure: str, indicator: str = "spaces") -> Pick:
    return Pick(indicator, measure, population="spaces", analysis="response", domain="source={source}")


def _made(indicator: str, measure: str, **more: Any) -> Pick:
    """Return a number about how the typology was made."""
    return Pick(indicator, measure, population="records", **more)


def _of(indicator: str, measure: str, **more: Any) -> Pick:
    """Return a number about spaces."""
    return Pick(indicator, measure, population="spaces", **more)


_NUMBER = _made("classes", "number")

#: How long it takes beside other questions: those that take longest are answered first.
EFFORT = 2

STATEMENTS = (
    StatementSpec(
        "returned",
        "level",
        _sent("rate"),
        {"sent": _sent("count", "spaces.sampled"), "back": _sent("count", "spaces.participating")},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "classes",
        "list",
        _of("class", "share", by="class"),
        {"number": _NUMBER},
        each="level",
        of="whole",
    ),
    StatementSpec("chosen", "agreement", _made("classes", "best"), {"against": _NUMBER}, of="whole", optional=True),
    StatementSpec("stable", "agreement", _made("classes", "stable"), {"against": _NUMBER}, of="whole", optional=True),
    # what the methods say
    StatementSpec(
        "active",
        "level",
        _made("axes", "active"),
        {"merged": _made("axes", "merged"), "over_mean": _made("axes", "over_mean"), "kept": _made("axes", "kept")},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "inertia",
        "level",
        _of("axes", "inertia", method="benzecri", domain="axis=1"),
        {
            "greenacre": _of("axes", "inertia", method="greenacre", domain="axis=1"),
            "second": _of("axes", "inertia", method="benzecri", domain="axis=2"),
        },
        of="whole",
        optional=True,
    ),
    StatementSpec("between", "level", _of("classes", "between"), of="whole", optional=True),
)

FIGURES = (
    FigureSpec("classes", "typology-table", "classes", {"similarity": "stability"}),
    FigureSpec("class-marks", "class-marks-table", "", {"measure": "test_value"}),
    FigureSpec(
        "first-plane",
        "factorial-plane",
        "",
        {"place": "coordinate", "weight": "contribution", "axis": "inertia"},
    ),
)
