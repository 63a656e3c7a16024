"""A lens: the change of another question for a comparable public, and how much of it passes through a mediator."""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec


def _test(over: str) -> Pick:
    return Pick("elaborate", "interaction", at="change", method="adjusted", domain=f"over={over}")


#: More indicators than any plan follows.
_ALL = 30
#: Warnings of method that weaken its results.
WEAKENED_BY = ("new_items",)

#: How long it takes beside other questions: those that take longest are answered first.
EFFORT = 1

STATEMENTS = (
    StatementSpec(
        "change", "change", Pick("elaborate", "shift", at="change", method="adjusted"), of="whole", optional=True
    ),
    StatementSpec(
        "equipped", "change", Pick("elaborate", "shift", at="change", method="adjusted_equipment"), of="whole"
    ),
    StatementSpec(
        "mediated", "change", Pick("elaborate", "mediated", at="change", method="equipment"), of="whole", optional=True
    ),
    StatementSpec(
        "by_age",
        "groups",
        Pick("elaborate", "shift", at="change", method="adjusted", by="age_band"),
        each="change",
        of="whole",
        optional=True,
    ),
    StatementSpec("differs_by_age", "test", _test("age_band"), of="whole", optional=True),
    StatementSpec("differs_by_unit", "test", _test("pays"), of="whole", optional=True),
    StatementSpec(
        "parallel_lines",
        "test",
        Pick("overall", "parallel_lines", at="change", method="adjusted", analysis="satisfaction"),
        of="whole",
        optional=True,
    ),
    # the change a year over all waves, where the plan asks for trends
    StatementSpec(
        "trends",
        "list",
        Pick("", "trend", at="all", by="indicator", population="", method="adjusted", most=_ALL),
        each="level",
        of="whole",
        optional=True,
    ),
)

FIGURES = (
    FigureSpec(
        "change",
        "estimates-table",
        "change",
        {
            "by": "age_band",
            "columns": (
                {"indicator": "elaborate", "population": "users", "measure": "shift", "head": "observed_points"},
                {
                    "indicator": "elaborate",
                    "population": "users",
                    "measure": "shift",
                    "method": "adjusted",
                    "head": "comparable_public",
                },
                {
                    "indicator": "elaborate",
                    "population": "users",
                    "measure": "shift",
                    "method": "adjusted_equipment",
                    "head": "comparable_public_and",
                },
                {
                    "indicator": "elaborate",
                    "population": "users",
                    "measure": "mediated",
                    "method": "equipment",
                    "head": "through_equipment",
                },
            ),
        },
    ),
)
