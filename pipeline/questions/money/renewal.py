"""What it would cost to renew equipment past its age, and who would pay under each rule of aid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline import territory
from pipeline.questions.entry import Strict
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.money.rules import Rule, aid
from pipeline.questions.register import open_at
from pipeline.results import Result


class Renewal(Strict):
    """Renewal at a ``date`` of equipment of ``years`` or more, at a price a post, under declared ``rules``."""

    date: dt.date
    """Day at which the age of equipment is read."""
    price_per_post: float = Field(gt=0)
    """Price of a post."""
    rules: tuple[Rule, ...] = Field(min_length=1)
    """Rules of aid that are compared."""
    years: int = Field(default=5, ge=1)
    """Age from which equipment is renewed, in years."""
    population_year: int | None = None
    """Year of the populations that classes of communes are read in."""


def renewal_rows(accounts: Accounts, asked: Renewal) -> Iterator[Result]:
    """Yield how many spaces and posts are to be renewed, the cost, and aid and remainder under each rule."""
    old = to_renew(accounts, asked)
    period = asked.date.isoformat()

    def row(measure: str, unit: str, value: float, domain: dict[str, object] | None = None) -> Result:
        return accounts.row(
            "renewal", measure, unit, value, period, domain=domain, population="spaces", n=float(len(old))
        )

    cost = old["posts"].to_numpy(np.float64) * asked.price_per_post
    yield row("spaces", "count", float(len(old)))
    yield row("posts", "count", float(old["posts"].sum()))
    yield row("cost", "euro", float(cost.sum()))
    if not len(old):
        return
    inhabitants = old["inhabitants"].to_numpy(np.float64)
    communes = old["communes"].to_numpy(np.int64)
    for rule in asked.rules:
        may = old["labelled"].to_numpy(bool) if rule.labelled_only else np.ones(len(old), dtype=bool)
        all_spaces = aid(rule, cost, inhabitants, communes)
        eligible = aid(rule, cost[may], inhabitants[may], communes[may])
        domain: dict[str, object] = {"rule": rule.name}
        paid = float(all_spaces.aid.sum())
        yield row("aid", "euro", paid, domain)
        yield row("remaining", "euro", float(cost.sum()) - paid, domain)
        yield row("aid_share", "share", paid / float(cost.sum()), domain)
        yield row("capped", "count", float(all_spaces.capped.sum()), domain)
        yield row("eligible", "count", float(may.sum()), domain)
        yield row("aid_payable", "euro", eligible.within_budget, domain)


def to_renew(accounts: Accounts, asked: Renewal) -> pd.DataFrame:
    """Return the open spaces whose equipment is old: posts, labelled, inhabitants of the commune, communes behind."""
    spaces = accounts.spaces
    lacking = [c for c in ("posts", "equipment_year", "commune") if c not in spaces]
    if lacking:
        raise accounts.entry.error("the register lacks what renewal is computed from", "renewal", found=lacking)
    bought = pd.to_numeric(spaces["equipment_year"])
    kept = spaces[open_at(spaces, asked.date) & (bought <= asked.date.year - asked.years) & spaces["posts"].notna()]
    label = pd.to_datetime(kept["label_date"]) if "label_date" in kept else pd.Series(pd.NaT, kept.index)
    return pd.DataFrame(
        {
            "site_id": kept["site_id"],
            "posts": pd.to_numeric(kept["posts"]).astype("float64"),
            "labelled": (label <= pd.Timestamp(asked.date)).to_numpy(),
            "inhabitants": _inhabitants(accounts, kept, asked.population_year or asked.date.year),
            "communes": kept["site_id"].map(_carriers(accounts)).fillna(1).astype("int64"),
        }
    ).reset_index(drop=True)


def _carriers(accounts: Accounts) -> pd.Series:
    """Return how many communes carry the project of each space, from the accounts."""
    if accounts.undivided:
        return pd.Series(dtype="float64")
    return accounts.lines.groupby("site_id")["communes"].max()


def _inhabitants(accounts: Accounts, spaces: pd.DataFrame, year: int) -> pd.Series:
    root, region = accounts.context.evaluation.root, accounts.context.place
    table = territory.population_by_unit(root, region, "commune", None, year).set_index("code")["population"]
    found = spaces["commune"].astype("object").map(table)
    if found.isna().any():
        raise accounts.entry.error(
            "a commune of the register has no population",
            "renewal",
            "population_year",
            found=sorted(spaces.loc[found.isna(), "commune"].astype(str))[:5],
        )
    return found
