"""One finite population of users and visits a wave: what the samples are drawn from and what truth is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.evaluation import Evaluation, Wave
from pipeline.simulate.draws import Bools, Floats, Ints, dealt, highest, quota, stream, top_share
from pipeline.simulate.parameters import Truth, load_truth
from pipeline.simulate.payment import draw_payment
from pipeline.simulate.satisfaction import draw_satisfaction
from pipeline.simulate.spaces import draw_spaces
from pipeline.simulate.wishes import draw_wishes

#: Days with children and shoppers about are busier: Monday to Sunday.
_DAY_WEIGHT = np.array([0.9, 1.0, 1.35, 1.0, 1.05, 1.2, 0.5])
_YEAR = 365.25


@dataclass(frozen=True)
class Visits:
    """The visits of one wave, sorted by space and day.

    person, links : (visits,) row of the person, and of the person-at-a-space in `WavePopulation.links`.
    start : (spaces * days + 1,) where the visits of a space and day begin: cell = space * days + day.
    """

    person: Ints
    link: Ints
    start: Ints


@dataclass(frozen=True)
class WavePopulation:
    """The users of one wave and their visits.

    persons : one row a user of 15 or over (age, sex, ..., answers they would give).
    links : one row a user and space visited: person, space (row of the spaces frame), here, elsewhere (visits).
    days : opening days of the field period, in order.
    open : (spaces,) whether the space is open during the fieldwork.
    """

    wave: str
    persons: pd.DataFrame
    links: pd.DataFrame
    visits: Visits
    days: npt.NDArray[np.datetime64]
    open: Bools


@dataclass(frozen=True)
class Population:
    """The whole truth of a synthetic evaluation in one scenario."""

    evaluation: Evaluation
    truth: Truth
    scale: float
    spaces: pd.DataFrame
    waves: dict[str, WavePopulation]
    shocks: pd.DataFrame


def draw_population(evaluation: Evaluation, *, scenario: str = "default", scale: float = 1.0) -> Population:
    """Draw the finite population of every wave; the same truth.yaml always gives the same population.

    Parameters
    ----------
    evaluation : a synthetic evaluation.
    scenario : name of an override in truth.yaml.
    scale : multiplies the number of users (and so of visits) of every space.

    Raises
    ------
    SimulateError
        If truth.yaml cannot be used.
    """
    truth = load_truth(evaluation, scenario)
    spaces = draw_spaces(evaluation, truth)
    shocks = _shocks(truth, spaces)
    effects = _space_effects(truth, spaces)
    waves = {}
    for number, wave in enumerate(evaluation.settings.waves):
        waves[wave.name] = _wave_population(evaluation, truth, spaces, shocks, effects, wave, number, scale)
    return Population(evaluation, truth, scale, _plain(spaces), waves, shocks)


def label_ramp(months_since: npt.ArrayLike) -> Floats:
    """Return the share of the label's effect that is reached after a number of months (linear over a year)."""
    return np.clip(np.asarray(months_since, dtype=float) / 12.0, 0.0, 1.0)


def months_between(later: pd.Period, earlier: pd.Series) -> Floats:
    """Return the months from each date to ``later``; minus infinity where there is no date."""
    gap = (later.year - earlier.dt.year) * 12 + (later.month - earlier.dt.month)
    return gap.astype("float64").fillna(-np.inf).to_numpy()


def space_level(
    truth: Truth, spaces: pd.DataFrame, shocks: pd.DataFrame, month: pd.Period, origin: pd.Period
) -> Floats:
    """Return (spaces,) the log level of visits in ``month`` against ``origin``, without season and age trends."""
    years = (month - origin).n / 12.0
    later = spaces["label_date"].notna().to_numpy()
    level = truth.label.effect_log_visits * label_ramp(months_between(month, spaces["label_date"]))
    level = level + years * (spaces["slope"].to_numpy() + truth.label.pretrend * later)
    by_year = shocks[str(month.year)].to_numpy() - shocks[str(origin.year)].to_numpy()
    return level + spaces["stratum"].map(pd.Series(by_year, index=shocks.index)).to_numpy(dtype=float)


