"""What the programme costs: who paid, for each inhabitant, visit and hour; renewal of equipment, criteria of a label.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/money/``.
"""

from __future__ import annotations

from typing import Any, Literal

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them; without a renewal, nothing is said of it.
DEFAULTS = {"payer": "region", "holders": "commune", "renewal": {"years": 5, "price_per_post": 0}, "taxes": ""}
#: More financers, natures or rules than any plan declares.
_ALL = 30
#: Whether amounts hold taxes, where the plan says so: a list of one, or of none.
_TAXES = {"taxes": "codes=taxes=*{taxes}"}
#: What each total is of.
_POPULATIONS = {"spending": "expenditure", "funding": "funding", "receipts": "receipts"}
_PAYERS = {"financer": "financer={payer}", "bearer": "financer={holders}", **_TAXES}


def _spent(indicator: str, measure: str, at: Literal["last", "over"] = "over", **more: Any) -> Pick:
    return Pick(indicator, measure, at=at, **{"population": "expenditure", **more})


def _of(total: str, measure: str, **more: Any) -> Pick:
    """Return a pick of what a table of amounts adds up to: expenditure, funding or receipts."""
    return Pick(total, measure, at="over", population=_POPULATIONS[total], **more)


def _cost(measure: str, domain: str) -> Pick:
    return _spent("unit_cost", measure, "last", domain=domain)


def _register(indicator: str, measure: str, **more: Any) -> Pick:
    return Pick(indicator, measure, population="spaces", **more)


STATEMENTS = (
    *(
        StatementSpec(
            total,
            "level",
            _of(total, "amount"),
            # receipts are of those who use what the programme offers: no payer is told apart
            {"paid": _of(total, "amount", domain="financer={payer}")} if total != "receipts" else {},
            of="whole",
            named=_PAYERS if total != "receipts" else _TAXES,
            optional=True,
        )
        for total in _POPULATIONS
    ),
    *(
        StatementSpec(name, "list", _of(total, "share", by=by, most=_ALL), each="level", of="whole", optional=True)
        for name, total, by in (
            ("financers", "spending", "financer"),
            ("natures", "spending", "cost_nature"),
            ("funders", "funding", "financer"),
            ("funding_natures", "funding", "cost_nature"),
            ("receipt_natures", "receipts", "cost_nature"),
        )
    ),
    StatementSpec("running", "level", _spent("running", "amount"), of="whole", optional=True),
    StatementSpec(
        "running_natures",
        "list",
        _spent("running", "share", by="cost_nature", most=_ALL),
        each="level",
        of="whole",
        optional=True,
    ),
    # of what was spent, or of what was granted
    StatementSpec(
        "leverage", "level", _spent("leverage", "euros", population=""), of="whole", named=_PAYERS, optional=True
    ),
    StatementSpec(
        "investment",
        "level",
        _spent("aid", "share"),
        {"remaining": _spent("remaining", "share")},
        of="whole",
        named=_PAYERS,
        optional=True,
    ),
    StatementSpec("own_investment", "level", _spent("own", "share"), of="whole", named=_PAYERS, optional=True),
    StatementSpec(
        "per_inhabitant",
        "list",
        _spent("spending", "per_inhabitant", by="population_year", domain="financer={payer}"),
        each="level",
        of="whole",
        named=_PAYERS,
        optional=True,
    ),
    StatementSpec(
        "per_inhabitant_all",
        "list",
        _spent("spending", "per_inhabitant", by="population_year"),
        each="level",
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "visit",
        "level",
        _cost("per_visit", "costs=current"),
        {
            "spaces": _cost("spaces", ""),
            "whole_cost": _cost("per_visit", "costs=with_investment"),
        },
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "hour_bound", "level", _cost("per_training_hour", "allocation=everything"), of="whole", optional=True
    ),
    # costs of one year over the activity of another, of accounts that name no space
    *(
        StatementSpec(
            f"{name}_apart",
            "list",
            _spent("unit_cost", measure, "last", by="activity_year", domain="allocation=everything"),
            each="level",
            of="whole",
            optional=True,
        )
        for name, measure in (("hour", "per_training_hour"), ("trainee", "per_trainee"))
    ),
    *(
        StatementSpec(
            name,
            "list",
            _spent("unit_cost", measure, "last", by="recorded", most=_ALL),
            each="level",
            of="whole",
            optional=True,
        )
        for name, measure in (("record", "per_record"), ("record_person", "per_person"))
    ),
    StatementSpec("trainee", "level", _cost("per_trainee", "allocation=everything"), of="whole", optional=True),
    StatementSpec(
        "hour",
        "level",
        _cost("per_training_hour", "allocation=declared"),
        {"by_visits": _cost("per_training_hour", "allocation=by_visits")},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "hours_a_visit",
        "level",
        Pick("training_hours", "per_workshop_visit", population="workshops"),
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "renewal",
        "level",
        _register("renewal", "cost"),
        {"posts": _register("renewal", "posts"), "spaces": _register("renewal", "spaces")},
        of="whole",
        named={"years": "{renewal.years}", "price": "{renewal.price_per_post}", **_TAXES},
        optional=True,
    ),
    StatementSpec(
        "rules", "list", _register("renewal", "aid_payable", by="rule"), each="level", of="whole", optional=True
    ),
    StatementSpec(
        "criteria",
        "level",
        _register("label_criteria", "labelled", domain="criterion=all"),
        {"others": _register("label_criteria", "others", domain="criterion=all")},
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "here",
        "level",
        _spent("spending", "amount"),
        {"paid": _spent("aid_all", "amount")},
        of="units",
        named=_PAYERS,
        optional=True,
    ),
)

FIGURES = (
    *(
        FigureSpec(
            name,
            "money-financers-table",
            total,
            {"indicator": total, "measure": "amount", "population": _POPULATIONS[total], "by": "financer"},
        )
        for name, total in (("accounts", "spending"), ("grants", "funding"))
    ),
    FigureSpec(
        "takings",
        "money-financers-table",
        "receipts",
        {"indicator": "receipts", "measure": "amount", "population": "receipts", "by": "cost_nature"},
    ),
    FigureSpec(
        "costs",
        "money-unit-costs-table",
        "visit",
        {"measures": ("per_inhabitant", "per_visit", "per_training_hour", "per_trainee")},
    ),
    FigureSpec(
        "equipment",
        "money-renewal-table",
        "renewal",
        {
            "indicator": "renewal",
            "measures": ("aid", "remaining", "aid_share", "capped", "aid_payable"),
            "population": "spaces",
            "by": "rule",
        },
    ),
    FigureSpec(
        "label-criteria",
        "label-criteria-table",
        "criteria",
        {"indicator": "label_criteria", "measure": "labelled", "population": "spaces", "by": "criterion"},
    ),
)
