"""The part of France that an evaluation covers: any set of regions, departments, EPCI, pays and communes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pandas as pd

from pipeline.errors import TerritoryError
from pipeline.territory.french import spoken_forms

#: Columns of communes that a perimeter may name, and the key that names them.
KEYS = {
    "region": "regions",
    "department": "departments",
    "epci": "epci",
    "pays": "pays",
    "code": "communes",
}


class Perimeter(Protocol):
    """What is covered, how it is compared, and the tables that the evaluation brings.

    ``code`` stands for the whole in results; ``names`` holds what sentences call it, with its article, by language:
    empty where the tables know it.
    """

    @property
    def code(self) -> str: ...
    @property
    def regions(self) -> tuple[str, ...]: ...
    @property
    def departments(self) -> tuple[str, ...]: ...
    @property
    def epci(self) -> tuple[str, ...]: ...
    @property
    def pays(self) -> tuple[str, ...]: ...
    @property
    def communes(self) -> tuple[str, ...]: ...
    @property
    def vintage(self) -> int | None: ...
    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def units_file(self) -> Path | None: ...
    @property
    def population_file(self) -> Path | None: ...


def names_of(names: Mapping[str, str]) -> dict[str, str]:
    """Return the forms of the declared name of a whole, French by rule from its article; empty where there is none."""
    if not names:
        return {}
    forms = spoken_forms(names["fr"])._asdict()
    english = names.get("en", names["fr"])
    bare = english.removeprefix("the ")
    return {**forms, "label": forms["name"], "name_en": bare[0].upper() + bare[1:], "the_en": english}


#: A region by its INSEE code, or a perimeter.
Place = str | Perimeter


def code_of(place: Place) -> str:
    """Return the code that stands for the whole."""
    return place if isinstance(place, str) else place.code


def whole_region(place: Place) -> str | None:
    """Return the code of the region that a place is the whole of, None of any other."""
    found = single(place)
    return found[1] if found is not None and found[0] == "region" else None


def named(place: Perimeter) -> dict[str, tuple[str, ...]]:
    """Return the codes that a perimeter names, by column of the table of communes."""
    return {column: getattr(place, key) for column, key in KEYS.items() if getattr(place, key)}


def single(place: Place) -> tuple[str, str] | None:
    """Return the level and the code of a perimeter that is one unit of the tables, None of several."""
    if isinstance(place, str):
        return "region", place
    found = [(column, code) for column, codes in named(place).items() for code in codes]
    if len(found) != 1:
        return None
    column, code = found[0]
    return ("commune" if column == "code" else column), code


def inside(place: Perimeter, communes: pd.DataFrame) -> pd.Series:
    """Return whether each commune lies in a perimeter.

    Parameters
    ----------
    communes : code, and a column for each level that the perimeter names.

    Raises
    ------
    TerritoryError
        If the perimeter names a code that the table does not hold.
    """
    kept = pd.Series(False, index=communes.index)
    for column, codes in named(place).items():
        held = communes[column] if column in communes else pd.Series(dtype="str")
        unknown = sorted(set(codes) - set(held.dropna().astype(str).unique()))
        if unknown:
            raise TerritoryError(
                f"no {'commune' if column == 'code' else column} has this code",
                where=f"evaluation.yaml, key territory.perimeter.{KEYS[column]}",
                found=unknown[:10],
                allowed=sorted(set(held.dropna().astype(str)))[:5] or "nothing of this level here",
                action="give today's INSEE or SIREN codes, between quotes (a code may start with 0)",
            )
        kept |= held.isin(codes)
    return kept