def _shocks(truth: Truth, spaces: pd.DataFrame) -> pd.DataFrame:
    """Return the shocks of log visits that the spaces of a pays share in a year: pays by year."""
    years = range(int(truth.attendance.first_month[:4]), int(truth.attendance.last_month[:4]) + 1)
    units = sorted(spaces["stratum"].unique())
    draws = stream(truth.population_seed, "shocks").normal(size=(len(units), len(years)))
    return pd.DataFrame(draws * truth.label.pays_year_shock_sd, index=units, columns=[str(y) for y in years])


def _space_effects(truth: Truth, spaces: pd.DataFrame) -> pd.DataFrame:
    """Return what the answers given in one space share: demand, its shift, satisfaction item by item."""
    rng, n = stream(truth.population_seed, "space effects"), len(spaces)
    effects: dict[str, Floats] = {"demand": rng.normal(size=n) * truth.demand.logit.space_sd}
    effects["demand_shift"] = rng.normal(size=n) * truth.demand.logit.space_shift_sd
    common = rng.normal(size=n)
    for item in ("overall", *truth.satisfaction.top_two):
        effects[f"sat_{item}"] = truth.satisfaction.space_sd_logit * np.sqrt(0.5) * (common + rng.normal(size=n))
    units = sorted(spaces["stratum"].unique())
    first = pd.Series(rng.normal(size=len(units)) * truth.demand.logit.pays_first_wave_sd, index=units)
    effects["demand_pays"] = spaces["stratum"].map(first).to_numpy(dtype=float)
    shift = spaces["stratum"].map(truth.demand.pays_shift_logit).fillna(0.0)
    effects["demand_pays_shift"] = shift.to_numpy(dtype=float)
    return pd.DataFrame(effects)


