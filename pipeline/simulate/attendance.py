"""Monthly counts of visits by space, age band and activity.

In the field month of a wave the individual visits of people of 15 or over are the visits of that wave's users, counted
over the opening days of the fieldwork. In every other month they are drawn around the same level: the space's size,
the trend of the age band, the season, the label, the shocks of the pays, with negative binomial noise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Bools, Floats, Ints, stream
from pipeline.simulate.parameters import Truth
from pipeline.simulate.population import Population, WavePopulation, space_level

ACTIVITIES = ("open_access", "individual_help", "workshop", "group")
INDIVIDUAL = slice(0, 3)


def draw_attendance(population: Population) -> pd.DataFrame:
    """Return the counts as they really were, one row a space, month, age band and activity while the space is open.

    Returns
    -------
    DataFrame
        site_id, month (YYYY-MM), age_band, activity, visits, total (of the activity over the ages), received (False
        where the space sent no count for the month: missing, not zero).
    """
    truth, spaces = population.truth, population.spaces
    months = pd.period_range(truth.attendance.first_month, truth.attendance.last_month, freq="M")
    bands = list(truth.attendance.trend_by_age)
    counts = np.zeros((len(months), len(spaces), len(bands), len(ACTIVITIES)), dtype=np.int64)
    rng = stream(truth.population_seed, "attendance")
    waves = {w.attendance_month: population.waves[w.name] for w in population.evaluation.settings.waves}
    expected = _expected(population, months, bands)
    noise = rng.gamma(truth.attendance.negative_binomial_size, size=(len(months), len(spaces)))
    noise = noise / truth.attendance.negative_binomial_size
    for m, month in enumerate(months):
        individual = rng.poisson(expected[m] * noise[m][:, None])
        wave = waves.get(str(month))
        if wave is not None:
            adults = [i for i, b in enumerate(bands) if not b.startswith("0-")]
            individual[:, adults] = field_visits(wave, [bands[i] for i in adults], len(spaces))
        shares = _activity_shares(truth, month, bands)
        counts[m] = _by_activity(individual, shares, rng)
    received = rng.uniform(size=(len(months), len(spaces))) >= truth.attendance.missing_months
    return _long(spaces, months, bands, counts, _open(spaces, months), received)


def field_visits(wave: WavePopulation, bands: list[str], spaces: int) -> Ints:
    """Return (spaces, bands) the visits of a wave's users, by the age bands of the returns."""
    lower = np.array([int(b.rstrip("+").split("-")[0]) for b in bands])
    age = wave.persons["age"].to_numpy()[wave.links["person"].to_numpy()]
    band = np.searchsorted(lower, age, side="right") - 1
    cell = wave.links["space"].to_numpy() * len(bands) + band
    visits = np.bincount(cell, weights=wave.links["here"].to_numpy(), minlength=spaces * len(bands))
    return visits.astype(np.int64).reshape(spaces, len(bands))


def _expected(population: Population, months: pd.PeriodIndex, bands: list[str]) -> Floats:
    """Return (months, spaces, bands) expected individual visits, anchored on the first wave's users."""
    truth, spaces = population.truth, population.spaces
    first = population.evaluation.settings.waves[0]
    origin = pd.Period(str(first.attendance_month), "M")
    adults = [i for i, b in enumerate(bands) if not b.startswith("0-")]
    observed = field_visits(population.waves[first.name], [bands[i] for i in adults], len(spaces)).astype(float)
    # A space's own ages, smoothed towards those of all spaces, so that small spaces keep every age band.
    size, ages = observed.sum(axis=1, keepdims=True), observed.sum(axis=0)
    smooth = (observed + 20.0 * ages / ages.sum()) / (size + 20.0) * size
    level = np.zeros((len(spaces), len(bands)))
    level[:, adults] = smooth
    shares = _activity_shares(truth, origin, bands)
    all_adults = (ages / shares[adults][:, INDIVIDUAL].sum(axis=1)).sum()
    for i in set(range(len(bands))) - set(adults):
        under_15 = all_adults * truth.attendance.under_15_share / (1 - truth.attendance.under_15_share)
        level[:, i] = (size / size.sum()).ravel() * under_15 * shares[i][INDIVIDUAL].sum()
    trend = np.array(list(truth.attendance.trend_by_age.values()))
    coast = spaces["coastal"].to_numpy(dtype=bool)
    expected = np.empty((len(months), *level.shape))
    for m, month in enumerate(months):
        years = (month - origin).n / 12.0
        common = space_level(truth, spaces, population.shocks, month, origin) + np.log(
            _season(truth, coast, month.month) / _season(truth, coast, origin.month)
        )
        expected[m] = level * np.exp(common)[:, None] * np.exp(years * trend)
    return expected


def _season(truth: Truth, coast: Bools, month: int) -> Floats:
    return np.where(coast, truth.attendance.season_coast[month - 1], truth.attendance.season[month - 1])


def _activity_shares(truth: Truth, month: pd.Period, bands: list[str]) -> Floats:
    """Return (bands, activities) shares of the visits of a month; the shift runs evenly from first to last year."""
    years = int(truth.attendance.last_month[:4]) - int(truth.attendance.first_month[:4])
    done = (month.year - int(truth.attendance.first_month[:4])) / max(years, 1)
    shares = np.array([truth.attendance.activity[b] for b in bands], dtype=float)
    shifted = np.isin(bands, truth.attendance.activity_shift.ages)
    shares[shifted] += done * np.array(truth.attendance.activity_shift.points)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _by_activity(individual: Ints, shares: Floats, rng: np.random.Generator) -> Ints:
    """Return (spaces, bands, activities): individual visits dealt to the activities, groups added."""
    counts = np.zeros((*individual.shape, len(ACTIVITIES)), dtype=np.int64)
    single = shares[:, INDIVIDUAL].sum(axis=1, keepdims=True)
    counts[..., INDIVIDUAL] = rng.multinomial(individual, shares[:, INDIVIDUAL] / single)
    ratio = shares[:, 3] / single[:, 0]
    counts[..., 3] = rng.poisson(individual * ratio)
    return counts


def _open(spaces: pd.DataFrame, months: pd.PeriodIndex) -> Bools:
    """Return (months, spaces) whether the space is open during the whole month."""
    opened = spaces["opened"].dt.to_period("M").to_numpy()
    closed = spaces["closed"].dt.to_period("M").to_numpy()
    never = spaces["closed"].isna().to_numpy()
    return np.array([(opened <= m) & (never | (closed >= m)) for m in months], dtype=bool)


def _long(
    spaces: pd.DataFrame, months: pd.PeriodIndex, bands: list[str], counts: Ints, is_open: Bools, received: Bools
) -> pd.DataFrame:
    m, s = np.nonzero(is_open)
    order = np.lexsort((m, s))
    m, s = m[order], s[order]
    kept = counts[m, s]
    cells = len(bands) * len(ACTIVITIES)
    band, activity = np.divmod(np.tile(np.arange(cells), len(m)), len(ACTIVITIES))
    return pd.DataFrame(
        {
            "space": np.repeat(s, cells),
            "site_id": spaces["site_id"].array.take(np.repeat(s, cells)),
            "month": months.astype("str").array.take(np.repeat(m, cells)),
            "age_band": pd.array(bands, dtype="str").take(band),
            "activity": pd.array(ACTIVITIES, dtype="str").take(activity),
            "visits": kept.reshape(-1),
            "total": np.repeat(kept.sum(axis=1)[:, None, :], len(bands), axis=1).reshape(-1),
            "received": np.repeat(received[m, s], cells),
        }
    )
