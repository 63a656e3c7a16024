"""Units that an evaluation brings: a table from communes to units, with the names of units in sentences."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.companions import companion_table
from pipeline.errors import TerritoryError
from pipeline.territory.french import spoken_forms
from pipeline.territory.perimeter import Perimeter

NAMES = ("name", "name_de", "name_a", "name_dans", "label", "name_en")


def own_units(root: Path, place: Perimeter, communes: pd.Series | None = None) -> pd.DataFrame:
    """Return the table of units of a perimeter with today's communes and every form of each unit's name.

    Parameters
    ----------
    root : project root.
    place : a perimeter with a table of units: commune, unit, and where wanted name (with its article or without),
        label, name_de, name_a, name_dans, name_en.
    communes : codes of the communes of the perimeter, which the table's must be.

    Returns
    -------
    DataFrame
        commune, unit, name, name_de, name_a, name_dans, label, and name_en where given; one row a commune.

    Raises
    ------
    TerritoryError
        For a missing file or column, a commune outside the perimeter, a commune in two units, a unit of two names.
    """
    path = place.units_file
    if path is None or not path.is_file():
        raise TerritoryError(
            "the table of units is missing",
            where="evaluation.yaml, key territory.units",
            found=str(path.name if path else None),
            action="put it beside evaluation.yaml: a line a commune, columns commune, unit, name",
        )
    table = companion_table(path)
    lacking = [c for c in ("commune", "unit") if c not in table]
    if lacking:
        raise _fault(path, f"no column {', '.join(lacking)}", list(table.columns), "columns commune, unit, name")
    table = table.dropna(subset=["commune", "unit"])
    table["commune"] = _today(root, table["commune"].str.strip())
    table["unit"] = table["unit"].str.strip()
    _refuse(path, table, communes)
    table = table.drop_duplicates("commune").reset_index(drop=True)
    return _with_forms(table[["commune", "unit", *(c for c in NAMES if c in table)]])


def _today(root: Path, codes: pd.Series) -> pd.Series:
    """Return today's code of communes merged since; an unknown code stays as it is, to be refused by name."""
    path = Path(root) / "data" / "reference" / "france" / "former_communes.csv.gz"
    codes = codes.mask(codes.str.fullmatch(r"\d{4}"), "0" + codes)
    if not path.is_file():
        return codes
    heir = pd.read_csv(path, dtype=str).set_index("former")["current"]
    return codes.map(heir).fillna(codes)


def _refuse(path: Path, table: pd.DataFrame, communes: pd.Series | None) -> None:
    units = table.drop_duplicates().groupby("commune")["unit"].nunique()
    if (twice := sorted(units.index[units > 1])) != []:
        raise _fault(path, "a commune is in two units", twice[:10], "one unit a commune (merged communes count as one)")
    if communes is not None and (out := sorted(set(table["commune"]) - set(communes))):
        raise _fault(path, "communes outside the perimeter", out[:10], "communes of territory.perimeter")
    if "name" in table:
        names = table.dropna(subset=["name"]).groupby("unit")["name"].nunique()
        if (two := sorted(names.index[names > 1])) != []:
            raise _fault(path, "a unit has two names", two[:10], "one name a unit, written the same on each line")


def _with_forms(table: pd.DataFrame) -> pd.DataFrame:
    rows = {}
    for unit, lines in table.groupby("unit"):
        given = {c: str(lines[c].dropna().iloc[0]) for c in NAMES if c in lines and lines[c].notna().any()}
        forms = spoken_forms(given.get("name", str(unit)))._asdict()
        rows[unit] = {"label": forms["name"], **forms, **{k: v for k, v in given.items() if k != "name"}}
    return table[["commune", "unit"]].join(pd.DataFrame.from_dict(rows, orient="index"), on="unit")


def _fault(path: Path, what: str, found: list[str], allowed: str) -> TerritoryError:
    return TerritoryError(what, where=str(path), found=found, allowed=allowed, action="correct the table of units")
