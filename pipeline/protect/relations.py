"""What readers can add up: the linear relations between the rows of a results table.

A masked number is safe only when no published numbers give it back. Three kinds of relation are known without opening
any data: the categories of a question sum to one, territories sum to the region, and domains (age bands, activities)
sum to the number without that domain. For shares and means the sums are weighted with weights that a reader may know;
what matters here is which rows take part, so any weights in general position will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.protect.differences import REGION
from pipeline.results.time import ends, is_span, is_year, years

#: Domain names whose values are the answers to one question, so that their shares sum to one.
ANSWER = "answer"
_SAME = ("analysis", "indicator", "measure", "method", "population", "wave", "period")
_ADDITIVE = ("count", "euro")


@dataclass(frozen=True)
class Relation:
    """Rows (k,) whose weighted sum is known; ``total`` is the position of the row that holds the sum, or None."""

    rows: NDArray[np.int64]
    weights: NDArray[np.float64]
    total: int | None


def parsed(domain: str) -> dict[str, str]:
    """Return the domain of a row as a mapping."""
    return dict(pair.split("=", 1) for pair in domain.split("/")) if domain else {}


def relations_of(table: pd.DataFrame) -> list[Relation]:
    """Return every relation between rows that are not differences."""
    rows = table.reset_index(drop=True)
    columns = (*_SAME, "territory_level", "territory", "domain", "unit", "inference")
    keys = pd.DataFrame({c: rows[c] for c in columns})
    return [*_categories(keys), *_territories(keys), *_domains(keys), *_periods(keys)]


def _weights(rows: NDArray[np.int64], additive: bool) -> NDArray[np.float64]:
    return np.ones(len(rows)) if additive else 1 + np.modf(rows * 0.6180339887498949)[0]


def _joined(keys: pd.DataFrame, columns: list[str]) -> NDArray[np.object_]:
    text = keys[columns[0]].to_numpy(dtype=object)
    for column in columns[1:]:
        text = text + "|" + keys[column].to_numpy(dtype=object)
    return text


def _groups(keys: pd.DataFrame, by: list[str]) -> Iterator[NDArray[np.int64]]:
    for rows in keys.groupby(by, sort=False).indices.values():
        yield np.asarray(rows, dtype=np.int64)


def distributions(table: pd.DataFrame) -> list[NDArray[np.int64]]:
    """Return the rows of every distribution over the answers of one question."""
    rows = table.reset_index(drop=True)
    keys = rows.loc[rows["domain"].str.contains(f"{ANSWER}=", regex=False) & (rows["unit"] == "share")]
    if keys.empty:
        return []
    place = keys.assign(rest=[_without(d, ANSWER) for d in keys["domain"]])
    by = [*_SAME, "territory_level", "territory", "rest"]
    return [keys.index.to_numpy(np.int64)[g] for g in _groups(place.reset_index(drop=True), by)]


def _without(domain: str, name: str) -> str:
    return "/".join(f"{k}={v}" for k, v in parsed(domain).items() if k != name)


def _categories(keys: pd.DataFrame) -> Iterator[Relation]:
    """Shares that sum to one: over a question's own categories, over its answers, over a domain of a full count."""
    shares = keys[keys["unit"] == "share"]
    domains = [parsed(d) for d in shares["domain"]]
    counted = shares["inference"] == "census"
    own = [_category(i, d, c) for i, d, c in zip(shares["indicator"], domains, counted, strict=True)]
    chosen = np.array([bool(o) for o in own], dtype=bool)
    if not chosen.any():
        return
    part = shares[chosen].assign(rest=[_without(d, o) for d, o in zip(shares["domain"], own, strict=True) if o])
    positions = part.index.to_numpy(np.int64)
    for group in _groups(part.reset_index(drop=True), [*_SAME, "territory_level", "territory", "rest"]):
        yield Relation(positions[group], np.ones(len(group)), None)


def _category(indicator: str, domain: dict[str, str], counted: bool) -> str:
    """Return the name of the domain whose values make a whole; empty when there is none."""
    if indicator in domain or ANSWER in domain:
        return indicator if indicator in domain else ANSWER
    return next(iter(domain)) if counted and len(domain) == 1 else ""


def _territories(keys: pd.DataFrame) -> Iterator[Relation]:
    """The units of one level against the region."""
    region = (keys["territory_level"] == REGION).to_numpy()
    same = _joined(keys, [*_SAME, "domain", "unit"])
    totals = {same[i]: int(i) for i in np.flatnonzero(region)}
    units = keys["unit"].to_numpy(dtype=object)
    levels = keys["territory_level"].to_numpy(dtype=object)
    found: dict[tuple[str, int], list[int]] = {}
    for i in np.flatnonzero(~region):
        if same[i] in totals:
            found.setdefault((levels[i], totals[same[i]]), []).append(int(i))
    for (_, total), rows in found.items():
        yield _sum_of(rows, total, units[total])


def _domains(keys: pd.DataFrame) -> Iterator[Relation]:
    """The values of one domain name against the row without it."""
    place = _joined(keys, [*_SAME, "territory_level", "territory", "unit"])
    domains = keys["domain"].to_numpy(dtype=object)
    units = keys["unit"].to_numpy(dtype=object)
    at = {(p, d): i for i, (p, d) in enumerate(zip(place, domains, strict=True))}
    found: dict[tuple[int, str], list[int]] = {}
    for i in np.flatnonzero(domains != ""):
        for name in parsed(domains[i]):
            total = at.get((place[i], _without(domains[i], name)))
            if total is not None:
                found.setdefault((total, name), []).append(int(i))
    for (total, _), rows in found.items():
        yield _sum_of(rows, total, units[total])


def _periods(keys: pd.DataFrame) -> Iterator[Relation]:
    """The years of a period against the period, for amounts of money (a count may be of other people every year)."""
    euros = np.flatnonzero((keys["unit"] == "euro").to_numpy() & (keys["period"] != "").to_numpy())
    same = _joined(keys, [c for c in (*_SAME, "territory_level", "territory", "domain") if c != "period"])
    periods = keys["period"].to_numpy(dtype=object)
    at = {(same[i], periods[i]): int(i) for i in euros}
    for i in euros:
        if not is_span(periods[i]) or not all(map(is_year, ends(periods[i]))):
            continue
        each = [at.get((same[i], str(y))) for y in years(periods[i])]
        if all(y is not None for y in each):
            yield _sum_of([y for y in each if y is not None], int(i), "euro")


def _sum_of(rows: list[int], total: int, unit: str) -> Relation:
    positions = np.array(rows, dtype=np.int64)
    weights = _weights(positions, unit in _ADDITIVE)
    return Relation(np.append(positions, total), np.append(weights, -1.0), total)
