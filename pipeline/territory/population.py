"""Inhabitants by unit, year, sex and age band."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.own_population import of_own_table, own_population
from pipeline.territory.perimeter import Place, code_of, whole_region
from pipeline.territory.reference import (
    FRANCE,
    check_level,
    load_communes,
    needed_vintage,
    read,
    read_table,
    reference_folder,
)
from pipeline.territory.vintages import nearest, together

#: Year of the legal populations by which those of a department are shared between its communes.
ALLOCATED_BY = 2023
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


def region_population(root: Path, place: Place, year: int) -> int:
    """Return the inhabitants of the whole in a year: a legal population, a quoted figure or an estimate.

    A year that no source gives is that of the nearest year held (`year_held`).
    """
    quoted = _quoted(root, place)
    if year in quoted.index and year != _legal_year(root, place):
        return int(quoted[year])
    return round(population_by_unit(root, place, "region", None, year)["population"].sum())


def year_of_region(root: Path, place: Place, year: int) -> int:
    """Return the year of the inhabitants of the whole that `region_population` gives for a year."""
    return year if year in _quoted(root, place).index else year_held(root, place, year)


def _quoted(root: Path, place: Place) -> pd.Series:
    """Return the inhabitants of a whole region as quoted elsewhere, by year; empty where none are."""
    if whole_region(place) is None or not (reference_folder(root, place) / "population_periods.csv").is_file():
        return pd.Series(dtype="int64")
    return read_table(root, place, "population_periods").set_index("year")["population"]


def year_held(root: Path, place: Place, year: int, *, ages: bool = False) -> int:
    """Return the year of the population that stands for a year: itself where held, else the nearest (the later of two).

    Parameters
    ----------
    ages : whether inhabitants by age band are asked for.

    Raises
    ------
    TerritoryError
        Where no year at all is held (no population by age outside the regions that have estimates).
    """
    held = years_held(root, place, ages=ages)
    if not held:
        raise TerritoryError(
            "no population by age is held for this perimeter",
            where="evaluation.yaml, key territory.population",
            found=code_of(place),
            action="bring a table: columns year, commune or unit, age_band, population, source",
        )
    return min(held, key=lambda y: (abs(y - year), -y))


def years_held(root: Path, place: Place, *, ages: bool = False) -> list[int]:
    """Return the years for which the inhabitants of a place are held, those of its own table among them."""
    own = own_population(root, place)
    years = set() if own is None or (ages and "age_band" not in own) else set(own["year"])
    folder = reference_folder(root, place)
    if folder.name == FRANCE:
        return sorted(years if ages else years | set(_legal_years(root, load_communes(root, place)["code"])))
    years |= set(read_table(root, place, "population_estimates")["year"])
    return sorted(years if ages else years | {_legal_year(root, place)})


def population_vintage(table: pd.DataFrame, year: int) -> str | None:
    """Return what such a table rests on where it is a denominator, in the codes of ``vintages``; None for nothing."""
    allocated = f"allocated={ALLOCATED_BY}" if (table["basis"] == "allocated").any() else None
    return together(allocated, *(nearest(int(held), year) for held in table["year"].unique()))


def population_by_unit(
    root: Path,
    place: Place,
    level: str,
    vintage: int | str | None,
    year: int,
    lower_limits: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Return the inhabitants of every unit of a level in a year, of the nearest year held where it is not.

    The evaluation's own table comes first. In a region that has estimates, department and region figures are official
    and no official figure by year exists for smaller units:
    the department's population of the year (and of the age band) is allocated to its communes in
    proportion to their legal population of 2023, then summed by unit. That is an approximation (it assumes
    that communes of one department grew alike and have one age structure); say so with
    `population_vintage` wherever it is a denominator. Elsewhere they are legal populations of communes.

    Parameters
    ----------
    root, place : project root, INSEE code of a region or perimeter.
    level : pays, epci, department, commune, region, or the units of the perimeter's own table.
    vintage : year of the pays boundaries, needed for pays.
    year : any year.
    lower_limits : lower age limits (multiples of 5) to split by age band; ages under the first are left
    out.

    Returns
    -------
    DataFrame
        code (missing: communes in no unit, so that rows sum to the whole), age_band if asked for,
        population (float), basis (legal, estimate, allocated or own) and year (that of the population).

    Raises
    ------
    TerritoryError
        For an unknown level or vintage, or age bands where no ages are held.
    """
    check_level(level)
    communes = load_communes(root, place, needed_vintage(level, vintage))
    units = communes["code"] if level == "commune" else communes.get(level, code_of(place))
    held = year_held(root, place, year, ages=lower_limits is not None)
    own = own_population(root, place)
    if own is not None and held in set(own["year"]):
        return of_own_table(own, communes.assign(unit=units), held, lower_limits)
    bands = [] if lower_limits is None else ["age_band"]
    shares, basis = _of_reference(root, place, communes.assign(unit=units), held, lower_limits)
    if basis == "estimate" and not (level in ("department", "region") and _of_whole_departments(place)):
        basis = "allocated"
    sums = shares.groupby(["unit", *bands], dropna=False)["population"].sum().reset_index()
    return sums.rename(columns={"unit": "code"}).assign(basis=basis, year=held)


def _of_reference(
    root: Path, place: Place, communes: pd.DataFrame, year: int, lower_limits: Sequence[int] | None
) -> tuple[pd.DataFrame, str]:
    """Return the inhabitants of each commune in a year held, and what they are: legal, or shared from an estimate."""
    folder = reference_folder(root, place)
    if folder.name == FRANCE:
        people = read(folder / "populations.csv.gz").set_index("code")
        counted = communes["code"].map(people[str(year)])
        return communes.assign(population=counted.fillna(0).astype(float)), "legal"
    if lower_limits is None and year == _legal_year(root, place):
        return communes.assign(population=communes["population"].astype(float)), "legal"
    bands = [] if lower_limits is None else ["age_band"]
    margins = age_margins(root, folder.name, year, [0] if lower_limits is None else lower_limits)
    totals = margins.groupby(["department", *bands])["population"].sum().reset_index()
    every = load_communes(root, folder.name)
    weight = every["population"] / every.groupby("department")["population"].transform("sum")
    weight.index = pd.Index(every["code"])
    shares = communes[["department", "unit"]].assign(weight=communes["code"].map(weight)).merge(totals, on="department")
    shares["population"] = shares["population"] * shares["weight"]
    return shares, "estimate"


def _of_whole_departments(place: Place) -> bool:
    return isinstance(place, str) or not (place.epci or place.pays or place.communes)


def _legal_year(root: Path, place: Place) -> int:
    return int(load_communes(root, place)["population_year"].iloc[0])


def _legal_years(root: Path, codes: pd.Series) -> list[int]:
    """Return the years in which every commune has a population, save those that never had any (no inhabitants)."""
    table = read(Path(root) / "data" / "reference" / FRANCE / "populations.csv.gz").set_index("code")
    here = table[table.index.isin(codes)].dropna(how="all")
    return [int(year) for year in map(str, table.columns) if here[year].notna().all()]


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
