"""Who paid or granted what, over the period, by year and territory; over inhabitants of a stated year; leverage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd
from pydantic import Field, model_validator

from pipeline import territory
from pipeline.questions.entry import Strict
from pipeline.questions.money.accounts import Accounts
from pipeline.questions.quantities import counted, inhabitants
from pipeline.results import Result
from pipeline.results.quantity import VALUE, Codes, Quantity, ratio


class PerInhabitant(Strict):
    """Payments of ``financer`` (all without it), ``start`` to ``end``, over the inhabitants of ``population_year``."""

    start: int
    """First year of the payments."""
    end: int
    """Last year of the payments."""
    population_year: int
    """Year of the populations."""
    financer: str | None = Field(default=None)
    """Who pays; all financers without it."""

    @model_validator(mode="after")
    def _ordered(self) -> PerInhabitant:
        if self.end < self.start:
            raise ValueError("a cost per inhabitant ends before it starts")
        return self


def spending_rows(
    accounts: Accounts,
    period: tuple[int, int],
    payer: str,
    holders: str,
    investment: str,
    per_inhabitant: Sequence[PerInhabitant],
) -> Iterator[Result]:
    """Yield amounts by financer and nature, what is left to the holders, leverage, cost per inhabitant."""
    lines = accounts.lines[accounts.lines["year"].between(*period).fillna(False)]
    span = told(period)
    cuts = {name: sorted(lines[name].dropna().astype(str).unique()) for name in accounts.cuts}
    yield from _amounts(accounts, lines, span, None, cuts)
    yield from _shares(accounts, lines, span)
    spent = accounts.amounts == "expenditure"
    if spent:
        yield from _remaining(accounts, lines[lines["cost_nature"] == investment], span, holders, payer, investment)
    if accounts.amounts != "receipts" and payer in cuts.get("financer", ()):
        yield from _leverage(accounts, lines, span, payer)
    # a financer of the period that gave nothing in a year gave nought: its year is not unknown
    yearly = {name: cuts[name] for name in ("financer",) if name in cuts}
    for year, part in lines.groupby("year") if period[0] < period[1] else ():
        yield from _amounts(accounts, part, str(year), None, yearly)
    level = accounts.context.level
    if spent and level in lines:
        for unit, part in lines.dropna(subset=[level]).groupby(level):
            yield from _territory(accounts, part, span, str(unit), payer)
    for asked in per_inhabitant:
        yield from _per_inhabitant(accounts, asked)


def told(period: tuple[int, int]) -> str:
    """Return the years of an account as results say them: one year alone is that year."""
    return str(period[0]) if period[0] == period[1] else f"{period[0]}..{period[1]}"


def running_rows(accounts: Accounts, period: tuple[int, int], current: Sequence[str]) -> Iterator[Result]:
    """Yield the running costs of a period, those of the natures ``current``, and the share of each nature in them."""
    lines = accounts.lines[accounts.lines["year"].between(*period).fillna(False)]
    lines = lines[lines["cost_nature"].isin(current)]
    span, all_of_them = told(period), by_space(lines)
    among: Codes = {"cost_nature": sorted(current)}
    total = float(all_of_them.sum())
    yield accounts.row("running", "amount", "euro", total, span, by_space=all_of_them, quantity=spent_by(among))
    for code, part in lines.groupby("cost_nature"):
        own = by_space(part)
        share, domain = float(own.sum()) / total if total else float("nan"), {"cost_nature": code}
        quantity = part_of({"cost_nature": [code]}, among)
        yield accounts.row("running", "share", "share", share, span, domain=domain, by_space=own, quantity=quantity)


def by_space(lines: pd.DataFrame) -> pd.Series:
    """Return the amount of each space; one amount where the accounts name no space."""
    if "site_id" not in lines:
        return pd.Series([float(lines["amount"].sum())])
    return lines.groupby("site_id")["amount"].sum()


def spent_by(cell: Codes | None = None) -> Callable[[Result], Quantity]:
    """Return the amount spent, by the codes of a cell."""
    return lambda row: counted(row, "total", {"amount": VALUE}, cell)


def part_of(cell: Codes, among: Codes | None = None) -> Callable[[Result], Quantity]:
    """Return the share that a cell has in what was spent among others."""
    return lambda row: ratio(spent_by(cell)(row), spent_by(among)(row))


def _amounts(
    accounts: Accounts, lines: pd.DataFrame, period: str, place: str | None, cuts: Mapping[str, Sequence[str]]
) -> Iterator[Result]:
    spent = by_space(lines)
    yield accounts.row(
        accounts.total, "amount", "euro", float(spent.sum()), period, by_space=spent, place=place, quantity=spent_by()
    )
    for name, codes in cuts.items():
        for code in codes:
            own = by_space(lines[(lines[name] == code).fillna(False)])
            yield accounts.row(
                accounts.total,
                "amount",
                "euro",
                float(own.sum()),
                period,
                domain={name: code},
                by_space=own,
                place=place,
                quantity=spent_by({name: [code]}),
            )


def _territory(accounts: Accounts, lines: pd.DataFrame, period: str, place: str, payer: str) -> Iterator[Result]:
    """Yield what was spent in a unit and what the payer gave; the other financers are told for the region only."""
    yield from _amounts(accounts, lines, period, place, {})
    own = by_space(lines[lines["financer"] == payer])
    paid, quantity = float(own.sum()), spent_by({"financer": [payer]})
    yield accounts.row("aid_all", "amount", "euro", paid, period, by_space=own, place=place, quantity=quantity)


def _shares(accounts: Accounts, lines: pd.DataFrame, period: str) -> Iterator[Result]:
    total = float(lines["amount"].sum())
    for name in accounts.cuts:
        for code, part in lines.groupby(name):
            own = by_space(part)
            share = float(own.sum()) / total if total else float("nan")
            yield accounts.row(
                accounts.total,
                "share",
                "share",
                share,
                period,
                domain={name: code},
                by_space=own,
                quantity=part_of({name: [code]}),
            )


def _remaining(
    accounts: Accounts, lines: pd.DataFrame, period: str, holders: str, payer: str, investment: str
) -> Iterator[Result]:
    """Yield the share of investment left to the holders, and that of the payer; what it pays as holder is its own."""
    total = float(lines["amount"].sum())
    if not total:
        return  # nothing was invested: no share of it is lacking
    parts = ((payer, "own"),) if holders == payer else ((holders, "remaining"), (payer, "aid"))
    for code, indicator in parts:
        own = by_space(lines[lines["financer"] == code])
        share = float(own.sum()) / total if total else float("nan")
        cell: Codes = {"cost_nature": [investment], "financer": [code]}
        among: Codes = {"cost_nature": [investment]}
        yield accounts.row(indicator, "amount", "euro", float(own.sum()), period, by_space=own, quantity=spent_by(cell))
        yield accounts.row(indicator, "share", "share", share, period, by_space=own, quantity=part_of(cell, among))


def _leverage(accounts: Accounts, lines: pd.DataFrame, period: str, payer: str) -> Iterator[Result]:
    """Yield the euros of the other financers for one euro of the payer."""
    own = float(lines.loc[lines["financer"] == payer, "amount"].sum())
    rest = lines[lines["financer"] != payer]
    value = float(rest["amount"].sum()) / own if own else float("nan")
    yield accounts.row("leverage", "euros", "euro", value, period, by_space=by_space(lines))


def _per_inhabitant(accounts: Accounts, asked: PerInhabitant) -> Iterator[Result]:
    context = accounts.context
    lines = accounts.lines[accounts.lines["year"].between(asked.start, asked.end).fillna(False)]
    if asked.financer:
        lines = lines[lines["financer"] == asked.financer]
    spent = by_space(lines)
    people = territory.region_population(context.evaluation.root, context.place, asked.population_year)
    held = territory.year_of_region(context.evaluation.root, context.place, asked.population_year)
    domain = {"population_year": held} | ({"financer": asked.financer} if asked.financer else {})
    payer: Codes = {"financer": [asked.financer]} if asked.financer else {}
    yield accounts.row(
        accounts.total,
        "per_inhabitant",
        "euro",
        float(spent.sum()) / people,
        told((asked.start, asked.end)),
        domain=domain,
        by_space=spent,
        quantity=lambda row: ratio(spent_by(payer)(row), inhabitants(row, year=held)),
    )
