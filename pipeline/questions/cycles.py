"""Cycles of workshops counted by year and territory: cycles, places, enrolments, fill rate, trainee hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.instrument import Role
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.quantities import counted
from pipeline.results import Result
from pipeline.results.quantity import VALUE, Quantity, ratio

_ROLES: tuple[Role, ...] = ("starts", "theme", "places", "enrolled", "training_hours")
_NEEDED = ("starts", "places", "enrolled", "training_hours")
#: Indicator -> column of sums that it tells.
_TOTALS = {"cycles": "cycles", "places": "places", "enrolled": "enrolled", "hours": "training_hours"}


@dataclass(frozen=True)
class Cycles:
    """Clean cycles of one source: site_id, the unit of territory, year, and the columns of `_ROLES`.

    ``filled`` and ``offered`` are enrolments and places where both are known; ``cycles`` is one.
    """

    table: pd.DataFrame
    source: str


def read_cycles(context: Context, entry: Entry, source: str | None, years: Sequence[int]) -> Cycles:
    """Return the cycles of the first source of workshops, or of the one named.

    Raises
    ------
    AnalyseError
        When there is none, its instrument lacks a question, or a year has no cycle.
    """
    found = [s.name for s in context.evaluation.sources("workshops") if source in (None, s.name)]
    if not found:
        listed = [s.name for s in context.evaluation.sources("enrolments")]
        raise entry.no_source(
            context.evaluation, "workshops", "source", source,
            f"a list of enrolments alone ('{listed[0]}') has no workshops: declared as records, `question: records`"
            " tells what it counts" if listed else "",
        )  # fmt: skip
    table = context.by_role(found[0], _ROLES, ("site_id", context.level))
    lacking = [c for c in _NEEDED if c not in table]
    if lacking:
        raise entry.no_roles(context.evaluation, found[0], lacking)
    numbers = {c: pd.to_numeric(table[c]).astype("float64") for c in _NEEDED[1:]}
    known = numbers["places"].notna() & numbers["enrolled"].notna()
    table = table.assign(
        year=pd.to_datetime(table["starts"]).dt.year,
        cycles=1.0,
        filled=numbers["enrolled"].where(known),
        offered=numbers["places"].where(known),
        **numbers,
    )
    empty = [y for y in years if not (table["year"] == y).any()]
    if empty:
        raise entry.error("no cycle of workshops started in this year", "years", found=empty)
    return Cycles(table, found[0])


def trainee_hours(cycles: Cycles, year: int) -> pd.Series:
    """Return the trainee hours of every space in a year (index site_id)."""
    inside = cycles.table[cycles.table["year"] == year]
    return inside.groupby("site_id")["training_hours"].sum()


def cycle_rows(
    context: Context, entry: Entry, cycles: Cycles, years: Sequence[int], contrast: tuple[int, int] | None
) -> Iterator[Result]:
    """Yield counts and rates of the region, of its units and of its themes in every year, and the change of the region.

    A rate divides sums over the cycles where both numbers are known.
    """
    level, table = context.level, cycles.table
    columns = [*_TOTALS.values(), "filled", "offered"]
    units = table[["site_id", level]].drop_duplicates("site_id") if level in table else None
    by_site = table.groupby(["year", "site_id"], as_index=False)[columns].sum()
    by_theme = table.groupby(["year", "theme", "site_id"], as_index=False)[columns].sum() if "theme" in table else None
    if units is not None:
        by_site = by_site.merge(units, on="site_id")
    for year in years:
        inside = by_site[by_site["year"] == year]
        yield from _counted(context, entry, cycles.source, inside, str(year))
        if units is not None:
            for unit, part in inside.dropna(subset=[level]).groupby(level):
                yield from _counted(context, entry, cycles.source, part, str(year), place=str(unit))
        if by_theme is not None:
            for theme, part in by_theme[by_theme["year"] == year].groupby("theme"):
                yield from _counted(context, entry, cycles.source, part, str(year), domain={"theme": theme})
    if contrast:
        old, new = (by_site[by_site["year"] == y].set_index("site_id") for y in contrast)
        yield from _changed(context, entry, cycles.source, old, new, f"{contrast[0]}..{contrast[1]}")


def _counted(
    context: Context,
    entry: Entry,
    source: str,
    spaces: pd.DataFrame,
    year: str,
    *,
    place: str | None = None,
    domain: Mapping[str, object] | None = None,
) -> Iterator[Result]:
    """Yield what the spaces of one table, one row each, add up to."""

    def row(indicator: str, measure: str, unit: str, value: float, by_space: pd.Series) -> Result:
        return _row(context, entry, source, indicator, measure, unit, value, year, by_space, place, domain)

    def total(made: Result, column: str) -> Quantity:
        return counted(made, "total", {column: VALUE}, {name: [code] for name, code in (domain or {}).items()})

    for indicator, column in _TOTALS.items():
        made = row(indicator, "count", "count", float(spaces[column].sum()), spaces[column])
        yield replace(made, quantity=total(made, column))
    made = row("spaces", "count", "count", float(len(spaces)), spaces["cycles"])
    yield replace(made, quantity=total(made, "spaces"))
    made = row("fill", "rate", "rate", _fill(spaces), spaces["offered"])
    yield replace(made, quantity=ratio(total(made, "filled"), total(made, "offered")))


def _fill(spaces: pd.DataFrame) -> float:
    offered = float(spaces["offered"].sum())
    return float(spaces["filled"].sum()) / offered if offered else np.nan


def _changed(
    context: Context, entry: Entry, source: str, old: pd.DataFrame, new: pd.DataFrame, period: str
) -> Iterator[Result]:
    """Yield the change of trainee hours in the spaces that held workshops in both years, and of the fill rate."""
    both = old.index.intersection(new.index)
    hours = old.loc[both, "training_hours"]
    before, after = float(hours.sum()), float(new.loc[both, "training_hours"].sum())
    value = after / before - 1 if before else np.nan
    yield _row(context, entry, source, "hours", "evolution", "ratio", value, period, hours)
    shift = 100 * (_fill(new) - _fill(old))
    yield _row(context, entry, source, "fill", "shift", "point", shift, period, new["offered"])


def _row(
    context: Context,
    entry: Entry,
    source: str,
    indicator: str,
    measure: str,
    unit: str,
    value: float,
    period: str,
    by_space: pd.Series,
    place: str | None = None,
    domain: Mapping[str, object] | None = None,
) -> Result:
    known = by_space[by_space > 0].to_numpy(np.float64)
    return Result(
        analysis=entry.name,
        indicator=indicator,
        measure=measure,
        population="workshops",
        **context.where(place),
        unit=unit,
        inference="census",
        estimate=value,
        period=period,
        domain=domain,
        n=float(len(known)),
        contributors=float(len(known)),
        largest_share=float(known.max() / known.sum()) if len(known) else np.nan,
        confirmatory=entry.confirmatory,
        source=source,
    )
