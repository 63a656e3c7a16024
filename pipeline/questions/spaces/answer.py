"""The spaces and their means: a census of the register at given dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.instrument import Role
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.quantities import counted
from pipeline.questions.register import open_at
from pipeline.results import Result
from pipeline.results.measure import COUNT, MEAN, SHARE
from pipeline.results.quantity import ANSWERED, VALUE, Codes

#: The kinds of numbers of this question.
MEASURES = (COUNT, MEAN, SHARE)


class Settings(Strict):
    """Settings of the census of spaces."""

    dates: list[dt.date] = Field(min_length=1)
    """Days of the census, in order."""
    equipment_years: int = Field(default=5, ge=1)
    """Age from which equipment is old, in years."""
    yearly: tuple[str, ...] = ("broadband", "facilitator")
    """Questions of the register known by year (`broadband` stands for broadband_2003, broadband_2006...)."""
    sites: str | None = None
    """Source of kind sites, where there are several."""


@dataclass(frozen=True)
class Fact:
    """One number of the census: the sum or the mean of (spaces,) values, missing where unknown or not open.

    ``what`` is counted or summed, ``among`` the spaces with these codes.
    """

    indicator: str
    measure: str
    unit: str
    values: pd.Series
    what: Codes
    among: Codes
    domain: dict[str, object] = field(default_factory=dict)
    region_only: bool = False


#: Questions about the facilitator, an identifiable employee where a space has one: told for the region only.
_REGION_ONLY = ("facilitator",)
_ROLES: tuple[Role, ...] = ("opened", "closed", "label", "label_date", "posts", "hours", "equipment_year", "site_type")


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return how many spaces are open, opened, closed and labelled, and their means, at each date."""
    settings = entry.checked(Settings)
    registers = [s.name for s in context.evaluation.sources("sites") if settings.sites in (None, s.name)]
    if not registers:
        raise entry.no_source(context.evaluation, "sites", "sites", settings.sites)
    dates = sorted(settings.dates)
    by_year = [f"{name}_{d.year}" for d in dates for name in (*settings.yearly, "equipment_year")]
    sites = context.by_role(registers[0], _ROLES, ("site_id", context.level, *by_year))
    # a register without these columns tells of no opening or closing, not even that there was none
    untold = [column for column in ("opened", "closed") if column not in sites]
    for column in untold:
        sites[column] = pd.NaT
    made: list[Result] = []
    for previous, date in zip([None, *dates], dates, strict=False):
        facts = [f for f in _facts(sites, previous, date, date == dates[-1], settings) if f.indicator not in untold]
        is_open = open_at(sites, date)
        everywhere = pd.Series(context.region, index=sites.index)
        made += _results(context, entry, facts, is_open, everywhere, "region", date, registers[0])
        if context.level in sites:
            local = [f for f in facts if not f.region_only]
            made += _results(context, entry, local, is_open, sites[context.level], context.level, date, registers[0])
    return made


def _between(dates: pd.Series, previous: dt.date | None, date: dt.date) -> pd.Series:
    """Return whether a date falls up to ``date``, after ``previous`` when there is one."""
    when = pd.to_datetime(dates)
    inside = when <= pd.Timestamp(date)
    return inside if previous is None else inside & (when > pd.Timestamp(previous))


def _facts(
    sites: pd.DataFrame, previous: dt.date | None, date: dt.date, latest: bool, settings: Settings
) -> Iterator[Fact]:
    """Yield the facts of one date.

    Opened and closed count since the previous date (the first date has none); labelled counts among the open
    spaces. The register knows posts and hours as they are at the last date only.
    """
    is_open = open_at(sites, date)

    def since(event: str) -> tuple[Codes, Codes]:
        return {event: [1]}, {f"{event}~since": [previous]}

    yield Fact("open", "count", "count", is_open, {"open": [1]}, {})
    if sites["opened"].isna().all():
        # those that the register holds, of which it does not say since when
        yield Fact("undated", "count", "count", is_open, {"open": [1]}, {})
    if previous is not None:
        yield Fact("opened", "count", "count", _between(sites["opened"], previous, date), *since("opened"))
        yield Fact("closed", "count", "count", _between(sites["closed"], previous, date), *since("closed"))
    if "label_date" in sites:
        labelled = is_open & _between(sites["label_date"], None, date)
        yield Fact("labelled", "count", "count", labelled, {"label": [1]}, {"open": [1]})
    if latest and "posts" in sites:
        posts = pd.to_numeric(sites["posts"]).where(is_open)
        yield Fact("posts", "count", "count", posts, {"posts": VALUE}, {"open": [1]})
        yield Fact("posts", "mean", "mean", posts, {"posts": VALUE}, {"open": [1], "posts": ANSWERED})
    if latest and "hours" in sites:
        hours = pd.to_numeric(sites["hours"]).where(is_open)
        yield Fact("hours", "mean", "mean", hours, {"hours": VALUE}, {"open": [1], "hours": ANSWERED})
    column = "equipment_year" if latest else f"equipment_year_{date.year}"
    if column in sites:
        bought = pd.to_numeric(sites[column]).where(is_open)
        old = (bought <= date.year - settings.equipment_years).astype("float64").where(bought.notna())
        bought_by = f"<={date.year - settings.equipment_years}"
        among = {"open": [1], "equipment_year": ANSWERED}
        name = f"equipment_over_{settings.equipment_years}"
        yield Fact(name, "share", "share", old, {"equipment_year": [bought_by]}, among)
    for name, column in [("site_type", "site_type"), *((n, f"{n}_{date.year}") for n in settings.yearly)]:
        if column in sites:
            known = sites[column].where(is_open)
            for code in sorted(sites[column].dropna().astype(str).unique()):
                share = (known.astype(str) == code).astype("float64").where(known.notna())
                among = {"open": [1], name: ANSWERED}
                yield Fact(name, "share", "share", share, {name: [code]}, among, {name: code}, name in _REGION_ONLY)


def _results(
    context: Context,
    entry: Entry,
    facts: list[Fact],
    is_open: pd.Series,
    units: pd.Series,
    level: str,
    date: dt.date,
    source: str,
) -> list[Result]:
    values = pd.DataFrame({i: f.values.to_numpy(np.float64, na_value=np.nan) for i, f in enumerate(facts)})
    by = units.to_numpy(dtype=object)
    sums, known = (getattr(values.groupby(by), how)() for how in ("sum", "count"))
    opened = is_open.astype("float64").groupby(by).sum()
    summed = {f.indicator for f in facts if f.measure == "count"}
    made = []
    for code in sums.index:
        for i, f in enumerate(facts):
            stock = f.values.dtype == bool
            n = opened[code] if stock else known.at[code, i]
            total = sums.at[code, i]
            if n == 1 and f.measure == "mean" and f.indicator in summed:
                # the mean of one space is its number, which is told already
                continue
            mean = total / n if n else np.nan
            row = Result(
                analysis=entry.name,
                indicator=f.indicator,
                measure=f.measure,
                population="spaces",
                territory_level=level,
                territory=str(code),
                unit=f.unit,
                inference="census",
                estimate=float(total if f.measure == "count" else mean),
                period=date.isoformat(),
                domain=f.domain,
                boundaries=None if level == "region" else context.boundaries,
                n=float(n),
                contributors=float(n),
                coverage=float(known.at[code, i] / opened[code]) if not stock and opened[code] else np.nan,
                confirmatory=entry.confirmatory,
                source=source,
            )
            stat = "total" if f.measure == "count" else f.measure
            made.append(replace(row, quantity=counted(row, stat, f.what, f.among)))
    return made
