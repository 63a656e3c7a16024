"""How much the spaces are used: visits counted in the monthly returns, and what the missing returns would add.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/attendance/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import UNIT, FigureSpec, Pick, StatementSpec


def _visits(measure: str, **fields: Any) -> Pick:
    return Pick("visits", measure, population="visits", **fields)


def _evolution(**fields: Any) -> Pick:
    return _visits("evolution", at="change", **fields)


def _rate(**fields: Any) -> Pick:
    return _visits("per_inhabitant", method="completed", **fields)


#: What the returns are of, a month unless the evaluation counts by longer periods, is said by its labels.
_COMPARED = {"comparable": "returns=comparable"}

#: The months of a year that was not collected whole.
_MONTHS = {m: Pick("collected", m, population="records") for m in ("from", "until", "during")}

#: Warnings of method that weaken its results.
WEAKENED_BY = ("informative_closure",)

#: What its contrast names: calendar years, not waves.
CONTRASTS = "years"

STATEMENTS = (
    StatementSpec(
        "population",
        "level",
        Pick("population", "count", population="inhabitants", analysis="territory"),
        optional=True,
    ),
    StatementSpec("visits", "level", _visits("count"), _MONTHS),
    StatementSpec(
        "coverage",
        "level",
        Pick("coverage", "share", population="spaces"),
        named={"monthly": "returns=monthly", "missing": "returns=missing"},
        optional=True,
    ),
    # silent where it is what was received
    StatementSpec(
        "completed",
        "agreement",
        _visits("count", method="completed"),
        {"against": _visits("count")},
        optional=True,
    ),
    StatementSpec(
        "per_space",
        "level",
        _visits("per_space"),
        {"whole": _visits("per_space", whole=True), "before": _visits("per_space", at="first")},
        named={"month": "returns=period"},
    ),
    StatementSpec(
        "per_inhabitant",
        "level",
        _rate(),
        {"whole": _rate(whole=True)},
        named={"completed": "returns=completed"},
        optional=True,
    ),
    StatementSpec("highest", "list", _rate(by=UNIT, most=1), each="level", of="whole", optional=True),
    StatementSpec("lowest", "list", _rate(by=UNIT, most=-1), each="level", of="whole", optional=True),
    StatementSpec("change", "change", _evolution(), named=_COMPARED, optional=True),
    StatementSpec("by_age", "groups", _evolution(by="age_band"), each="change", named=_COMPARED, optional=True),
    StatementSpec("by_activity", "groups", _evolution(by="activity"), each="change", named=_COMPARED, optional=True),
    StatementSpec("ages", "list", _visits("share", by="age_band"), each="level", optional=True),
    StatementSpec("activities", "list", _visits("share", by="activity"), each="level", optional=True),
    StatementSpec(
        "persons",
        "level",
        Pick("persons", "count", population="visitors"),
        {**_MONTHS, "named": Pick("named", "share", population="records")},
        of="whole",
        optional=True,
    ),
    StatementSpec("elsewhere", "level", Pick("elsewhere", "count", population="visits"), of="whole", optional=True),
    StatementSpec(
        "elsewhere_places",
        "list",
        Pick("elsewhere", "count", population="visits", by="place"),
        each="level",
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "closures",
        "warning",
        Pick("informative_closure", "warning", at="change", population="visits", analysis="quality_checks"),
        of="whole",
        optional=True,
    ),
)

FIGURES = (
    FigureSpec(
        "counts",
        "attendance-table",
        "visits",
        {
            "rates": (
                ("visits", "per_space", ""),
                ("visits", "per_inhabitant", "completed"),
                ("coverage", "share", ""),
            ),
            "collected": tuple(_MONTHS),
        },
    ),
    FigureSpec(
        "completed",
        "estimates-table",
        "completed",
        {
            "by": "time",
            "columns": (
                {"indicator": "visits", "measure": "count", "interval": False, "head": "visits_received"},
                {"indicator": "coverage", "measure": "share", "interval": False, "head": "share_of_returns"},
                {"indicator": "visits", "measure": "count", "method": "completed", "head": "visits_missing_returns"},
            ),
        },
    ),
    FigureSpec(
        "by-age",
        "trend",
        "by_age",
        {"indicator": "visits", "population": "visits", "measure": "per_space", "whole": False},
    ),
    FigureSpec(
        "by-activity",
        "trend",
        "by_activity",
        {"indicator": "visits", "population": "visits", "measure": "per_space", "whole": False, "by": "activity"},
    ),
    FigureSpec(
        "map",
        "map",
        "highest",
        {"indicator": "visits", "measure": "per_inhabitant", "method": "completed", "population": "visits"},
    ),
    FigureSpec(
        "beside",
        "trend",
        "per_space",
        {"indicator": "visits", "population": "visits", "measure": "per_space", "by": None, "beside_region": True},
        of="units",
    ),
    FigureSpec("ages", "beside-region", "ages", of="units"),
)
