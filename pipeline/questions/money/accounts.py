"""The accounts as the other parts read them: clean lines of costs beside the register, and how a number is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.evaluation.declared import SourceKind
from pipeline.instrument import Role
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.money.unit_costs import largest_share
from pipeline.questions.quantities import modelled
from pipeline.results import Result
from pipeline.results.quantity import Quantity
from pipeline.results.time import years

_COLUMNS: tuple[Role, ...] = ("year", "cost_nature", "financer", "amount", "training_share", "communes")
#: Roles that one question of a register has; facilitators and equipment of earlier years keep their own names.
_SINGLE: tuple[Role, ...] = ("opened", "closed", "label_date", "posts", "equipment_year", "commune")
#: What the amounts of a table are: what was spent, what financers granted, what was received of users or customers.
Amounts = Literal["expenditure", "funding", "receipts"]
#: What their totals are called in results.
_TOTALS: Mapping[Amounts, str] = {"expenditure": "spending", "funding": "funding", "receipts": "receipts"}
#: Roles without which amounts cannot be told.
_NEEDED: Mapping[Amounts, tuple[Role, ...]] = {
    "expenditure": ("year", "cost_nature", "financer", "amount"),
    "funding": ("year", "financer", "amount"),
    "receipts": ("year", "amount"),
}


@dataclass(frozen=True)
class Accounts:
    """Lines of an account (site_id, year, cost_nature, financer, amount, training_share, communes) and the register.

    ``amounts``: what the lines are, expenditure, funding or receipts.
    """

    context: Context
    entry: Entry
    lines: pd.DataFrame
    spaces: pd.DataFrame
    source: str
    sites: str
    amounts: Amounts = "expenditure"

    @property
    def total(self) -> str:
        """Return the indicator of the whole of the lines."""
        return _TOTALS[self.amounts]

    @property
    def cuts(self) -> list[str]:
        """Return the columns by which the lines can be told apart."""
        return [name for name in ("financer", "cost_nature") if name in self.lines]

    @property
    def undivided(self) -> bool:
        """Return whether the lines name no space."""
        return "site_id" not in self.lines

    @property
    def financers(self) -> list[str]:
        """Return the financers of the lines, in order."""
        return sorted(self.lines["financer"].dropna().astype(str).unique()) if "financer" in self.lines else []

    def open_in(self, period: str, place: str | None) -> float:
        """Return how many spaces of the register, or of a unit, were open at some time of the years.

        None where there is no register: no space stands behind the accounts of a programme without spaces.
        """
        if self.spaces.empty:
            return 0.0
        covered = years(period)
        first, last = pd.Timestamp(covered[0], 1, 1), pd.Timestamp(covered[-1], 12, 31)
        held = self.spaces if place is None else self.spaces[self.spaces[self.context.level] == place]
        opened = held["opened"].isna() | (pd.to_datetime(held["opened"]) <= last)
        closed = held["closed"].notna() & (pd.to_datetime(held["closed"]) < first)
        return float((opened & ~closed).sum())

    def row(
        self,
        indicator: str,
        measure: str,
        unit: str,
        value: float,
        period: str,
        *,
        domain: Mapping[str, object] | None = None,
        by_space: pd.Series | None = None,
        population: str = "",
        n: float = np.nan,
        place: str | None = None,
        coverage: float = np.nan,
        quantity: Callable[[Result], Quantity] | None = None,
    ) -> Result:
        """Return one number; ``by_space`` holds the amount of each space behind it (contributors and dominance).

        Accounts that name no space are those of the programme as a whole: the spaces open in the period stand behind
        them, and no space's part is known.

        ``quantity``: what a row counts, a statistic of the entry's own settings by default.
        """
        if self.undivided and by_space is not None:
            by_space, n = None, self.open_in(period, place)
        known = by_space[by_space > 0].to_numpy(np.float64) if by_space is not None else None
        row = Result(
            analysis=self.entry.name,
            indicator=indicator,
            measure=measure,
            population=population or self.amounts,
            **self.context.where(place),
            unit=unit,
            inference="census",
            estimate=value,
            period=period,
            domain=domain,
            n=float(len(known)) if known is not None else n,
            contributors=float(len(known)) if known is not None else n,
            largest_share=largest_share(known) if known is not None else np.nan,
            coverage=coverage,
            confirmatory=self.entry.confirmatory,
            source=self.sites if population else self.source,
        )
        return modelled(self.entry, row) if quantity is None else replace(row, quantity=quantity(row))


def read_accounts(
    context: Context, entry: Entry, source: str | None, sites: str | None, amounts: Amounts | None = None
) -> Accounts:
    """Return the accounts of an evaluation.

    ``amounts``: what they are; where nothing says it, expenditure if the lines have natures of expenditure, else
    funding.

    Raises
    ------
    AnalyseError
        When a source of costs is missing, or one of its columns; or the register of the spaces that the costs name.
    """
    found = _named(context, "costs", source)
    if found is None:
        raise entry.no_source(context.evaluation, "costs", "source", source)
    lines = context.by_role(found, _COLUMNS, ("site_id", context.level))
    amounts = amounts or ("expenditure" if "cost_nature" in lines else "funding")
    lacking = [c for c in _NEEDED[amounts] if c not in lines]
    if lacking:
        raise entry.no_roles(
            context.evaluation,
            found,
            lacking,
            "amounts",
            action="declare the role of their columns in the instrument, or say with `amounts` what the lines are:"
            " expenditure (by year, nature and financer), funding (by year and financer), receipts (by year)",
        )
    communes = pd.to_numeric(lines["communes"]).fillna(1) if "communes" in lines else 1
    lines = lines.assign(
        year=pd.to_numeric(lines["year"]).astype("Int64"),
        amount=pd.to_numeric(lines["amount"]).astype("float64"),
        communes=communes,
    )
    listed = _named(context, "sites", sites)
    if listed is None and (sites is not None or "site_id" in lines):
        raise entry.no_source(context.evaluation, "sites", "sites", sites)
    register = pd.DataFrame(columns=["site_id"]) if listed is None else _register(context, listed)
    for day in ("opened", "closed"):
        if day not in register:
            register[day] = pd.NaT
    return Accounts(context, entry, lines, register, found, listed or found, amounts)


def _named(context: Context, kind: SourceKind, name: str | None) -> str | None:
    return next((s.name for s in context.evaluation.sources(kind) if name in (None, s.name)), None)


def _register(context: Context, sites: str) -> pd.DataFrame:
    roles = {q.name: str(q.role) for q in context.instrument(sites).all_by_role(*_SINGLE)}
    return context.clean(sites, _register_columns(context, sites)).rename(columns=roles)


def _register_columns(context: Context, sites: str) -> list[str]:
    return ["site_id", context.level, *(q.name for q in context.instrument(sites).questions)]
