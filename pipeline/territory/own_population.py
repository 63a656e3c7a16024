"""Inhabitants that an evaluation brings, where the reference tables have none of its years."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.companions import companion_table
from pipeline.errors import TerritoryError
from pipeline.territory.perimeter import Place


def own_population(root: Path, place: Place) -> pd.DataFrame | None:
    """Return the table of inhabitants that an evaluation brings, None where it brings none.

    Columns: year, commune or unit, population, source of each figure, and age_band where it has ages.

    Raises
    ------
    TerritoryError
        For a missing file or column, a population that is no number of people, a figure without a source.
    """
    path = None if isinstance(place, str) else place.population_file
    if path is None:
        return None
    if not path.is_file():
        raise _fault(path, "the table of inhabitants is missing", path.name, "a file beside evaluation.yaml")
    table = companion_table(path)
    lacking = [c for c in ("year", "population", "source") if c not in table]
    if lacking or not {"commune", "unit"} & set(table.columns):
        raise _fault(
            path,
            "columns are missing",
            list(table.columns),
            "year, commune or unit, population, source, and age_band for ages",
        )
    bare = table["population"].str.replace(r"[\s\u00a0\u202f]", "", regex=True)
    wrong = table.index[
        ~bare.str.fullmatch(r"\d+").fillna(False) | ~table["year"].str.fullmatch(r"\d{4}").fillna(False)
    ]
    if len(wrong):
        line = int(wrong[0])
        raise _fault(
            path, "no number of inhabitants or no year", f"line {line + 2}: {dict(table.loc[line])}", "whole numbers"
        )
    if (silent := table.index[table["source"].isna()]).size:
        raise _fault(path, "a figure has no source", f"line {int(silent[0]) + 2}", "the source of each figure")
    return table.assign(population=bare.astype(float), year=table["year"].astype(int))


def of_own_table(
    own: pd.DataFrame, communes: pd.DataFrame, year: int, lower_limits: Sequence[int] | None
) -> pd.DataFrame:
    """Return the inhabitants of units in a year of the evaluation's own table.

    Parameters
    ----------
    own : as `own_population` returns it.
    communes : code, unit (that of the level asked for) and population (to share a unit's inhabitants among communes).
    lower_limits : as in `population_by_unit`.

    Returns
    -------
    DataFrame
        code, age_band if asked for, population, basis (own, or allocated where units were shared among communes), year.

    Raises
    ------
    TerritoryError
        If the table lacks an age band, or a unit of the level, in that year.
    """
    rows = own[own["year"] == year]
    bands: list[str] = []
    if lower_limits is not None:
        from pipeline.territory.population import age_bands

        bands, wanted = ["age_band"], age_bands(lower_limits)
        absent = sorted(set(wanted) - set(rows["age_band"].dropna()))
        if absent:
            raise _refused("the table of inhabitants lacks age bands", year, absent)
        rows = rows[rows["age_band"].isin(wanted)]
    elif "age_band" in rows and rows["age_band"].isna().any():
        rows = rows[rows["age_band"].isna()]
    basis = "own"
    if "commune" in rows and rows["commune"].notna().any():
        lacking = sorted(set(communes["code"]) - set(rows["commune"]))
        if lacking:
            raise _refused("the table of inhabitants lacks communes", year, lacking[:10])
        unit = communes.set_index("code")["unit"]
        placed = rows[rows["commune"].isin(unit.index)].assign(code=lambda d: d["commune"].map(unit))
    else:
        placed, basis = _of_units(rows, communes, year)
    sums = placed.groupby(["code", *bands], dropna=False)["population"].sum().reset_index()
    return sums.assign(basis=basis, year=year)


def _of_units(rows: pd.DataFrame, communes: pd.DataFrame, year: int) -> tuple[pd.DataFrame, str]:
    """Return inhabitants given by unit: as they are, summed for the whole, or shared among the communes of each."""
    level = next(
        (c for c in (*("own", "epci", "department", "pays"), "unit") if _covers(rows["unit"], communes, c)), None
    )
    if level is None:
        raise _refused(
            "the table of inhabitants names units that are not those compared", year, sorted(set(rows["unit"]))[:10]
        )
    if communes["unit"].nunique(dropna=False) == 1 or communes["unit"].equals(communes[level]):
        whole = communes["unit"].nunique(dropna=False) == 1
        return rows.assign(code=communes["unit"].iloc[0] if whole else rows["unit"]), "own"
    weight = communes["population"] / communes.groupby(level)["population"].transform("sum")
    shared = communes.assign(weight=weight).merge(rows, left_on=level, right_on="unit", suffixes=("", "_given"))
    return shared.assign(code=shared["unit"], population=shared["population_given"] * shared["weight"]), "allocated"


def _covers(units: pd.Series, communes: pd.DataFrame, column: str) -> bool:
    return column in communes and set(communes[column].dropna().astype(str)) == set(units)


def _refused(what: str, year: int, found: list[str]) -> TerritoryError:
    return TerritoryError(
        what,
        where="evaluation.yaml, key territory.population",
        found=found,
        allowed=f"a line for each in {year}",
        action="complete the table, or leave the year out of it",
    )


def _fault(path: Path, what: str, found: object, allowed: str) -> TerritoryError:
    return TerritoryError(
        what, where=str(path), found=found, allowed=allowed, action="correct the table of inhabitants"
    )
