"""Unit costs of one year as results: spaces whose returns of visits are complete, costs of running them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.analysis.entry import Strict
from pipeline.analysis.money.accounts import Accounts
from pipeline.analysis.money.spending import by_space
from pipeline.analysis.money.unit_costs import ALLOCATIONS, Activity, allocated, per_training_hour, ratio
from pipeline.analysis.returns import read_returns
from pipeline.analysis.workshops.cycles import read_cycles, trainee_hours
from pipeline.results import Result


class UnitCosts(Strict):
    """Unit costs of ``year``: natures of ``current`` costs, investment spread over ``years``, trainee hours.

    ``hours`` says which source of trainee hours is used, the other only checked against it: ``visits`` to workshops of
    the attendance, each of ``hours_per_visit``, or those recorded in the cycles of ``workshops``.
    """

    year: int
    current: tuple[str, ...] = Field(default=("running", "staff"), min_length=1)
    investment: str = "investment"
    years: int = Field(default=5, ge=1)
    training: str = "workshop"
    hours: Literal["visits", "workshops"] = "visits"
    hours_per_visit: float = Field(default=2.0, gt=0)
    workshops: str | None = None


def unit_cost_rows(accounts: Accounts, asked: UnitCosts, attendance: str | None, payer: str) -> Iterator[Result]:
    """Yield the cost per visit (whole, with investment, of the payer alone) and per trainee hour by allocation.

    A space counts when all its months of the year were received: a cost over half the visits would be twice too high.
    """
    visits = _visits(accounts, asked, attendance)
    lines = accounts.lines[accounts.lines["site_id"].isin(visits.index)]
    this = lines[lines["year"] == asked.year]
    current = this[this["cost_nature"].isin(asked.current)]
    kept = visits.loc[sorted(current["site_id"].unique())]
    if kept.empty or not kept["visits"].sum() > 0:
        raise accounts.entry.error(
            "no space has both costs and complete returns", "unit_costs", "year", found=asked.year
        )
    period = str(asked.year)
    recent = lines[lines["year"].between(asked.year - asked.years + 1, asked.year).fillna(False)]
    bought = by_space(recent[recent["cost_nature"] == asked.investment]) / asked.years
    cost = by_space(current).reindex(kept.index, fill_value=0.0)
    investment = bought.reindex(kept.index, fill_value=0.0)
    paid = by_space(this[this["financer"] == payer]).reindex(kept.index, fill_value=0.0)
    for name, spent in (("current", cost), ("with_investment", cost + investment), ("payer", paid)):
        value = ratio(spent.to_numpy(), kept["visits"].to_numpy())
        yield accounts.row("unit_cost", "per_visit", "euro", value, period, domain={"costs": name}, by_space=spent)
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
        yield accounts.row("unit_cost", "per_training_hour", "euro", value, period, domain=domain, by_space=spent)
    yield accounts.row("unit_cost", "spaces", "count", float(len(kept)), period, by_space=cost)


def _declared(lines: pd.DataFrame) -> pd.Series:
    """Return the part of each space's costs that its holder declares for training; lines without a share have none."""
    if "training_share" not in lines:
        return pd.Series(dtype="float64")
    part = pd.to_numeric(lines["training_share"]).astype("float64").fillna(0.0)
    return (lines["amount"] * part).groupby(lines["site_id"]).sum()


def _visits(accounts: Accounts, asked: UnitCosts, attendance: str | None) -> pd.DataFrame:
    """Return visits and visits to workshops (site_id) of spaces whose expected months were all received."""
    returns = read_returns(accounts.context, accounts.entry, attendance, accounts.sites, True)
    year = np.asarray(returns.months.year == asked.year)
    counts, expected = returns.counts[:, year], returns.expected[:, year]
    received = ~np.isnan(counts).all(axis=(2, 3))
    complete = expected.any(axis=1) & (received | ~expected).all(axis=1)
    if asked.training not in returns.activities:
        raise accounts.entry.error(
            "returns know no such activity", "unit_costs", "training", found=asked.training, allowed=returns.activities
        )
    training = counts[..., returns.activities.index(asked.training)]
    table = pd.DataFrame(
        {"visits": np.nansum(counts, axis=(1, 2, 3)), "workshops": np.nansum(training, axis=(1, 2))},
        index=pd.Index(accounts.spaces["site_id"], name="site_id"),
    )
    return table[pd.Series(complete, index=table.index)]
