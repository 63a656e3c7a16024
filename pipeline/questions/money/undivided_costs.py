"""Unit costs of accounts that name no space: the programme's running costs over its visits, or over its trainee hours.

Trainee hours share their costs with open access, so that what an hour or a trainee costs is an upper bound; where no
account covers the year of the activity, the costs of another year stand over it, and the row says so.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.questions.completion import complete
from pipeline.questions.cycles import read_cycles, trainee_hours
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.money.unit_cost_rows import UnitCosts
from pipeline.questions.panel import any_panel
from pipeline.questions.returns import ReturnsSettings, of_calendar_years
from pipeline.results import Result


def undivided_cost_rows(accounts: Accounts, asked: UnitCosts, attendance: str | None = None) -> Iterator[Result]:
    """Yield the running costs of a year per visit; or per trainee hour and, where lists name them, per trainee.

    Raises
    ------
    AnalyseError
        When the accounts hold no running costs in the year, or no visits or hours are recorded.
    """
    lines = accounts.lines[(accounts.lines["year"] == asked.year).fillna(False)]
    spent = float(lines.loc[lines["cost_nature"].isin(asked.current), "amount"].sum())
    if not spent > 0:
        natures = sorted(set(lines["cost_nature"].dropna())) or "no line"
        raise accounts.entry.error(
            f"the accounts hold no running costs of {asked.year}",
            "unit_costs",
            "current",
            found=natures,
            allowed=list(asked.current),
            action="name the natures of running costs under `current:`, or another year; or take `unit_costs` out",
        )
    if asked.hours == "visits":
        yield _per_visit(accounts, asked, spent, attendance)
        return
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


def _per_visit(accounts: Accounts, asked: UnitCosts, spent: float, attendance: str | None) -> Result:
    """Return the running costs of a year over all visits of that year, those of missing returns being completed."""
    if asked.activity_year is not None:
        raise accounts.entry.error(
            "the cost of a visit is told of costs and visits of the same year",
            "unit_costs",
            "activity_year",
            found=asked.activity_year,
            action="leave `activity_year` out, or ask for `hours: workshops`",
        )
    panel = any_panel(accounts.context, accounts.entry, ReturnsSettings(source=attendance, sites=accounts.sites))
    of_calendar_years(accounts.entry, panel.returns)
    year = np.asarray(panel.months.year == asked.year)
    expected, part = panel.open[:, year], np.nan_to_num(panel.part[:, year])
    visits = float(complete(panel).visits[:, year].sum())
    if not (part > 0).any() or not visits > 0:
        raise accounts.entry.error("no visits are recorded in this year", "unit_costs", "year", found=asked.year)
    covered = float(part[expected].mean())
    spaces = accounts.open_in(str(asked.year), None)
    period, domain = str(asked.year), {"costs": "current"}
    return accounts.row(
        "unit_cost", "per_visit", "euro", spent / visits, period, domain=domain, n=spaces, coverage=covered
    )


def _trainees(accounts: Accounts, asked: UnitCosts, year: int) -> int:
    """Return how many persons of the lists started a cycle in a year; none without lists."""
    context = accounts.context
    found = [s.name for s in context.evaluation.sources("enrolments") if asked.enrolments in (None, s.name)]
    if not found:
        return 0
    table = context.by_role(found[0], ("identifier", "starts"))
    return int(table.loc[pd.to_datetime(table["starts"]).dt.year == year, "identifier"].nunique())
