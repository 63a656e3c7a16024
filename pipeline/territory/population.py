"""Inhabitants by unit, year, sex and age band."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.reference import check_level, load_communes, needed_vintage, read_table

# Required beside every figure whose denominator is an allocated population.
ALLOCATION_NOTE_FR = "population de l'année répartie selon la population communale 2023"
OLDEST_LIMIT = 95


def age_bands(lower_limits: Sequence[int]) -> list[str]:
    """Return the labels of the bands that start at these ages: [15, 25, 60] gives 15-24, 25-59, 60+.

    Raises
    ------
    TerritoryError
        If the limits do not increase or cut a five-year band of the official estimates.
    """
    limits = [int(limit) for limit in lower_limits]
    increasing = all(a < b for a, b in pairwise(limits))
    if not limits or not increasing or any(x % 5 or not 0 <= x <= OLDEST_LIMIT for x in limits):
        raise TerritoryError(
            "age bands cannot be made from the five-year bands of the official estimates",
            where="age_bands",
            found=list(lower_limits),
            allowed=f"increasing multiples of 5 from 0 to {OLDEST_LIMIT}, for example 15, 25, 45, 60",
        )
    closed = [f"{a}-{b - 1}" for a, b in pairwise(limits)]
    return [*closed, f"{limits[-1]}+"]


def age_margins(root: Path, region: str, year: int, lower_limits: Sequence[int]) -> pd.DataFrame:
    """Return the official population on 1 January by department, sex and age band.

    Ages under the first limit are left out: start at 0 to have everybody.

    Parameters
    ----------
    root, region : project root, INSEE code of the region.
    year : a year of the estimates.
    lower_limits : lower age limits of the bands, multiples of 5.

    Returns
    -------
    DataFrame
        department, sex (female, male), age_band, population (persons, official).

    Raises
    ------
    TerritoryError
        For a year that the estimates lack or bands that they cannot give.
    """
    labels = age_bands(lower_limits)
    rows = _estimates(root, region, year)
    start = rows["age_band"].str.extract(r"^(\d+)", expand=False).astype(int)
    position = np.searchsorted(np.asarray(list(lower_limits)), start, side="right") - 1
    rows = rows[position >= 0].assign(age_band=np.asarray(labels)[position[position >= 0]])
    keys = ["department", "sex", "age_band"]
    return rows.groupby(keys)["population"].sum().reset_index()


def region_population(root: Path, region: str, year: int) -> int:
    """Return the inhabitants of the region in a year (legal population, quoted figure or estimate).

    Raises
    ------
    TerritoryError
        If no source gives the year.
    """
    communes = load_communes(root, region)
    if year == communes["population_year"].iloc[0]:
        return int(communes["population"].sum())
    periods = read_table(root, region, "population_periods").set_index("year")["population"]
    if year in periods.index:
        return int(periods[year])
    return int(_estimates(root, region, year, also=sorted(periods.index))["population"].sum())


def population_by_unit(
    root: Path,
    region: str,
    level: str,
    vintage: int | str | None,
    year: int,
    lower_limits: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Return the inhabitants of every unit of a level in a year.

    Department and region figures are official. No official figure by year exists here for smaller units:
    the department's population of the year (and of the age band) is allocated to its communes in
    proportion to their legal population of 2023, then summed by unit. That is an approximation (it assumes
    that communes of one department grew alike and have one age structure); say so with
    ``ALLOCATION_NOTE_FR`` wherever it is a denominator.

    Parameters
    ----------
    root, region : project root, INSEE code of the region.
    level : pays, epci, department, commune or region.
    vintage : year of the pays boundaries, needed for pays.
    year : a year of the estimates, or the year of the legal populations (then without age bands).
    lower_limits : lower age limits (multiples of 5) to split by age band; ages under the first are left
    out.

    Returns
    -------
    DataFrame
        code (missing: communes in no unit, so that rows sum to the region), age_band if asked for,
        population (float), basis (legal, estimate or allocated).

    Raises
    ------
    TerritoryError
        For an unknown level, vintage, year or age band.
    """
    check_level(level)
    communes = load_communes(root, region, needed_vintage(level, vintage))
    units = communes["code"] if level == "commune" else communes.get(level, str(region))
    bands = [] if lower_limits is None else ["age_band"]
    if lower_limits is None and year == communes["population_year"].iloc[0]:
        shares = communes.assign(unit=units, population=communes["population"].astype(float))
        basis = "legal"
    else:
        margins = age_margins(root, region, year, [0] if lower_limits is None else lower_limits)
        totals = margins.groupby(["department", *bands])["population"].sum().reset_index()
        weight = communes["population"] / communes.groupby("department")["population"].transform("sum")
        shares = communes[["department"]].assign(unit=units, weight=weight).merge(totals, on="department")
        shares["population"] = shares["population"] * shares["weight"]
        basis = "estimate" if level in ("department", "region") else "allocated"
    sums = shares.groupby(["unit", *bands], dropna=False)["population"].sum().reset_index()
    return sums.rename(columns={"unit": "code"}).assign(basis=basis)


def _estimates(root: Path, region: str, year: int, also: Sequence[int] = ()) -> pd.DataFrame:
    table = read_table(root, region, "population_estimates")
    rows = table[table["year"] == int(year)]
    if rows.empty:
        raise TerritoryError(
            "no population for this year",
            where=f"data/reference/{region}/population_estimates.csv",
            found=year,
            allowed=sorted({*table["year"].unique().tolist(), *map(int, also)}),
            action="use the nearest of these years and say so, or add official figures to the table",
        )
    return rows
