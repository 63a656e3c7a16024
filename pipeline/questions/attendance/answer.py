"""How much the spaces are used: visits by year, age band and activity, counted, not estimated.

Monthly returns are exhaustive where they were received; a month without a return is missing, not zero. So sums of what
was received have their coverage beside them, and those completed for what is missing (method ``completed``) their
error; rates are made of completed sums. The evolution compares, space by space, the calendar months received in both
years. Counts of quarters, half-years or (school) years are counted in the same way, with their period for the month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import territory
from pipeline.evaluation.periods import year_name
from pipeline.questions.completion import Completed, Total, complete
from pipeline.questions.context import AREA, Context
from pipeline.questions.entry import Entry
from pipeline.questions.panel import Panel, any_panel
from pipeline.questions.quantities import counted, diagnostic, inhabitants
from pipeline.questions.returns import UNSPLIT, Returns, ReturnsSettings, read_returns
from pipeline.results import Result
from pipeline.results.measure import COUNT, EVOLUTION, SHARE, Measure, Relation
from pipeline.results.quantity import VALUE, Codes, Quantity, ratio, statistic
from pipeline.results.time import ends, from_to
from pipeline.territory import vintages

Floats = NDArray[np.float64]
DOMAINS = ("age_band", "activity")
#: What returns count: visits, and the months of spaces that they were received for.
VISITS: Codes = {"visits": VALUE}
#: Visits in no space: at home, at a distance.
ELSEWHERE: Codes = {"visits_elsewhere": VALUE}
RECEIVED: Codes = {"received": VALUE}
#: Different persons whom sign-ins identify.
PERSONS: Codes = {"persons": VALUE}
LEVEL = 0.95
#: A rate of a year is made of all its months.
MONTHS = 12

#: The kinds of numbers of this question.
MEASURES = (
    COUNT,
    SHARE,
    EVOLUTION,
    Measure("per_space", "mean", ".0", relation=Relation("ratio", "count", "months")),
    Measure("per_inhabitant", "rate", ".2", relation=Relation("ratio", "count", "inhabitants")),
    # of a year that was not collected whole: its first and its last month, or the only one
    Measure("from", "month"),
    Measure("until", "month"),
    Measure("during", "month"),
)


class Settings(ReturnsSettings):
    """Settings of attendance."""

    contrast: tuple[int, int] | None = None
    """Two years whose evolution is told; a school year is named by the year in which it begins."""
    population_years: list[int] | None = None
    """Years with visits per inhabitant, those of the contrast by default; school years have none."""


@dataclass(frozen=True)
class Cells:
    """Visits summed over a set of months: (units, bands, activities) arrays, the region first.

    ``visits`` received, ``received`` and ``expected`` space-months; ``spaces``: visits by space, (spaces, bands,
    activities).
    """

    visits: Floats
    received: Floats
    expected: Floats
    spaces: Floats


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return visits, means, evolution and coverage in the region and in every unit."""
    settings = entry.checked(Settings)
    returns = read_returns(context, entry, settings)
    years = sorted({int(y) for y in returns.months[np.flatnonzero(returns.expected.any(axis=0))].year})
    if settings.contrast is not None:
        unknown = [y for y in settings.contrast if y not in years]
        if unknown:
            raise entry.error("attendance has no month of this year", "contrast", found=unknown, allowed=years)
    panel = any_panel(context, entry, settings)
    whole = complete(panel)
    made = [] if returns.complete else _completed(context, entry, panel, None, whole)
    if len(returns.bands) > 1 and not returns.complete:
        for i, band in enumerate(returns.bands):
            part = panel.of_band(i)
            made += _completed(context, entry, part, band, complete(part))
    for year in years:
        made += _year(context, entry, returns, year)
        made += _collected(context, entry, returns, year)
    if settings.contrast is not None:
        made += _evolution(context, entry, returns, *settings.contrast)
    if context.level != AREA and returns.period != "school-year":
        chosen = settings.population_years
        rates: dict[tuple[object, ...], Result] = {}
        for year in chosen if chosen is not None else list(settings.contrast or ()):
            for row in _per_inhabitant(context, entry, panel, whole, year):
                # one official year may stand for several
                rates.setdefault((row.analysis, row.measure, row.period, row.territory_level, row.territory), row)
        made += rates.values()
    return [*made, *_elsewhere(context, entry, returns), *_persons(context, entry, returns)]


