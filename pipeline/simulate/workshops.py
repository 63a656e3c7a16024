"""Cycles of workshops and the nominal lists of enrolments, simulated from the visits to workshops.

Every visit to a workshop of the attendance is an attended meeting of one cycle, so that trainee hours are those visits
times the length of a meeting. Some spaces send nominal lists: persons end a cycle or leave it, and come back to a later
one while a seat is left. The follow-up goes on for some months after the last year, where no file sees it.
"""

from __future__ import annotations

import datetime as dt
import functools
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.simulate.draws import Ints, centred, quota, stream
from pipeline.simulate.parameters import Workshops
from pipeline.simulate.planted import WithErrors
from pipeline.simulate.population import Population

_WEEK = 7
_AFTERWARDS = 183
_YEAR = 365
_YOUNGEST, _OLDEST = 8, 90


@dataclass(frozen=True)
class DrawnWorkshops:
    """What was drawn.

    cycles : site_id, cycle, theme, starts, ends, places, enrolled, attended, training_hours; one row a cycle.
    enrolments : space_id, participant, age, theme, starts, ends, completed (yes, no); what the lists hold.
    everything : the same with the cycles that begin after the last day of a list, which no file holds.
    """

    cycles: pd.DataFrame
    enrolments: pd.DataFrame
    everything: pd.DataFrame


def draw_workshops(population: Population, attendance: pd.DataFrame, asked: Workshops) -> DrawnWorkshops:
    """Return cycles of the declared years, and the enrolments of the spaces that send lists.

    Parameters
    ----------
    attendance : the counts as they really were (`draw_attendance`).
    """
    rng = stream(population.truth.population_seed, "workshops")
    spaces, sites = population.spaces, population.spaces["site_id"].to_numpy(dtype=object)
    bands = list(population.truth.attendance.trend_by_age)
    visits = {year: _visits(attendance, year, sites, bands) for year in asked.years}
    chance = spaces["site_type"].map(asked.lists).fillna(0.0).to_numpy(np.float64)
    listed = rng.random(len(spaces)) < chance
    size = np.sum([v.sum(axis=(1, 2)) for v in visits.values()], axis=0)
    pull = centred(rng.normal(0, asked.space_sd_logit, len(spaces)), size * listed)
    places = np.clip(spaces["posts"].to_numpy(np.int64), asked.least_places, asked.places)
    cycles, lists = [], []
    for year, counts in visits.items():
        start = _intercept(asked, year, bands, counts[listed].sum(axis=(0, 1)))
        for s in np.flatnonzero(counts.sum(axis=(1, 2)) > 0):
            mine = _cycles(asked, year, counts[s].sum(axis=1), int(places[s]), rng)
            cycles.append(_dated(mine, year, sites[s]))
            if listed[s]:
                seats = _sat(asked, mine, bands, counts[s].sum(axis=0), start + pull[s], rng)
                lists.append(_listed(seats, mine, year, str(sites[s])))
    table = _stacked(cycles)
    table["cycle"] = [f"C{i:06d}" for i in range(1, len(table) + 1)]
    everything = _stacked(lists)
    known = everything[~everything["unseen"]].drop(columns="unseen")
    known = known.sort_values(["space_id", "starts", "participant"], kind="stable", ignore_index=True)
    return DrawnWorkshops(table, known, everything)


def _visits(attendance: pd.DataFrame, year: int, sites: npt.NDArray[np.object_], bands: list[str]) -> Ints:
    """Return (spaces, months, bands) the visits to workshops of a year."""
    rows = attendance[(attendance["activity"] == "workshop") & attendance["month"].str.startswith(str(year))]
    space = pd.Index(sites).get_indexer(pd.Index(rows["site_id"]))
    month = rows["month"].str[5:7].astype(int).to_numpy() - 1
    band = pd.Index(bands).get_indexer(pd.Index(rows["age_band"]))
    cell = (space * 12 + month) * len(bands) + band
    sums = np.bincount(cell, weights=rows["visits"].to_numpy(np.float64), minlength=len(sites) * 12 * len(bands))
    return sums.astype(np.int64).reshape(len(sites), 12, len(bands))


