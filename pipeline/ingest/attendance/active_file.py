"""The *file active*: distinct persons, and those who came for the first time, from sign-ins with a person's key."""

from __future__ import annotations

from typing import Literal

import pandas as pd

COLUMNS = ["source", "site_id", "period", "persons", "new_persons", "visits", "visits_without_person"]


def lengths(shortest: Literal["month", "year"]) -> tuple[str, ...]:
    """Return the periods of which persons are counted: those of a year cannot be added up from its months."""
    return (shortest,) if shortest == "year" else (shortest, "year")


def active_file(source: str, records: pd.DataFrame, person: str, shortest: Literal["month", "year"]) -> pd.DataFrame:
    """Return distinct persons by space and period, and over all spaces (site_id missing).

    Persons of several spaces count once in each and once over all: the rows of the spaces do not add up. A person is
    new in the first period in which the records show them (in that space; anywhere, over all spaces).

    Parameters
    ----------
    records : accepted visits to spaces: site_id, month (`YYYY-MM`) and the pseudonym ``person``.
    shortest : periods: of each year, or of each month and each year.
    """
    rows = pd.DataFrame({"site_id": records["site_id"], "person": records[person]})
    tables = []
    for length in lengths(shortest):
        rows["period"] = records["month"] if length == "month" else records["month"].str[:4]
        whole = _counted(rows.assign(site_id="*"), ["site_id"]).assign(site_id=None)
        tables += [_counted(rows, ["site_id"]), whole.astype({"site_id": "str"})]
    return pd.concat(tables, ignore_index=True).assign(source=source)[COLUMNS]


def _counted(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    known = rows[rows["person"].notna()].drop_duplicates([*by, "period", "person"])
    first = known.groupby([*by, "person"])["period"].transform("min")
    table = rows.groupby([*by, "period"]).agg(visits=("period", "size"), named=("person", "count"))
    persons = known.groupby([*by, "period"]).size()
    new = known[known["period"] == first].groupby([*by, "period"]).size()
    table["persons"] = persons.reindex(table.index, fill_value=0)
    table["new_persons"] = new.reindex(table.index, fill_value=0)
    table["visits_without_person"] = table["visits"] - table["named"]
    return table.drop(columns="named").reset_index()