def _wave_population(
    evaluation: Evaluation,
    truth: Truth,
    spaces: pd.DataFrame,
    shocks: pd.DataFrame,
    effects: pd.DataFrame,
    wave: Wave,
    number: int,
    scale: float,
) -> WavePopulation:
    rng = stream(truth.population_seed, "users", str(wave.year))
    is_open = (spaces["closed"].isna() | (spaces["closed"] > pd.Timestamp(wave.field[1]))).to_numpy()
    month = pd.Period(str(wave.attendance_month), "M")
    origin = pd.Period(str(evaluation.settings.waves[0].attendance_month), "M")
    size = spaces["size"].to_numpy() * np.exp(space_level(truth, spaces, shocks, month, origin)) * is_open
    kept = len(spaces) / sum(truth.spaces.per_pays.values())
    size_here = quota(size.tolist(), round(truth.users.total[wave.name] * kept * scale))
    persons = _profiles(truth, wave.name, np.repeat(np.arange(len(spaces)), size_here), rng)
    persons["visits_here"] = _frequencies(truth, persons, rng)
    days = opening_days(wave)
    links = _links(truth, persons, size, len(days), rng)
    persons["visits_total"] = links.groupby("person")["here"].sum().reindex(range(len(persons))).to_numpy()
    frequency = np.log(persons["visits_total"].to_numpy())
    persons["log_visits"] = frequency - frequency.mean()
    equipment = _equipment(truth, wave.name, persons, rng)
    persons = persons.assign(**equipment)
    old = _over_five(spaces, wave, evaluation.settings.waves[0])
    labelled = (spaces["label_date"] <= pd.Timestamp(wave.field[0])).to_numpy()
    persons = pd.concat(
        [
            persons,
            draw_wishes(truth, wave.name, number, persons, effects, rng),
            draw_satisfaction(truth, wave.name, persons, effects, old, labelled, rng),
            draw_payment(truth, wave.name, persons, rng),
        ],
        axis=1,
    )
    visits = _visits(links, len(spaces), days, rng)
    return WavePopulation(wave.name, _plain(persons), links, visits, days, is_open)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with texts as plain objects: redrawing samples takes rows of them thousands of times."""
    texts = [c for c in frame.columns if pd.api.types.is_string_dtype(frame[c])]
    return frame.astype(dict.fromkeys(texts, object))


def opening_days(wave: Wave) -> npt.NDArray[np.datetime64]:
    """Return the opening days of the field period: its first weekdays, as many as the wave declares."""
    first, last = wave.field
    every = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
    weekdays = [d for d in every if d.weekday() < 5]
    chosen = weekdays if len(weekdays) >= int(wave.opening_days or 0) else every
    return np.array(chosen[: wave.opening_days], dtype="datetime64[D]")


def _over_five(spaces: pd.DataFrame, wave: Wave, first: Wave) -> Bools:
    bought = spaces[f"equipment_year_{first.year}" if wave is first else "equipment_year"]
    return (wave.field[0].year - bought.to_numpy() >= 5).astype(bool)


def _profiles(truth: Truth, wave: str, space: Ints, rng: np.random.Generator) -> pd.DataFrame:
    bands = list(truth.users.age_share[wave])
    band = _age_structure(truth, wave, space, rng)
    frame = pd.DataFrame({"space": space, "band": band, "age_band": np.array(bands, dtype=object)[band]})
    age = np.empty(len(frame), dtype=np.int64)
    female = np.zeros(len(frame), dtype=bool)
    for b, name in enumerate(bands):
        rows = np.flatnonzero(band == b)
        age[rows] = _ages(name, len(rows), truth.users.aged_75, rng)
        female[
            rows[dealt([truth.users.female_share[name], 1 - truth.users.female_share[name]], len(rows), rng) == 0]
        ] = True
    frame["age"] = age
    frame["sex"] = np.where(female, 2, 1)
    frame["occupation"] = _occupations(truth, wave, age, rng)
    return frame


def _age_structure(truth: Truth, wave: str, space: Ints, rng: np.random.Generator) -> Ints:
    """Return (users,) age bands: each space its own structure, every band exactly at its share of the wave."""
    target = np.array(list(truth.users.age_share[wave].values()))
    tilt = rng.normal(size=(space.max() + 1, len(target))) * truth.users.age_tilt_sd
    # The band with the highest score wins; the intercepts are solved so that the shares are those of the table.
    score = np.log(target) + tilt[space] + rng.gumbel(size=(len(space), len(target)))
    wanted = quota(target.tolist(), len(space))
    intercept = np.zeros(len(target))
    for _ in range(60):
        counts = np.bincount(highest(score + intercept), minlength=len(target))
        if (counts == wanted).all():
            break
        intercept += np.log(wanted / np.maximum(counts, 1))
    band = highest(score + intercept)
    for b in range(len(target)):  # a handful of users move so that the quota is exact
        surplus = np.bincount(band, minlength=len(target)) - wanted
        while surplus[b] > 0:
            to = int(np.argmin(surplus))
            n = min(surplus[b], -surplus[to])
            band[rng.choice(np.flatnonzero(band == b), size=n, replace=False)] = to
            surplus[b] -= n
            surplus[to] += n
    return band


def _ages(band: str, n: int, aged_75: float, rng: np.random.Generator) -> Ints:
    if band.endswith("+"):
        low = int(band[:-1])
        older = np.arange(n) < round(aged_75 * n)
        ages = np.where(older, 75 + np.floor(rng.beta(1, 3, n) * 18), low + np.floor(rng.beta(1, 1.4, n) * (75 - low)))
        return rng.permutation(ages.astype(np.int64))
    low, high = (int(x) for x in band.split("-"))
    return rng.integers(low, high + 1, size=n)


def _occupations(truth: Truth, wave: str, age: Ints, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Return (users,) occupations at the shares of the table, likely ones for the age first."""
    shares = truth.users.occupation[wave]
    names = list(shares)
    likely = {
        "pupil_student": -(((age - 17) / 6.0) ** 2) * (age > 17),
        "retired": np.where(age < 55, -12.0, (age - 61) / 2.0),
        "employed": -np.abs(age - 38) / 12.0 - 6.0 * (age > 62),
        "unemployed": -np.abs(age - 33) / 14.0 - 6.0 * (age > 60) - 1.5 * (age < 18),
        "home_other": np.zeros(len(age)) - 1.0 * (age < 18),
    }
    score = np.column_stack([likely.get(n, np.zeros(len(age))) for n in names]) + rng.gumbel(
        size=(len(age), len(names))
    )
    wanted = quota(list(shares.values()), len(age))
    intercept = np.zeros(len(names))
    for _ in range(80):
        counts = np.bincount(highest(score + intercept), minlength=len(names))
        if (counts == wanted).all():
            break
        intercept += 0.7 * np.log(wanted / np.maximum(counts, 1))
    return np.array(names, dtype=object)[highest(score + intercept)]


