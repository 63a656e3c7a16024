"""The region's register as received: the spaces as they are, with the disorder that real lists have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulate.draws import stream
from pipeline.simulate.label_criteria import with_criteria
from pipeline.simulate.population import Population
from pipeline.territory.reference import read_table


@dataclass(frozen=True)
class Register:
    """Clean-named register rows, and the identifiers under which other files know some spaces.

    rows : one row an entry, in file order.
    former : site_id -> identifier in use in the first year, of renamed spaces.
    double : site_id -> identifier of a second entry of the same space.
    planted : position in ``rows``, kind.
    """

    rows: pd.DataFrame
    former: dict[str, str]
    double: dict[str, str]
    planted: pd.DataFrame


def draw_register(population: Population) -> Register:
    """Return the register with duplicates, renamed spaces, closed spaces still listed and old commune codes."""
    truth, spaces = population.truth, population.spaces
    noise = truth.spaces.register_noise
    ratio = len(spaces) / sum(truth.spaces.per_pays.values())
    rng = stream(truth.population_seed, "register")
    rows = _entries(population)
    rows["kind"] = ""
    closed = np.flatnonzero(spaces["closed"].notna())
    listed = rng.permutation(closed)[: round(noise.closed_still_listed * ratio)]
    rows.loc[listed, "status"] = "open"
    rows.loc[listed, "kind"] = "closed_still_listed"
    free = rng.permutation(np.flatnonzero(rows["kind"] == ""))
    renamed, free = np.split(free, [round(noise.renamed_aliases * ratio)])
    former = _rename(rows, renamed)
    twice, free = np.split(free, [round(noise.duplicates * ratio)])
    old = _old_codes(population, rows, free, round(noise.old_insee_code * ratio), rng)
    rows.loc[old, "kind"] = "old_insee_code"
    second, double = _duplicates(rows, twice)
    rows = pd.concat([rows, second]).sort_values("space_id", kind="stable", ignore_index=True)
    noisy = np.flatnonzero(rows["kind"] != "")
    planted = pd.DataFrame({"position": noisy, "kind": rows["kind"].to_numpy()[noisy]})
    return Register(rows.drop(columns="kind"), former, double, planted)


def _entries(population: Population) -> pd.DataFrame:
    spaces = population.spaces
    rows = spaces.rename(columns={"site_id": "space_id"}).copy()
    rows["aliases"] = None
    rows["status"] = np.where(spaces["closed"].isna(), "open", "closed")
    rows["label"] = np.where(spaces["label_date"].notna(), "yes", "no")
    return with_criteria(rows, population.truth)


def _rename(rows: pd.DataFrame, renamed: np.ndarray) -> dict[str, str]:
    former = {}
    for number, i in enumerate(renamed):
        name, identifier = str(rows.at[i, "name"]), str(rows.at[i, "space_id"])
        before = f"{identifier[:5]}-{801 + number}"
        rows.at[i, "aliases"] = f"{name}|{before}"
        rows.at[i, "name"] = f"Maison du multimédia, {name[0].lower()}{name[1:]}"
        rows.at[i, "kind"] = "renamed_alias"
        former[identifier] = before
    return former


def _duplicates(rows: pd.DataFrame, twice: np.ndarray) -> tuple[pd.DataFrame, dict[str, str]]:
    second = rows.loc[twice].copy()
    known = second["space_id"].to_numpy()
    fresh = [f"{k[:5]}-{901 + number}" for number, k in enumerate(known)]
    second["space_id"] = fresh
    second["name"] = [n.upper() if i % 2 else f" {n.replace(' ', '  ', 1)}" for i, n in enumerate(second["name"])]
    second["kind"] = "duplicate"
    return second, dict(zip(known, fresh, strict=True))


def _old_codes(
    population: Population, rows: pd.DataFrame, free: np.ndarray, wanted: int, rng: np.random.Generator
) -> np.ndarray:
    """Write a code that has since merged into the commune's own; return the rows that now have one."""
    evaluation = population.evaluation
    table = read_table(evaluation.root, evaluation.place, "former_communes")
    table = table[(table["former"] != table["current"]) & table["former"].str.fullmatch(r"\d{5}")]
    former = dict(zip(table["current"][::-1], table["former"][::-1], strict=True))
    merged = np.array([i for i in free if rows.at[i, "commune"] in former], dtype=int)
    chosen = rng.permutation(merged)[:wanted]
    for i in chosen:
        rows.at[i, "commune"] = former[str(rows.at[i, "commune"])]
    return chosen
