"""What the next year's visits would be if nothing changed, and how such forecasts fared on the years that are known.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/forecast/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec


def _ahead(measure: str, **fields: Any) -> Pick:
    return Pick("visits", measure, population="visits", **fields)


def _tried(measure: str, method: str = "", **fields: Any) -> Pick:
    return Pick("backtest", measure, at="over", population="visits", method=method, **fields)


_WHOLE: dict[str, Any] = {"domain": "series=region"}
_EACH: dict[str, Any] = {"by": "series"}

#: Warnings of method that weaken its results.
WEAKENED_BY = ("informative_closure",)
#: It follows visits from month to month: counts of longer periods do not answer it.
NEEDS_MONTHS = True

STATEMENTS = (
    StatementSpec(
        "tested",
        "ordered",
        _tried("mase", "smoothing", **_WHOLE),
        {"against": _tried("mase", "seasonal_naive", **_WHOLE)},
        of="whole",
    ),
    StatementSpec(
        "tests",
        "list",
        _tried("mase", "smoothing", **_EACH),
        {"against": _tried("mase", "seasonal_naive", **_EACH)},
        each="ordered",
        of="whole",
    ),
    StatementSpec("held", "list", _tried("coverage", **_EACH), each="level", of="whole"),
    StatementSpec(
        "ahead", "level", _ahead("count"), {"same": _ahead("count", at="first", method="same_spaces")}, of="whole"
    ),
    StatementSpec("change", "change", _ahead("evolution", at="change"), of="whole", optional=True),
    StatementSpec(
        "by_age", "groups", _ahead("evolution", at="change", by="age_band"), each="change", of="whole", optional=True
    ),
)

FIGURES = (
    FigureSpec(
        "next-year",
        "estimates-table",
        "change",
        {
            "by": "age_band",
            "columns": (
                {
                    "indicator": "visits",
                    "measure": "count",
                    "method": "same_spaces",
                    "interval": False,
                    "head": "last_year_same",
                },
                {"indicator": "visits", "measure": "count", "head": "forecast_for_the"},
                {"indicator": "visits", "measure": "evolution", "head": "forecast_change"},
            ),
        },
    ),
)