def _frequencies(truth: Truth, persons: pd.DataFrame, rng: np.random.Generator) -> Ints:
    """Return (users,) visits to the usual space in the period, each age band exactly at its distribution."""
    visits = np.empty(len(persons), dtype=np.int64)
    for b, name in enumerate(truth.users.visits_4w):
        rows = np.flatnonzero(persons["band"].to_numpy() == b)
        group = dealt(truth.users.visits_4w[name], len(rows), rng)
        several = np.where(group == 4, rng.integers(5, 9, len(rows)), rng.integers(9, 17, len(rows)))
        visits[rows] = np.where(group < 4, group + 1, several)
    return visits


def _links(truth: Truth, persons: pd.DataFrame, size: Floats, days: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a user and space visited, with the visits there and in other spaces."""
    n = len(persons)
    both = rng.choice(n, size=round(truth.users.second_space * n), replace=False)
    second = rng.choice(len(size), size=len(both), p=size / size.sum())
    home = persons["space"].to_numpy()
    keep = second != home[both]
    both, second = both[keep], second[keep]
    here = np.minimum(persons["visits_here"].to_numpy(), days)
    there = rng.integers(1, 4, size=len(both))
    elsewhere = np.zeros(n, dtype=np.int64)
    elsewhere[both] = there
    return pd.DataFrame(
        {
            "person": np.concatenate([np.arange(n), both]),
            "space": np.concatenate([home, second]),
            "here": np.concatenate([here, there]),
            "elsewhere": np.concatenate([elsewhere, here[both]]),
        }
    )


def _equipment(truth: Truth, wave: str, persons: pd.DataFrame, rng: np.random.Generator) -> dict[str, Bools]:
    n = len(persons)
    computer = np.zeros(n, dtype=bool)
    latent = rng.logistic(size=n) + 0.5 * (persons["occupation"].to_numpy() == "employed")
    for b, name in enumerate(truth.users.home_computer[wave]):
        rows = np.flatnonzero(persons["band"].to_numpy() == b)
        computer[rows] = top_share(latent[rows], truth.users.home_computer[wave][name])
    internet = np.zeros(n, dtype=bool)
    owners = np.flatnonzero(computer)
    younger = -0.2 * persons["band"].to_numpy()[owners]
    internet[owners] = top_share(
        rng.logistic(size=len(owners)) + younger, truth.users.home_internet_given_computer[wave]
    )
    return {"home_computer": computer, "home_internet": internet}


def _visits(links: pd.DataFrame, spaces: int, days: npt.NDArray[np.datetime64], rng: np.random.Generator) -> Visits:
    """Let every user come on as many different opening days as they have visits, busy days more often."""
    weekday = (days.astype("datetime64[D]").astype(int) + 3) % 7
    score = np.log(_DAY_WEIGHT[weekday]) + rng.gumbel(size=(len(links), len(days)))
    rank = (-score).argsort(axis=1).argsort(axis=1)
    link, day = np.nonzero(rank < links["here"].to_numpy()[:, None])
    cell = links["space"].to_numpy()[link] * len(days) + day
    order = np.argsort(cell, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=spaces * len(days)))])
    return Visits(links["person"].to_numpy()[link[order]], link[order], start)
