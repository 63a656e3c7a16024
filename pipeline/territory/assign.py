"""From communes to the units of a level."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.perimeter import Place, code_of
from pipeline.territory.reference import check_level, load_communes, needed_vintage
from pipeline.territory.resolve import current_commune


def assign_unit(
    codes: pd.Series,
    root: Path,
    place: Place,
    level: str,
    vintage: int | str | None = None,
    *,
    unknown: Literal["raise", "missing"] = "raise",
) -> pd.Series:
    """Return the code of the unit that holds each commune.

    Communes in no unit of the level (in no pays, or islands without EPCI) get a missing value; they still
    count in their department and in the region.

    Parameters
    ----------
    codes : INSEE commune codes, old or current, as `current_commune` takes them.
    root, place : project root, INSEE code of a region or perimeter.
    level : pays, epci, department, commune or region.
    vintage : year of the pays boundaries, needed for pays.
    unknown : ``raise`` or ``missing``, for codes that are no commune of the region.

    Returns
    -------
    Series
        Text codes, same index as ``codes``, named after the level.

    Raises
    ------
    TerritoryError
        For an unknown level, vintage or region, and for unknown codes when asked to raise.
    """
    return assign_units(codes, root, place, [level], vintage, unknown=unknown)[level]


def assign_units(
    codes: pd.Series,
    root: Path,
    place: Place,
    levels: Sequence[str],
    vintage: int | str | None = None,
    *,
    unknown: Literal["raise", "missing"] = "raise",
) -> dict[str, pd.Series]:
    """Return the codes of the units of several levels that hold each commune: level -> codes, as `assign_unit`."""
    for level in levels:
        check_level(level)
    current = current_commune(codes, root, place, unknown=unknown)
    return {level: _unit(current, root, place, level, vintage) for level in levels}


def _unit(current: pd.Series, root: Path, place: Place, level: str, vintage: int | str | None) -> pd.Series:
    communes = load_communes(root, place, needed_vintage(level, vintage)).set_index("code")
    if level == "commune":
        return current.rename(level)
    if level == "region":
        return current.mask(current.notna(), code_of(place)).rename(level)
    if level not in communes:
        raise TerritoryError(
            "the communes are in no unit of this level",
            where="evaluation.yaml, key territory.level",
            found=level,
            allowed="epci, department, commune, or own and canton with territory.units",
        )
    return current.map(communes[level]).rename(level)