def _intercept(asked: Workshops, year: int, bands: list[str], visits: Ints) -> float:
    """Return the intercept for which the share of the year comes back, over ages and spaces (Gauss-Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    space = asked.space_sd_logit * nodes
    age = np.array([asked.age_logit.get(b, 0.0) for b in bands])
    cell = (weights[:, None] / weights.sum()) * (visits / max(visits.sum(), 1))[None, :]
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float((cell / (1 + np.exp(-(middle + space[:, None] + age[None, :])))).sum())
        low, high = (middle, high) if mean < asked.re_enrolment[str(year)] else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class _Cycles:
    """Cycles (K,) of one space and year in order of time; ``start`` counts days from 1 January, ``met`` meetings."""

    start: Ints
    enrolled: Ints
    attended: Ints
    met: Ints
    theme: npt.NDArray[np.object_]
    places: int
    length: int
    hours: float


def _cycles(asked: Workshops, year: int, months: Ints, places: int, rng: np.random.Generator) -> _Cycles:
    """Return the cycles of one space and year; every visit to a workshop is in one of them."""
    visits = int(months.sum())
    number = max(1, round(visits / (asked.meetings * asked.present * places * asked.fill)))
    enrolled = np.maximum(rng.binomial(places, asked.fill, number), 1)
    met = quota(enrolled.tolist(), visits)
    fewest = -(-met // asked.meetings)
    enrolled = np.maximum(enrolled, fewest)
    month = rng.choice(12, size=number, p=months / visits)
    first, days = _months(year)
    start = np.sort(first[month] + rng.integers(0, days[month]))
    shares = asked.themes[str(year)]
    theme = np.array(list(shares), dtype=object)[rng.choice(len(shares), size=number, p=list(shares.values()))]
    attended = np.maximum(rng.binomial(enrolled, asked.came), fewest)
    return _Cycles(start, enrolled, attended, met, theme, places, _WEEK * (asked.meetings - 1), asked.hours_per_meeting)


@functools.cache
def _months(year: int) -> tuple[Ints, Ints]:
    """Return (12,) the days of a year before each month, and the days of each month."""
    first = np.array([dt.date(year, m, 1).timetuple().tm_yday - 1 for m in range(1, 13)])
    return first, np.diff(np.append(first, dt.date(year, 12, 31).timetuple().tm_yday))


def _dated(cycles: _Cycles, year: int, site: str) -> dict[str, Any]:
    starts = np.datetime64(f"{year}-01-01") + cycles.start.astype("timedelta64[D]")
    return {
        "theme": cycles.theme,
        "starts": starts,
        "ends": starts + np.timedelta64(cycles.length, "D"),
        "places": np.full(len(starts), cycles.places),
        "enrolled": cycles.enrolled,
        "attended": cycles.attended,
        "training_hours": cycles.met * cycles.hours,
        "site_id": np.full(len(starts), site, dtype=object),
    }


def _stacked(parts: list[dict[str, Any]]) -> pd.DataFrame:
    """Return tables of one space each under each other, days as pandas holds them."""
    table = pd.DataFrame({name: np.concatenate([p[name] for p in parts]) for name in parts[0]})
    return table.assign(**{c: table[c].astype("datetime64[ns]") for c in ("starts", "ends")})


@dataclass
class _Seats:
    """Seats of the cycles of one space, and who holds them already (number and age of a person)."""

    starts: list[int]
    free: list[int]
    booked: list[list[tuple[int, int]]]

    def take(self, person: tuple[int, int], after: int, wanted: int, latest: int) -> None:
        """Give ``person`` a seat, if there is one: in the first cycle from day ``wanted``, else the last before it."""
        low, high = bisect_left(self.starts, after + 1), bisect_left(self.starts, latest + 1)
        first = bisect_left(self.starts, wanted, low, high)
        chosen = next((c for c in (*range(first, high), *range(first - 1, low - 1, -1)) if self.free[c] > 0), None)
        if chosen is not None:
            self.free[chosen] -= 1
            self.booked[chosen].append(person)


def _sat(
    asked: Workshops, cycles: _Cycles, bands: list[str], visits: Ints, logit: float, rng: np.random.Generator
) -> Ints:
    """Return (seats, 4) cycle, person, age and 1 where the cycle was completed: those who came back, then new ones.

    Cycles after the last are those that no file holds: the first half of the year once more, a year later.
    """
    start = np.append(cycles.start, cycles.start[cycles.start < _AFTERWARDS] + _YEAR)
    enrolled = np.append(cycles.enrolled, cycles.enrolled[cycles.start < _AFTERWARDS])
    seats = _Seats(start.tolist(), enrolled.tolist(), [[] for _ in start])
    low = np.array([int(b.rstrip("+").split("-")[0]) for b in bands])
    high = np.append(low[1:], _OLDEST)
    tilts = np.array([asked.age_logit.get(b, 0.0) for b in bands])
    shares = visits / visits.sum()
    made: list[tuple[int, int, int, bool]] = []
    persons = 0
    for c, day in enumerate(seats.starts):
        fresh, end = seats.free[c], day + cycles.length
        seats.free[c] = 0
        band = rng.choice(len(bands), size=fresh, p=shares)
        age = np.maximum(rng.integers(low[band], high[band]), _YOUNGEST).tolist()
        sitting = [*seats.booked[c], *zip(range(persons + 1, persons + fresh + 1), age, strict=True)]
        persons += fresh
        ages = np.array([a for _, a in sitting])
        completed = rng.random(len(sitting)) < asked.completed
        chance = 1 / (1 + np.exp(-(logit + tilts[np.searchsorted(low, ages, side="right") - 1])))
        back = completed & (rng.random(len(sitting)) < chance)
        wanted = end + rng.integers(1, asked.slowest, len(sitting))
        for i in np.flatnonzero(back).tolist():
            seats.take(sitting[i], end, int(wanted[i]), end + _AFTERWARDS)
        made += [(c, person, years, done) for (person, years), done in zip(sitting, completed.tolist(), strict=True)]
    return np.array(made, dtype=np.int64)


def _listed(seats: Ints, cycles: _Cycles, year: int, site: str) -> dict[str, Any]:
    cycle, person, age, completed = seats.T
    early = np.flatnonzero(cycles.start < _AFTERWARDS)
    start = np.append(cycles.start, cycles.start[early] + _YEAR)[cycle]
    starts = np.datetime64(f"{year}-01-01") + start.astype("timedelta64[D]")
    return {
        "participant": np.array([f"{site}-{year}-{p:04d}" for p in person], dtype=object),
        "age": age,
        "completed": np.where(completed == 1, "yes", "no").astype(object),
        "theme": np.append(cycles.theme, cycles.theme[early])[cycle],
        "starts": starts,
        "ends": starts + np.timedelta64(cycles.length, "D"),
        "unseen": cycle >= len(cycles.start),
        "space_id": np.full(len(cycle), site, dtype=object),
    }


def plant_in_cycles(drawn: DrawnWorkshops, share: float, seed: int) -> WithErrors:
    """Return the cycles with some where more came than were enrolled."""
    rng, rows = stream(seed, "planted", "workshops"), drawn.cycles
    hit = np.sort(rng.choice(len(rows), size=round(share * len(rows)), replace=False))
    attended = rows["attended"].to_numpy(np.int64).copy()
    attended[hit] = rows["enrolled"].to_numpy(np.int64)[hit] + rng.integers(1, 4, len(hit))
    planted = pd.DataFrame({"position": hit, "kind": "attended_over_enrolled"})
    return WithErrors(rows.assign(attended=attended, space_id=rows["site_id"]), planted)


def workshop_truth(drawn: DrawnWorkshops, asked: Workshops, region: str) -> pd.DataFrame:
    """Return counts, fill rates and re-enrolment under the result_ids of the analysis, in the form of truth_values."""
    place, found = f"region={region}", []
    year = drawn.cycles["starts"].dt.year
    for each in asked.years:
        inside, when = drawn.cycles[year == each], f"period={each}"
        fill = inside["enrolled"].sum() / inside["places"].sum()
        numbers = {"cycles.count": len(inside), "hours.count": inside["training_hours"].sum(), "fill.rate": fill}
        found += [(f"workshops.{k}", "workshops", when, "", float(v)) for k, v in numbers.items()]
        back = _came_back(drawn.everything, each)
        found.append(("workshops.re_enrolment.share", "trainees", when, "", float(back.mean())))
    table = pd.DataFrame(found, columns=["indicator", "population", "when", "domain", "value"])
    return table.assign(
        result_id=table["indicator"] + "/" + table["population"] + "/" + table["when"] + f"/{place}",
        wave=table["when"].str.removeprefix("period="),
        territory=place,
        unit=np.where(table["population"] == "trainees", "share", "count"),
    ).drop(columns="when")


def _came_back(everything: pd.DataFrame, year: int) -> pd.Series:
    """Return, a person whose first completed cycle ended in the year, whether another began within half a year."""
    rows = everything.sort_values(["participant", "starts"], kind="stable")
    done = rows[(rows["completed"] == "yes") & (rows["ends"].dt.year == year) & ~rows["unseen"]]
    first = done.drop_duplicates("participant").set_index("participant")
    others = rows.join(first[["starts", "ends"]].rename(columns=lambda c: f"own_{c}"), on="participant")
    others = others[others["starts"] > others["own_starts"]].drop_duplicates("participant").set_index("participant")
    waited = (others["starts"] - others["own_ends"]).dt.days.reindex(first.index)
    return waited <= _AFTERWARDS