def _elsewhere(context: Context, entry: Entry, returns: Returns) -> Iterator[Result]:
    """Visits that took place in no space (at home, at a distance), by year and place: apart, in no sum of the spaces.

    Contributors are the visits themselves: there is no space that counted them.
    """
    if not (context.ingest / "elsewhere.parquet").is_file():
        return
    table = context.table(context.ingest, "elsewhere")
    table = table.assign(year=table["month"].astype(str).str[:4], place=table["place"].fillna("").astype(str))
    table = table[table["source"] == returns.source]
    for keys in (["year"], ["year", "place"]):
        for cell, visits in table.groupby(keys)["visits"].sum().items():
            facts = dict(zip(keys, cell if isinstance(cell, tuple) else (cell,), strict=True))
            domain = {"place": facts["place"]} if facts.get("place") else {}
            if "place" in facts and not domain:
                continue
            shown = {"period": str(facts["year"]), "domain": domain, "n": float(visits), "contributors": float(visits)}
            row = {"indicator": "elsewhere", "measure": "count", "unit": "count", "estimate": float(visits)}
            yield _row(context, entry, returns, 0, **row, **shown)


def _persons(context: Context, entry: Entry, returns: Returns) -> Iterator[Result]:
    """Different persons over all spaces by year, and the share of visits whose person is known where it is not all.

    Those of each space do not add up: who comes to several counts once in each.
    """
    if not (context.ingest / "active_file.parquet").is_file():
        return
    table = context.table(context.ingest, "active_file")
    whole = table[
        (table["source"] == returns.source) & table["site_id"].isna() & (table["period"].str.len() == len("2006"))
    ]
    for period, persons, visits, unnamed in zip(
        whole["period"], whole["persons"], whole["visits"], whole["visits_without_person"], strict=True
    ):
        n = float(persons)
        row = _row(
            context, entry, returns, 0, indicator="persons", measure="count", population="visitors", unit="count",
            period=str(period), estimate=n, n=n, contributors=n,
        )  # fmt: skip
        yield replace(row, quantity=counted(row, "total", PERSONS))
        if unnamed:
            known = {"indicator": "named", "measure": "share", "unit": "share", "estimate": 1 - unnamed / visits}
            yield diagnostic(
                _row(context, entry, returns, 0, population="records", period=str(period), n=float(visits), **known)
            )


def _summed(returns: Returns, counts: Floats, expected: NDArray[np.bool_]) -> Cells:
    """Sum counts (spaces, months, bands, activities; NaN missing) over months and over the spaces of each unit."""
    spaces = np.nansum(counts, axis=1)
    received = (~np.isnan(counts)).sum(axis=1).astype(np.float64)
    member = returns.membership
    months = (member @ expected.sum(axis=1).astype(np.float64))[:, None, None]
    return Cells(
        np.tensordot(member, spaces, 1),
        np.tensordot(member, received, 1),
        np.broadcast_to(months, (len(member), *spaces.shape[1:])).copy(),
        spaces,
    )


def _slices(returns: Returns) -> Iterator[tuple[dict[str, object], tuple[slice, slice]]]:
    """Yield every domain with the bands and activities it covers."""
    everything = slice(None)
    yield {}, (everything, everything)
    for i, band in enumerate(returns.bands if returns.bands != UNSPLIT else ()):
        yield {"age_band": band}, (slice(i, i + 1), everything)
    for i, activity in enumerate(returns.activities if returns.activities != UNSPLIT else ()):
        yield {"activity": activity}, (everything, slice(i, i + 1))


def _row(context: Context, entry: Entry, returns: Returns, place: int, **values: object) -> Result:
    row = {
        "analysis": entry.name,
        "indicator": "visits",
        "population": "visits",
        **context.where(None if place == 0 else returns.units[place]),
        "inference": "census",
        "confirmatory": entry.confirmatory,
        "source": returns.source,
        **values,
    }
    made = Result(**row)  # type: ignore[arg-type]
    return replace(made, quantity=inhabitants(made) if made.population == "inhabitants" else quantity_of(made))


def quantity_of(row: Result) -> Quantity:
    """Return what a number of attendance counts: visits received, or a ratio of them."""
    cell = {str(name): [code] for name, code in (row.domain or {}).items()}
    if row.indicator == "elsewhere":
        return counted(row, "total", ELSEWHERE, cell)
    if row.measure == "evolution":
        first, last = (replace(row, period=year) for year in ends(row.period))
        return statistic("evolution", *(counted(r, "total", VISITS, cell, "common_months") for r in (last, first)))
    total = counted(row, "total", VISITS, cell, str(row.method or ""))
    received = counted(row, "total", RECEIVED, cell)
    if row.measure == "count":
        return total
    if row.measure == "per_space":
        return ratio(total, counted(row, "total", {"expected": VALUE}) if row.method else received)
    if row.measure == "per_inhabitant":
        return ratio(total, inhabitants(row))
    if row.indicator == "coverage":
        return ratio(received, counted(row, "total", {"expected": VALUE}))
    whole = ratio(*(counted(row, "total", what) for what in (VISITS, RECEIVED)))
    return ratio(ratio(total, received), whole)


