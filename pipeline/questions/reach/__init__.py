"""Who lives near a space and who came: inhabitants by distance, communes far from any space, the share that came.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/reach/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them.
DEFAULTS = {"distances": (5.0, 10.0, 20.0)}
#: More distances than any plan declares: all are listed, the farthest first.
_ALL = 20


def _of(indicator: str, measure: str, **more: Any) -> Pick:
    return Pick(indicator, measure, population="inhabitants", **more)


def _near(**more: Any) -> Pick:
    return _of("within_{distances.min}", "share", **more)


def _take_up(**more: Any) -> Pick:
    return _of("take_up", "rate", **more)


STATEMENTS = (
    StatementSpec("within", "list", _of("", "share", by="indicator", most=_ALL), each="level", of="whole"),
    StatementSpec(
        "within_before", "list", _of("", "share", at="first", by="indicator", most=_ALL), each="level", of="whole"
    ),
    StatementSpec(
        "far",
        "level",
        _of("within_{distances.max}", "share"),
        of="whole",
        named={"distance": "distance={distances.max}"},
    ),
    StatementSpec(
        "near",
        "level",
        _near(),
        {"before": _near(at="first"), "whole": _near(whole=True)},
        of="units",
        named={"distance": "distance={distances.min}"},
    ),
    StatementSpec(
        "nearest",
        "level",
        _of("nearest", "mean"),
        {"before": _of("nearest", "mean", at="first"), "whole": _of("nearest", "mean", whole=True)},
    ),
    StatementSpec("by_sea", "tally", _of("by_sea", "count"), of="whole"),
    StatementSpec(
        "catchment",
        "level",
        _of("catchment", "mean"),
        {"median": _of("catchment", "median"), "greatest": _of("catchment", "greatest")},
        of="whole",
    ),
    StatementSpec(
        "remote",
        "tally",
        _of("beyond_{distances.second}", "communes"),
        {
            "people": _of("beyond_{distances.second}", "count"),
            "before": _of("beyond_{distances.second}", "communes", at="first"),
        },
        named={"distance": "distance={distances.second}"},
    ),
    StatementSpec(
        "next",
        "list",
        _of("", "gain", by="commune", domain="step=1"),
        each="level",
        of="whole",
        named={"distance": "distance={location_km|distances.min}"},
    ),
    StatementSpec(
        "take_up",
        "level",
        _take_up(),
        {"before": _take_up(at="first"), "whole": _take_up(whole=True)},
        named={"inhabitants": "inhabitants=surveyed", "weeks": "field=weeks"},
        optional=True,
    ),
    StatementSpec("take_up_by_age", "groups", _take_up(by="age_band"), each="level", of="whole", optional=True),
)

FIGURES = (
    FigureSpec(
        "distances",
        "reach-table",
        "within",
        {
            "population": "inhabitants",
            "lines": (
                ("within_", "share"),
                ("beyond_", "count"),
                ("beyond_", "communes"),
                ("by_sea", "count"),
                ("nearest", "mean"),
            ),
        },
    ),
    FigureSpec("map", "map-reach", "nearest"),
    FigureSpec(
        "white-areas",
        "white-areas-table",
        "remote",
        {"population": "inhabitants", "measure": "count", "far": ("nearest", "distance")},
    ),
    FigureSpec("next-locations", "next-locations-table", "next", {"measure": "gain"}),
)
