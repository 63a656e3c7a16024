"""Unit costs of one year as results: spaces whose returns of visits are complete, costs of running them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.questions.completion import complete
from pipeline.questions.cycles import read_cycles, trainee_hours
from pipeline.questions.entry import Strict
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.money.spending import by_space
from pipeline.questions.money.unit_costs import ALLOCATIONS, Activity, allocated, per_training_hour, ratio
from pipeline.questions.panel import any_panel
from pipeline.questions.returns import ReturnsSettings, of_calendar_years
from pipeline.results import Result


class UnitCosts(Strict):
    """Unit costs of ``year``: natures of ``current`` costs, investment spread over ``years``, trainee hours."""

    year: int
    """Year of the costs."""
    current: tuple[str, ...] = Field(default=("running", "staff"), min_length=1)
    """Natures of current costs."""
    investment: str = "investment"
    """Nature of investment."""
    years: int = Field(default=5, ge=1)
    """Years over which investment is spread."""
    training: str = "workshop"
    """Activity that trainee hours are of."""
    hours: Literal["visits", "workshops"] = "visits"
    """Source of trainee hours, the other only checked against it: visits to workshops of the attendance, or
    recorded cycles.
    """
    hours_per_visit: float = Field(default=2.0, gt=0)
    """Hours of one visit to a workshop."""
    workshops: str | None = None
    """Source of kind workshops."""
    enrolments: str | None = None
    """Source of kind enrolments."""
    activity_year: int | None = None
    """Year of the hours, where no account covers it: the costs of one year over the hours of another."""


def unit_cost_rows(accounts: Accounts, asked: UnitCosts, attendance: str | None, payer: str) -> Iterator[Result]:
    """Yield the cost per visit (whole, with investment, of the payer alone) and per trainee hour by allocation.

    A space counts when all its months of the year were received: a cost over half the visits would be twice too high.
    ``coverage`` is the part received of what its visits are made of, the rest being completed.

    Raises
    ------
    AnalyseError
        Where the accounts are not told space by space, or no space has both costs and complete returns.
    """
    if asked.activity_year is not None:
        raise accounts.entry.error(
            "accounts of each space are set over the activity of the same year",
            "unit_costs",
            "activity_year",
            found=asked.activity_year,
            action="leave `activity_year` out",
        )
    visits = _visits(accounts, asked, attendance)
    lines = accounts.lines[accounts.lines["site_id"].isin(visits.index)]
    this = lines[lines["year"] == asked.year]
    current = this[this["cost_nature"].isin(asked.current)]
    kept = visits.loc[sorted(current["site_id"].unique())]
    if kept.empty or not kept["visits"].sum() > 0:
        raise accounts.entry.error(
            "no space has both costs and complete returns", "unit_costs", "year", found=asked.year
        )
    period, covered = str(asked.year), float(kept["received"].mean())
    recent = lines[lines["year"].between(asked.year - asked.years + 1, asked.year).fillna(False)]
    bought = by_space(recent[recent["cost_nature"] == asked.investment]) / asked.years
    cost = by_space(current).reindex(kept.index, fill_value=0.0)
    investment = bought.reindex(kept.index, fill_value=0.0)
    paid = by_space(this[this["financer"] == payer]).reindex(kept.index, fill_value=0.0)
    for name, spent in (("current", cost), ("with_investment", cost + investment), ("payer", paid)):
        value = ratio(spent.to_numpy(), kept["visits"].to_numpy())
        yield accounts.row(
            "unit_cost", "per_visit", "euro", value, period, domain={"costs": name}, by_space=spent, coverage=covered
        )
    declared = _declared(current).reindex(kept.index, fill_value=0.0)
    activity = Activity(*(s.to_numpy(np.float64) for s in (cost, declared, kept["visits"], kept["workshops"])))
    if asked.hours == "workshops":
        cycles = read_cycles(accounts.context, accounts.entry, asked.workshops, (asked.year,))
        recorded = trainee_hours(cycles, asked.year).reindex(kept.index, fill_value=0.0)
        activity = replace(activity, hours=recorded.to_numpy(np.float64))
        each = ratio(recorded.to_numpy(np.float64), kept["workshops"].to_numpy(np.float64))
        told = accounts.row("training_hours", "per_workshop_visit", "mean", each, period, by_space=recorded)
        yield replace(told, population="workshops", source=cycles.source)
    for allocation in ALLOCATIONS:
        spent = pd.Series(allocated(activity, allocation), kept.index)
        if not spent.sum() > 0:
            continue
        value = per_training_hour(activity, asked.hours_per_visit, allocation)
        domain = {"allocation": allocation}
        yield accounts.row(
            "unit_cost", "per_training_hour", "euro", value, period, domain=domain, by_space=spent, coverage=covered
        )
    yield accounts.row("unit_cost", "spaces", "count", float(len(kept)), period, by_space=cost)


def _declared(lines: pd.DataFrame) -> pd.Series:
    """Return the part of each space's costs that its holder declares for training; lines without a share have none."""
    if "training_share" not in lines:
        return pd.Series(dtype="float64")
    part = pd.to_numeric(lines["training_share"]).astype("float64").fillna(0.0)
    return (lines["amount"] * part).groupby(lines["site_id"]).sum()


def _visits(accounts: Accounts, asked: UnitCosts, attendance: str | None) -> pd.DataFrame:
    """Return visits, visits to workshops and the part of them received (site_id), of spaces that sent every month.

    A month of which a part was sent, at least half, is completed, visits to workshops in the same proportion.
    """
    panel = any_panel(accounts.context, accounts.entry, ReturnsSettings(source=attendance, sites=accounts.sites))
    of_calendar_years(accounts.entry, panel.returns)
    year = np.asarray(panel.months.year == asked.year)
    received, part, expected = panel.visits[:, year], panel.part[:, year], panel.open[:, year]
    sent = expected.any(axis=1) & (~np.isnan(received) | ~expected).all(axis=1)
    activities = panel.returns.activities
    if asked.training not in activities:
        raise accounts.entry.error(
            "returns know no such activity", "unit_costs", "training", found=asked.training, allowed=activities
        )
    whole = complete(panel).visits[:, year]
    training = np.nansum(panel.returns.counts[:, year][..., activities.index(asked.training)], axis=2)
    training = training * np.divide(whole, received, out=np.ones_like(whole), where=received > 0)
    table = pd.DataFrame(
        {
            "visits": whole.sum(axis=1),
            "workshops": training.sum(axis=1),
            "received": np.where(expected, np.nan_to_num(part), 0.0).sum(axis=1) / np.maximum(expected.sum(axis=1), 1),
        },
        index=pd.Index(panel.sites["site_id"], name="site_id"),
    )
    return table[pd.Series(sent, index=table.index)]