def _contributors(returns: Returns, cells: Cells, part: tuple[slice, slice]) -> tuple[Floats, Floats]:
    """Return, by unit, the spaces with visits in a domain and the largest one's share of them."""
    own = cells.spaces[:, part[0], part[1]].sum(axis=(1, 2))
    inside = returns.membership * own
    total = inside.sum(axis=1)
    largest = np.divide(inside.max(axis=1, initial=0.0), total, out=np.full(len(total), np.nan), where=total > 0)
    return (inside > 0).sum(axis=1).astype(np.float64), largest


def _year(context: Context, entry: Entry, returns: Returns, year: int) -> list[Result]:
    inside = np.asarray(returns.months.year == year)
    cells = _summed(returns, returns.counts[:, inside], returns.expected[:, inside])
    with np.errstate(divide="ignore", invalid="ignore"):
        means = cells.visits / cells.received
    whole = np.nansum(means, axis=(1, 2))
    made = []
    for domain, part in _slices(returns):
        visits, received, expected = (
            a[:, part[0], part[1]].sum(axis=(1, 2)) for a in (cells.visits, cells.received, cells.expected)
        )
        mean = means[:, part[0], part[1]].sum(axis=(1, 2))
        contributors, largest = _contributors(returns, cells, part)
        width = cells.visits[0, part[0], part[1]].size
        for u in range(len(returns.units)):
            shared = {
                "period": year_name(year, returns.period),
                "domain": domain,
                "n": received[u] / width,
                "contributors": contributors[u],
                "largest_share": largest[u],
                "coverage": received[u] / expected[u] if expected[u] else np.nan,
            }
            count = visits[u] if received[u] else np.nan
            made.append(_row(context, entry, returns, u, measure="count", unit="count", estimate=count, **shared))
            made.append(_row(context, entry, returns, u, measure="per_space", unit="mean", estimate=mean[u], **shared))
            if domain:
                share = mean[u] / whole[u] if whole[u] else np.nan
                made.append(_row(context, entry, returns, u, measure="share", unit="share", estimate=share, **shared))
            elif not returns.complete:
                made.append(_coverage(context, entry, returns, u, shared))
    return made


def _collected(context: Context, entry: Entry, returns: Returns, year: int) -> Iterator[Result]:
    """Yield from which month until which a year was counted, where that is not all of it."""
    inside = np.asarray(returns.months.year == year)
    months = returns.months[inside].asfreq("M", how="START").month
    if len(months) * returns.length == MONTHS:
        return
    first, last = int(months[0]), int(months[-1]) + returns.length - 1
    told = {"during": first} if first == last else {"from": first, "until": last}
    facts = {"unit": "month", "period": str(year), "population": "records", "n": float(inside.sum())}
    for place in range(len(returns.units)):
        for measure, month in told.items():
            row = {"indicator": "collected", "measure": measure, "estimate": float(month), **facts}
            yield diagnostic(_row(context, entry, returns, place, **row))


def _coverage(context: Context, entry: Entry, returns: Returns, place: int, shared: dict[str, object]) -> Result:
    facts = {k: shared[k] for k in ("period", "n", "contributors", "coverage")}
    return _row(
        context,
        entry,
        returns,
        place,
        indicator="coverage",
        measure="share",
        population="spaces",
        unit="share",
        estimate=shared["coverage"],
        **facts,
    )


def _evolution(context: Context, entry: Entry, returns: Returns, first: int, last: int) -> list[Result]:
    """Compare two years over the months of the same calendar and space that both received."""
    counts = [returns.counts[:, np.asarray(returns.months.year == y)] for y in (first, last)]
    months = [returns.months[returns.months.year == y].month for y in (first, last)]
    common = sorted(set(months[0]) & set(months[1]))
    old, new = (c[:, [list(m).index(k) for k in common]] for c, m in zip(counts, months, strict=True))
    expected = np.logical_and(
        *(
            returns.expected[:, np.asarray((returns.months.year == y) & np.isin(returns.months.month, common))]
            for y in (first, last)
        )
    )
    both = ~np.isnan(old) & ~np.isnan(new)
    before = _summed(returns, np.where(both, old, np.nan), expected)
    after = _summed(returns, np.where(both, new, np.nan), expected)
    made = []
    for domain, part in _slices(returns):
        sums = [c.visits[:, part[0], part[1]].sum(axis=(1, 2)) for c in (before, after)]
        received, planned = (a[:, part[0], part[1]].sum(axis=(1, 2)) for a in (before.received, before.expected))
        spaces = np.minimum(*(_contributors(returns, c, part)[0] for c in (before, after)))
        largest = np.fmax(*(_contributors(returns, c, part)[1] for c in (before, after)))
        width = before.visits[0, part[0], part[1]].size
        for u in range(len(returns.units)):
            made.append(
                _row(
                    context,
                    entry,
                    returns,
                    u,
                    measure="evolution",
                    unit="ratio",
                    period=from_to(*(year_name(y, returns.period) for y in (first, last))),
                    domain=domain,
                    estimate=sums[1][u] / sums[0][u] - 1 if sums[0][u] else np.nan,
                    n=received[u] / width,
                    contributors=spaces[u],
                    largest_share=largest[u],
                    coverage=received[u] / planned[u] if planned[u] else np.nan,
                )
            )
    return made


