"""Money and rules: who paid, for how many inhabitants, visits and hours; what renewal would cost under each rule.

Costs come from the accounts of the programme: an exhaustive count, without sampling error, and never told
for one space. The costs of renewal are a calculation from public facts of the register and a declared price.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.money.accounts import Accounts, Amounts, read_accounts
from pipeline.questions.money.criteria import Label, criteria_rows
from pipeline.questions.money.record_costs import RecordCosts, record_cost_rows
from pipeline.questions.money.renewal import Renewal, renewal_rows
from pipeline.questions.money.spending import PerInhabitant, running_rows, spending_rows
from pipeline.questions.money.undivided_costs import undivided_cost_rows
from pipeline.questions.money.unit_cost_rows import UnitCosts, unit_cost_rows
from pipeline.results import Result
from pipeline.results.measure import SHARE, Measure, Relation

#: The kinds of numbers of this question.
MEASURES = (
    SHARE,
    *(Measure(name, "euro") for name in ("amount", "aid", "aid_payable", "remaining", "cost")),
    Measure("euros", "euro"),
    Measure("per_inhabitant", "euro", ".2", relation=Relation("ratio", "amount", "inhabitants")),
    Measure("per_visit", "euro", relation=Relation("ratio", "amount", "visits")),
    Measure("per_training_hour", "euro", relation=Relation("ratio", "amount", "hours")),
    *(Measure(name, "euro") for name in ("per_trainee", "per_record", "per_person")),
    Measure("per_workshop_visit", "mean"),
    Measure("aid_share", "share", relation=Relation("ratio", "aid", "cost")),
    *(Measure(name, "count") for name in ("spaces", "posts", "capped", "eligible")),
    *(Measure(name, "count") for name in ("labelled", "others")),
)


class Settings(Strict):
    """Settings of money."""

    period: tuple[int, int]
    """First and last year of the account."""
    amounts: Amounts | None = None
    """What the account holds: expenditure, funding (what financers granted) or receipts; without it, expenditure where
    lines have a nature of expenditure, else funding.
    """
    payer: str = "region"
    """Financer that is told apart from the others."""
    holders: str = "commune"
    """Financer to whom the rest of a cost is left."""
    investment: str = "investment"
    """Nature of investment."""
    current: tuple[str, ...] = ()
    """Natures of running costs, told apart from the rest where they are named."""
    per_inhabitant: tuple[PerInhabitant, ...] = ()
    """Payments over populations of a stated year."""
    unit_costs: UnitCosts | None = None
    """Unit costs of a year; left out where it is not declared."""
    record_costs: tuple[RecordCosts, ...] = ()
    """Costs of a year for each record (a support, a loan) and each person whom records count."""
    renewal: Renewal | None = None
    """Simulation of a renewal of equipment; left out where it is not declared."""
    label: Label | None = None
    """Criteria of the label; left out where they are not declared."""
    source: str | None = None
    """Source of kind costs, where there are several."""
    sites: str | None = None
    """Source of kind sites, where there are several."""
    taxes: Literal["excluded", "included"] | None = None
    """Whether amounts are before tax (excluded) or with it (included); pages say nothing of it where it is not
    said.
    """
    attendance: str | None = Field(default=None)
    """Source of attendance, where there are several."""

    @model_validator(mode="after")
    def _ordered(self) -> Settings:
        if self.period[0] > self.period[1]:
            raise ValueError("`period` ends before it begins")
        return self


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return spending by financer and nature, unit costs, renewal under each rule, criteria of the label."""
    settings = entry.checked(Settings)
    accounts: Accounts = read_accounts(context, entry, settings.source, settings.sites, settings.amounts)
    _check_settings(accounts, settings)
    made = list(
        spending_rows(
            accounts, settings.period, settings.payer, settings.holders, settings.investment, settings.per_inhabitant
        )
    )
    if settings.current:
        made += running_rows(accounts, settings.period, settings.current)
    if settings.unit_costs and accounts.undivided:
        made += undivided_cost_rows(accounts, settings.unit_costs, settings.attendance)
    elif settings.unit_costs:
        made += unit_cost_rows(accounts, settings.unit_costs, settings.attendance, settings.payer)
    for each in settings.record_costs:
        made += record_cost_rows(accounts, each)
    if settings.renewal:
        made += renewal_rows(accounts, settings.renewal)
    if settings.label:
        made += criteria_rows(accounts, settings.label)
    return made


def _check_settings(accounts: Accounts, settings: Settings) -> None:
    """Refuse financers that no line has, and what only expenditure can answer of funding or receipts."""
    needed = {"expenditure": (settings.payer, settings.holders), "funding": (settings.payer,), "receipts": ()}
    for name in needed[accounts.amounts]:
        if name not in accounts.financers:
            raise accounts.entry.error(
                "no line of the accounts has this financer", found=name, allowed=accounts.financers
            )
    asked = [name for name in ("current", "unit_costs", "record_costs") if getattr(settings, name)]
    if asked and accounts.amounts != "expenditure":
        raise accounts.entry.error(
            f"{accounts.amounts} cannot be told as costs",
            *asked[:1],
            found=accounts.amounts,
            allowed="`amounts: expenditure`",
            action="leave it out, or declare a table of expenditure, with the role cost_nature",
        )
