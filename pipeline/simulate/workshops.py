"""Cycles of workshops and the nominal lists of enrolments, simulated from the visits to workshops.

Every visit to a workshop of the attendance is an attended meeting of one cycle, so that trainee hours are those visits
times the length of a meeting. Some spaces send nominal lists: persons end a cycle or leave it, and come back to a later
one while a seat is left. The follow-up goes on for some months after the last year, where no file sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Floats, Ints, centred, quota, stream
from pipeline.simulate.parameters import Workshops
from pipeline.simulate.planted import WithErrors
from pipeline.simulate.population import Population

_WEEK = 7
_AFTERWARDS = 183
_OLDEST = 90


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
    visits = attendance[attendance["activity"] == "workshop"]
    visits = visits.assign(year=visits["month"].str[:4].astype(int), month=visits["month"].str[5:7].astype(int))
    spaces = population.spaces
    chance = spaces["site_type"].map(asked.lists).fillna(0.0).to_numpy(np.float64)
    listed = set(spaces["site_id"][rng.random(len(spaces)) < chance])
    hours = visits.groupby("site_id")["visits"].sum().reindex(spaces["site_id"]).fillna(0).to_numpy(np.float64)
    weight = hours * spaces["site_id"].isin(listed).to_numpy()
    own = centred(rng.normal(0, asked.space_sd_logit, len(spaces)), weight)
    pull = dict(zip(spaces["site_id"], own, strict=True))
    posts = dict(zip(spaces["site_id"], spaces["posts"], strict=True))
    cycles, lists = [], []
    for year in asked.years:
        inside = visits[visits["year"] == year]
        bands = inside[inside["site_id"].isin(listed)].groupby("age_band")["visits"].sum()
        start = _intercept(asked, year, bands)
        for site, rows in inside.groupby("site_id", sort=True):
            months = rows.groupby("month")["visits"].sum()
            if not months.sum():
                continue
            places = int(np.clip(posts[site], asked.least_places, asked.places))
            mine = _cycles(asked, year, months, places, rng).assign(site_id=site)
            cycles.append(mine)
            if site in listed:
                ages = rows.groupby("age_band")["visits"].sum()
                lists.append(_enrolments(asked, year, str(site), mine, ages, start + pull[site], rng))
    table = pd.concat(cycles, ignore_index=True)
    table["cycle"] = [f"C{i:06d}" for i in range(1, len(table) + 1)]
    everything = pd.concat(lists, ignore_index=True)
    known = everything[~everything["unseen"]].drop(columns="unseen")
    known = known.sort_values(["space_id", "starts", "participant"], kind="stable", ignore_index=True)
    return DrawnWorkshops(table, known, everything)


def _intercept(asked: Workshops, year: int, bands: pd.Series) -> float:
    """Return the intercept for which the share of the year comes back, over ages and spaces (Gauss-Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    space = asked.space_sd_logit * nodes
    age = np.array([asked.age_logit.get(str(b), 0.0) for b in bands.index])
    cell = (weights[:, None] / weights.sum()) * (bands.to_numpy(np.float64) / bands.sum())[None, :]
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float((cell / (1 + np.exp(-(middle + space[:, None] + age[None, :])))).sum())
        low, high = (middle, high) if mean < asked.re_enrolment[str(year)] else (low, middle)
    return (low + high) / 2


def _cycles(asked: Workshops, year: int, months: pd.Series, places: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the cycles of one space and year; every visit to a workshop is in one of them."""
    visits = int(months.sum())
    number = max(1, round(visits / (asked.meetings * asked.present * places * asked.fill)))
    enrolled = np.maximum(rng.binomial(places, asked.fill, number), 1)
    attended_meetings = quota(enrolled.tolist(), visits)
    fewest = -(-attended_meetings // asked.meetings)
    enrolled = np.maximum(enrolled, fewest)
    share = months.to_numpy(np.float64) / visits
    month = np.sort(rng.choice(months.index.to_numpy(), size=number, p=share))
    first = pd.to_datetime([f"{year}-{m:02d}-01" for m in month])
    starts = first + pd.to_timedelta(rng.integers(0, first.days_in_month.to_numpy()), unit="D")
    shares = asked.themes[str(year)]
    order = np.argsort(starts.to_numpy(), kind="stable")
    starts = starts[order]
    return pd.DataFrame(
        {
            "theme": rng.choice(list(shares), size=number, p=list(shares.values())),
            "starts": starts,
            "ends": starts + pd.to_timedelta(_WEEK * (asked.meetings - 1), unit="D"),
            "places": places,
            "enrolled": enrolled,
            "attended": np.maximum(rng.binomial(enrolled, asked.came), fewest),
            "training_hours": attended_meetings * asked.hours_per_meeting,
        }
    )


@dataclass
class _Seats:
    """Seats of the cycles of one space, and who holds them already."""

    starts: Ints
    free: Ints
    booked: list[list[tuple[str, int]]]

    def take(self, person: tuple[str, int], after: int, wanted: int, latest: int) -> bool:
        """Give ``person`` a seat: in the first cycle from day ``wanted``, else the first after ``after``."""
        inside = np.flatnonzero((self.starts > after) & (self.starts <= latest) & (self.free > 0))
        if not len(inside):
            return False
        late = inside[self.starts[inside] >= wanted]
        chosen = int(late[0]) if len(late) else int(inside[-1])
        self.free[chosen] -= 1
        self.booked[chosen].append(person)
        return True


def _enrolments(
    asked: Workshops,
    year: int,
    site: str,
    cycles: pd.DataFrame,
    ages: pd.Series,
    logit: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return who sat in the cycles of a space: those who came back first, new persons on the seats left."""
    early = cycles[cycles["starts"].dt.dayofyear <= _AFTERWARDS]
    later = early.assign(**{c: early[c] + pd.DateOffset(years=1) for c in ("starts", "ends")})
    both = pd.concat([cycles.assign(unseen=False), later.assign(unseen=True)], ignore_index=True)
    day = ((both["starts"] - pd.Timestamp(year, 1, 1)) / pd.Timedelta(days=1)).to_numpy(np.int64)
    length = _WEEK * (asked.meetings - 1)
    seats = _Seats(day, both["enrolled"].to_numpy(np.int64).copy(), [[] for _ in range(len(both))])
    bands, shares = list(ages.index), (ages / ages.sum()).to_numpy(np.float64)
    made, persons = [], 0
    for c in range(len(both)):
        fresh = int(seats.free[c])
        seats.free[c] = 0
        new = [(f"{site}-{year}-{persons + i:04d}", a) for i, a in enumerate(_ages(bands, shares, fresh, rng), 1)]
        persons += fresh
        sitting = [*seats.booked[c], *new]
        completed = rng.random(len(sitting)) < asked.completed
        tilt = np.array([asked.age_logit.get(_band(bands, a), 0.0) for _, a in sitting])
        back = completed & (rng.random(len(sitting)) < 1 / (1 + np.exp(-(logit + tilt))))
        wanted = day[c] + length + rng.integers(1, asked.slowest, len(sitting))
        for i in np.flatnonzero(back):
            seats.take(sitting[i], int(day[c]) + length, int(wanted[i]), int(day[c]) + length + _AFTERWARDS)
        made += [
            (c, person, age, "yes" if done else "no") for (person, age), done in zip(sitting, completed, strict=True)
        ]
    rows = pd.DataFrame(made, columns=["cycle", "participant", "age", "completed"])
    shown = both.loc[rows["cycle"], ["theme", "starts", "ends", "unseen"]].reset_index(drop=True)
    return pd.concat([rows.drop(columns="cycle"), shown], axis=1).assign(space_id=site)


def _ages(bands: list[str], shares: Floats, n: int, rng: np.random.Generator) -> list[int]:
    low = np.array([int(b.rstrip("+").split("-")[0]) for b in bands])
    high = np.append(low[1:], _OLDEST)
    chosen = rng.choice(len(bands), size=n, p=shares)
    ages = np.maximum(rng.integers(low[chosen], high[chosen]), 8)
    return [int(a) for a in ages]


def _band(bands: list[str], age: int) -> str:
    return [b for b in bands if int(b.rstrip("+").split("-")[0]) <= age][-1]


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
