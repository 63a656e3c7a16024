"""The value of every indicator in the finite population, under the result_id that the analysis writes.

A user belongs to the spaces visited in proportion to the visits made there: this is what the weight share estimates for
a territory, and it adds up to one a user over the region.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.simulate.draws import Bools, Floats, Ints
from pipeline.simulate.population import Population, WavePopulation

_SATISFIED = 4
_NOT_CONCERNED = 9
_NET = {"promoters": 9, "detractors": 6}
Row = tuple[str, str, str, str, str, str, float]


@dataclass(frozen=True)
class _Variable:
    """Values of one number: an indicator, its own domain (``sex=2``), the rows it bears on, the population."""

    indicator: str
    own: str
    values: npt.NDArray[np.floating]
    base: Bools
    population: str = "users"
    unit: str = "share"


def truth_values(population: Population, attendance: pd.DataFrame) -> pd.DataFrame:
    """Return the truth, one row a number.

    Returns
    -------
    DataFrame
        result_id, indicator, population (users, visits, spaces), wave, territory (``region=53`` or ``pays=03``), domain
        (``age_band=60+`` or empty), unit, value. Shares between 0 and 1, differences of shares in points.
    """
    levels = [row for wave in population.waves.values() for row in _levels(population, wave)]
    rows = [*levels, *_shifts(population, levels), *_attendance(population, attendance), *_spaces(population)]
    table = pd.DataFrame(rows, columns=["indicator", "population", "when", "territory", "domain", "unit", "value"])
    domain = np.where(table["domain"] == "", "", "/" + table["domain"])
    table["result_id"] = (
        table["indicator"] + "/" + table["population"] + "/" + table["when"] + "/" + table["territory"] + domain
    )
    table["wave"] = table["when"].where(table["when"].str.startswith("wave=")).str.removeprefix("wave=")
    return table[["result_id", "indicator", "population", "wave", "territory", "domain", "unit", "value"]]


def _levels(population: Population, wave: WavePopulation) -> list[Row]:
    """Return the shares, means, counts and scores of one wave, by territory and age band."""
    links = wave.links
    persons = wave.persons.take(links["person"].to_numpy()).reset_index(drop=True)
    visits = links["here"].to_numpy(dtype=float)
    weights = {"visits": visits, "users": visits / (visits + links["elsewhere"].to_numpy(dtype=float))}
    unit, units = _territory(population, links["space"].to_numpy())
    bands = list(population.truth.users.age_share[wave.wave])
    cell = unit * len(bands) + persons["band"].to_numpy()
    shape = (len(units), len(bands))
    when, rows = f"wave={wave.wave}", []
    for name, weight in weights.items():
        totals = _sums(cell, weight, shape)
        for place, row in zip([*units, _region(population)], totals, strict=True):
            if place:
                rows.append((f"profile.{name}.count", name, when, place, "", "count", float(row[-1])))
    for v in _variables(population, wave, persons, visits + links["elsewhere"].to_numpy()):
        weight = weights[v.population] * v.base
        above = _sums(cell, weight * v.values, shape)
        below = _sums(cell, weight, shape)
        for i, place in enumerate([*units, _region(population)]):
            for j, band in enumerate([*(f"age_band={b}" for b in bands), ""]):
                # A share of an age band inside an age band says nothing.
                if place and below[i, j] > 0 and not (band and v.own.startswith("age_band=")):
                    domain = "/".join(sorted(x for x in (band, v.own) if x))
                    value = float(above[i, j] / below[i, j])
                    rows.append((v.indicator, v.population, when, place, domain, v.unit, value))
    return rows


def _region(population: Population) -> str:
    return f"region={population.evaluation.settings.territory.code}"


def _territory(population: Population, space: Ints) -> tuple[Ints, list[str]]:
    """Return the unit of each row and the names of units; spaces in no unit count in the region only (no name)."""
    level = population.evaluation.settings.territory.level
    codes, names = pd.factorize(population.spaces[level], sort=True, use_na_sentinel=False)
    return codes[space], [f"{level}={n}" if isinstance(n, str) else "" for n in names]


def _sums(cell: Ints, weights: Floats, shape: tuple[int, int]) -> Floats:
    """Return weighted counts by unit and age band, with a last row and a last column of sums."""
    table = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
    with_row = np.vstack([table, table.sum(axis=0)])
    return np.hstack([with_row, with_row.sum(axis=1, keepdims=True)])


def _variables(
    population: Population, wave: WavePopulation, persons: pd.DataFrame, visits_total: Ints
) -> Iterator[_Variable]:
    everyone = np.ones(len(persons), dtype=bool)
    computer = persons["home_computer"].to_numpy(dtype=bool)
    yes_no = np.array(["no", "yes"], dtype=object)
    profile = {
        "age_band": (persons["age_band"].to_numpy(), everyone),
        "sex": (persons["sex"].to_numpy(), everyone),
        "occupation": (persons["occupation"].to_numpy(), everyone),
        "home_computer": (yes_no[computer.astype(int)], everyone),
        "home_internet": (yes_no[persons["home_internet"].to_numpy(dtype=int)], computer),
    }
    for name, (values, base) in profile.items():
        for code in sorted(set(values.tolist()), key=str):
            for whom in ("users", "visits"):
                yield _Variable(f"profile.{name}.share", f"{name}={code}", (values == code) * 1.0, base, whom)
    yield _Variable("profile.visits_4w.mean", "", visits_total.astype(float), everyone, "users", "mean")
    yield from _demand(population, wave, persons, everyone)
    yield from _satisfaction(population, wave, persons)
    pays = persons["would_pay"].to_numpy()
    for bid in population.truth.willingness_to_pay.bids:
        yield _Variable("payment.accept.share", f"price={bid:g}", (pays >= bid) * 1.0, everyone)


def _demand(
    population: Population, wave: WavePopulation, persons: pd.DataFrame, everyone: Bools
) -> Iterator[_Variable]:
    demand = population.truth.demand
    offered = [i for i in demand.items if population.truth.offers(i, wave.wave)]
    columns = {i: persons[f"wants_{i}"].to_numpy(dtype=float) for i in offered}
    columns["elaborate"] = persons["any_elaborate"].to_numpy(dtype=float)
    columns["basic"] = persons[[f"wants_{i}" for i in demand.basic]].any(axis=1).to_numpy(dtype=float)
    for item, values in columns.items():
        yield _Variable(f"demand.{item}.share", "", values, everyone)
    yield _Variable("demand.elaborate.share", "", columns["elaborate"], everyone, "visits")


def _satisfaction(population: Population, wave: WavePopulation, persons: pd.DataFrame) -> Iterator[_Variable]:
    for item in ("overall", *population.truth.satisfaction.top_two):
        notes = persons[f"sat_{item}"].to_numpy()
        concerned = notes != _NOT_CONCERNED
        yield _Variable(f"satisfaction.{item}.share", "", (notes >= _SATISFIED) * 1.0, concerned)
        yield _Variable(f"satisfaction.{item}.mean", "", notes.astype(float), concerned, "users", "mean")
        for note in range(1, 6):
            yield _Variable(f"satisfaction.{item}.distribution", f"answer={note}", (notes == note) * 1.0, concerned)
    answers = persons["recommend"].to_numpy()
    if (answers >= 0).any():
        net = 100.0 * ((answers >= _NET["promoters"]) * 1.0 - (answers <= _NET["detractors"]))
        yield _Variable("satisfaction.recommend.score", "", net, answers >= 0, "users", "score")


def _shifts(population: Population, levels: list[Row]) -> Iterator[Row]:
    """Return the differences of shares between the first and the last wave, and gaps with the rest of the region."""
    first, last = (w.name for w in (population.evaluation.settings.waves[0], population.evaluation.settings.waves[-1]))
    known = {(r[0], r[1], r[2], r[3], r[4]): r[6] for r in levels if r[5] == "share"}
    for (indicator, whom, when, place, domain), after in known.items():
        before = known.get((indicator, whom, f"wave={first}", place, domain))
        if when != f"wave={last}" or before is None or first == last or not indicator.endswith(".share"):
            continue
        name = indicator.removesuffix("share") + "shift"
        yield (name, whom, f"wave={first}..{last}", place, domain, "point", 100 * (after - before))
    yield from _gaps(population, levels)


def _gaps(population: Population, levels: list[Row]) -> Iterator[Row]:
    region = _region(population)
    value = {(r[0], r[1], r[2], r[3]): r[6] for r in levels if r[4] == ""}
    for (indicator, whom, when, place), share in value.items():
        if indicator != "demand.elaborate.share" or whom != "users" or place == region:
            continue
        everyone = value[(indicator, whom, when, region)]
        size = value[("profile.users.count", "users", when, place)]
        total = value[("profile.users.count", "users", when, region)]
        if total > size:
            rest = (everyone * total - share * size) / (total - size)
            yield ("demand.elaborate.gap", whom, when, place, "", "point", 100 * (share - rest))


def _attendance(population: Population, attendance: pd.DataFrame) -> Iterator[Row]:
    """Return the visits of each year as they really were, missing returns included."""
    level = population.evaluation.settings.territory.level
    units = population.spaces[level].astype("category").array[attendance["space"].to_numpy()]
    # as categories: each text is looked at once, not once a grouping
    attendance = attendance.astype(dict.fromkeys(("age_band", "activity"), "category"))
    year = attendance["month"].str[:4].astype("category")
    for name in ("", "age_band", "activity"):
        by = [year] if not name else [year, attendance[name]]
        for territory in (None, pd.Series(units, index=attendance.index)):
            groups = by if territory is None else [*by, territory]
            for index, visits in attendance["visits"].groupby(groups, observed=True).sum().items():
                parts = index if isinstance(index, tuple) else (index,)
                place = _region(population) if territory is None else f"{level}={parts[-1]}"
                domain = f"{name}={parts[1]}" if name else ""
                yield ("attendance.visits.count", "visits", f"period={parts[0]}", place, domain, "count", float(visits))


def _spaces(population: Population) -> Iterator[Row]:
    """Return open, closed and labelled spaces, posts and hours at the end of each wave's year."""
    spaces, level = population.spaces, population.evaluation.settings.territory.level
    waves = population.evaluation.settings.waves
    for wave in waves:
        day = pd.Timestamp(f"{wave.field[0].year}-12-31")
        is_open = (spaces["opened"] <= day) & (spaces["closed"].isna() | (spaces["closed"] > day))
        when = f"period={day.date()}"
        bought = spaces[f"equipment_year_{wave.year}" if wave is waves[0] else "equipment_year"]
        table = pd.DataFrame(
            {
                "place": f"{level}=" + spaces[level].astype("str"),
                "open": is_open,
                "closed": spaces["closed"] <= day,
                "labelled": (spaces["label_date"] <= day) & is_open,
                "posts": spaces["posts"].where(is_open),
                "hours": spaces["hours_week"].where(is_open),
                "over_5": (day.year - bought >= 5).astype(float).where(is_open),
            }
        )
        grouped = list(table[spaces[level].notna()].groupby("place"))
        for place, rows in [(_region(population), table), *((str(p), g) for p, g in grouped)]:
            for name in ("open", "closed", "labelled"):
                yield (f"spaces.{name}.count", "spaces", when, place, "", "count", float(rows[name].sum()))
            yield ("spaces.posts.count", "spaces", when, place, "", "count", float(rows["posts"].sum()))
            if rows["open"].any():
                yield ("spaces.hours.mean", "spaces", when, place, "", "mean", float(rows["hours"].mean()))
                over = float(rows["over_5"].mean())
                yield ("spaces.equipment_over_5.share", "spaces", when, place, "", "share", over)
