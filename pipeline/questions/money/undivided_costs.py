"""Unit costs of accounts that name no space: the programme's running costs over its trainee hours and its trainees.

The same costs serve open access too, so that each is an upper bound; where no account covers the year of the activity,
the costs of another year stand over it, and the row says so.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.questions.cycles import read_cycles, trainee_hours
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.money.unit_cost_rows import UnitCosts
from pipeline.results import Result


def undivided_cost_rows(accounts: Accounts, asked: UnitCosts) -> Iterator[Result]:
    """Yield the running costs of a year per trainee hour and, where lists name them, per trainee.

    Raises
    ------
    AnalyseError
        When hours are asked of visits, the accounts hold no running costs in the year, or no hours are recorded.
    """
    if asked.hours != "workshops":
        raise accounts.entry.error(
            "accounts that name no space cannot be set over the visits of each",
            "unit_costs",
            found=f"the source '{accounts.source}' names no space",
            allowed="`hours: workshops`, the trainee hours of the whole programme, or accounts of each space",
            action="ask for `hours: workshops`, declare the column that names the space (`role: site`),"
            " or leave `unit_costs` out",
        )
    lines = accounts.lines[(accounts.lines["year"] == asked.year).fillna(False)]
    spent = float(lines.loc[lines["cost_nature"].isin(asked.current), "amount"].sum())
    if not spent > 0:
        raise accounts.entry.error(
            "the accounts hold no running costs in this year", "unit_costs", "year", found=asked.year
        )
    year = asked.year if asked.activity_year is None else asked.activity_year
    hours = float(trainee_hours(read_cycles(accounts.context, accounts.entry, asked.workshops, (year,)), year).sum())
    if not hours > 0:
        raise accounts.entry.error("no trainee hours are recorded in this year", "unit_costs", found=year)
    apart = {"activity_year": year} if year != asked.year else {}
    domain = {"allocation": "everything", **apart}
    spaces = accounts.open_in(str(year), None)
    yield accounts.row(
        "unit_cost", "per_training_hour", "euro", spent / hours, str(asked.year), domain=domain, n=spaces
    )
    trainees = _trainees(accounts, asked, year)
    if trainees:
        each = spent / trainees
        yield accounts.row("unit_cost", "per_trainee", "euro", each, str(asked.year), domain=domain, n=spaces)


def _trainees(accounts: Accounts, asked: UnitCosts, year: int) -> int:
    """Return how many persons of the lists started a cycle in a year; none without lists."""
    context = accounts.context
    found = [s.name for s in context.evaluation.sources("enrolments") if asked.enrolments in (None, s.name)]
    if not found:
        return 0
    table = context.by_role(found[0], ("identifier", "starts"))
    return int(table.loc[pd.to_datetime(table["starts"]).dt.year == year, "identifier"].nunique())