def _completed(context: Context, entry: Entry, panel: Panel, band: str | None, whole: Completed) -> list[Result]:
    """Return yearly visits completed for missing returns, and their mean by space and month open.

    All ages in the region and in every unit, each age band in the region.
    """
    made = []
    domain: dict[str, object] = {} if band is None else {"age_band": band}
    places = range(len(panel.returns.units)) if band is None else range(1)
    for year in sorted(set(panel.months.year)):
        inside = np.asarray(panel.months.year == year)
        for u in places:
            opened = float(panel.returns.membership[u] @ panel.open[:, inside].sum(axis=1))
            if not opened:
                continue
            facts: dict[str, Any] = {"period": year_name(year, panel.returns.period), "domain": domain}
            made.append(_sum(context, entry, panel, whole, u, inside, measure="count", unit="count", **facts))
            if band is None:
                facts |= {"measure": "per_space", "unit": "mean"}
                made.append(_sum(context, entry, panel, whole, u, inside, opened, **facts))
    return made


def _sum(
    context: Context, entry: Entry, panel: Panel, whole: Completed, place: int, inside: NDArray[np.bool_],
    by: float = 1.0, **values: Any,
) -> Result:  # fmt: skip
    """Return visits of a unit in some months, completed, over a number known without error."""
    member = panel.returns.membership[place]
    total: Total = whole.total(member, inside)
    known = (~np.isnan(panel.visits[:, inside])).sum(axis=1)
    own = member * whole.visits[:, inside].sum(axis=1)
    exact = total.se == 0
    nothing = not total.received and not exact and not (member @ known)
    return _row(
        context,
        entry,
        panel.returns,
        place,
        method="completed",
        inference="census" if exact else "model",
        estimate=np.nan if nothing else total.estimate / by,
        se=np.nan if exact or nothing else total.se / by,
        lower=np.nan if exact or nothing else total.lower / by,
        upper=np.nan if exact or nothing else total.upper / by,
        level=np.nan if exact or nothing else LEVEL,
        n=float(member @ known),
        contributors=float((own > 0).sum()),
        largest_share=float(own.max() / total.estimate) if total.estimate > 0 else np.nan,
        coverage=_covered(panel, place, inside),
        **values,
    )


def _covered(panel: Panel, place: int, inside: NDArray[np.bool_]) -> float:
    """Return the share of the returns that open spaces owed, each for the part that was received."""
    member = panel.returns.membership[place]
    part = np.where(panel.open[:, inside], np.nan_to_num(panel.part[:, inside]), 0.0)
    return float(member @ part.sum(axis=1)) / max(float(member @ panel.open[:, inside].sum(axis=1)), 1.0)


def _per_inhabitant(context: Context, entry: Entry, panel: Panel, whole: Completed, year: int) -> list[Result]:
    """Divide the visits of a year, completed for missing returns, by its inhabitants.

    A year of which some months lie outside the collection has no such rate: a rate of eight months is not one of a
    year.
    """
    population, rests_on = context.population(year)
    inside = np.asarray(panel.months.year == year)
    if not inside.any():
        raise entry.error(
            "attendance has no month of this year",
            "population_years",
            found=year,
            allowed=sorted(set(panel.months.year)),
        )
    made = []
    for u, code in enumerate(panel.returns.units):
        people = population.get("region" if u == 0 else code)
        if people is None or pd.isna(people):
            continue
        vintage = vintages.together(context.boundaries, rests_on) if u else context.nearest_year(year)
        shared = {"period": str(year), "boundaries": vintage}
        told = {"measure": "count", "population": "inhabitants", "unit": "count", "source": "population"}
        # inhabitants are told in the year whose population it is, the nearest official one
        held = territory.year_of_region(context.evaluation.root, context.place, year)
        about = {"analysis": "territory", "indicator": "population", **told, **shared, "period": str(held)}
        made.append(_row(context, entry, panel.returns, u, estimate=float(people), **about))
        if inside.sum() * panel.returns.length == MONTHS:
            rate: dict[str, Any] = {"measure": "per_inhabitant", "unit": "rate", **shared}
            made.append(_sum(context, entry, panel, whole, u, inside, float(people), **rate))
    return made
