"""What makes monthly visits vary, each space compared with itself: change by age, season, holidays, types of space.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/attendance_model/``.
"""

from __future__ import annotations

from typing import Any, Literal

from pipeline.results.statement import FigureSpec, Pick, StatementSpec


def _within(measure: str, at: Literal["change", "over"] = "over", **fields: Any) -> Pick:
    return Pick("visits", measure, at, population="visits", method="fixed_effects", **fields)


def _law(measure: str, method: str, indicator: str = "dispersion", **fields: Any) -> Pick:
    return Pick(indicator, measure, at="over", population="visits", method=method, **fields)


def _season(place: str) -> StatementSpec:
    months = _within("season", by="month", domain=f"place={place}")
    return StatementSpec(f"season_{place}", "groups", months, each="difference", of="whole", optional=True)


def _types(name: str, indicator: str) -> StatementSpec:
    gaps = _law("gap_by_type", "negative_binomial", indicator, by="site_type", domain="than=")
    return StatementSpec(name, "groups", gaps, each="difference", of="whole", optional=True)


#: Warnings of method that weaken its results.
WEAKENED_BY = ("informative_closure",)
#: It follows visits from month to month: counts of longer periods do not answer it.
NEEDS_MONTHS = True

#: What its contrast names: calendar years, not waves.
CONTRASTS = "years"

#: How long it takes beside other questions: those that take longest are answered first.
EFFORT = 3

STATEMENTS = (
    StatementSpec("change", "change", _within("evolution", "change"), of="whole"),
    StatementSpec("trend", "change", _within("trend"), of="whole"),
    StatementSpec("by_age", "groups", _within("evolution", "change", by="age_band"), each="change", of="whole"),
    *(_season(place) for place in ("all", "inland", "coast")),
    StatementSpec("school", "change", _within("effect", domain="holiday=school_holidays"), of="whole", optional=True),
    StatementSpec("public", "change", _within("effect", domain="holiday=public_holidays"), of="whole", optional=True),
    _types("types", "visits"),
    _types("types_by_inhabitant", "visits_per_inhabitant"),
    _types("types_by_hour", "visits_per_hour"),
    StatementSpec(
        "dispersion",
        "level",
        _law("ratio", "poisson"),
        {"kept": _law("ratio", "negative_binomial"), "theta": _law("theta", "")},
        of="whole",
        optional=True,
    ),
    # the counts vary no more than Poisson ones, so that no other law is needed
    StatementSpec("poisson", "level", _law("ratio", "poisson_kept"), of="whole", optional=True),
    StatementSpec(
        "zeros",
        "list",
        _law("ratio", "negative_binomial", "zeros", by="age_band"),
        each="level",
        of="whole",
        optional=True,
    ),
)

FIGURES = (
    FigureSpec(
        "season",
        "steps",
        "season_inland",
        {
            "indicator": "visits",
            "method": "fixed_effects",
            "measure": "season",
            "by": "month",
            "series": "place",
            "joined": True,
        },
    ),
    FigureSpec(
        "trend",
        "estimates-table",
        "by_age",
        {
            "by": "age_band",
            "columns": (
                {"indicator": "visits", "method": "fixed_effects", "measure": "trend", "head": "a_year"},
                {"indicator": "visits", "method": "fixed_effects", "measure": "evolution", "head": "first_to_last"},
            ),
        },
    ),
)
