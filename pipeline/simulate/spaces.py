"""The spaces of the programme: real communes, invented spaces."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.errors import SimulateError
from pipeline.evaluation import Evaluation, Wave
from pipeline.simulate.draws import quota, stream
from pipeline.simulate.parameters import Truth
from pipeline.territory import load_communes

#: How spaces of one commune are told apart.
FORMS = ("Cybercommune", "Espace multimédia", "Cyberespace", "Point multimédia", "Espace public numérique", "Cyberbase")
#: Inhabitants (of today) from which a commune may hold one space more.
_ROOM = (15_000, 30_000, 60_000, 90_000, 120_000)


def draw_spaces(evaluation: Evaluation, truth: Truth) -> pd.DataFrame:
    """Return the spaces, one row each, as they really are (the received register is this with noise).

    Returns
    -------
    DataFrame
        site_id, name, commune, department, epci, pays (reporting), stratum (pays of the draw), coastal, site_type,
        sites, opened, closed, label_date, posts, hours_week, equipment_year, equipment_year_<year of the first wave>,
        broadband_<year>, facilitator_<year>, size (expected users in the first wave), slope (log visits a year).

    Raises
    ------
    SimulateError
        If a territory unit of truth.yaml is unknown or has too few communes.
    """
    spaces = _places(evaluation, truth)
    waves = evaluation.settings.waves
    rng = stream(truth.population_seed, "spaces")
    spaces["site_type"] = _types(truth, spaces, rng)
    spaces["sites"] = _sites(truth, spaces, rng)
    spaces["size"] = _sizes(truth, spaces, rng)
    own = stream(truth.population_seed, "slopes").normal(size=len(spaces)) * truth.attendance.space_slope_sd
    spaces["slope"] = own
    spaces["opened"] = _openings(truth, evaluation, len(spaces), rng)
    spaces["closed"] = _closings(truth, spaces, rng)
    spaces["label_date"] = _labels(truth, spaces, rng)
    _equipment(truth, spaces, waves, rng)
    _facilitators(truth, spaces, waves, rng)
    return spaces


def _places(evaluation: Evaluation, truth: Truth) -> pd.DataFrame:
    territory = evaluation.settings.territory
    drawn = load_communes(evaluation.root, evaluation.place, truth.draw_vintage)
    today = load_communes(evaluation.root, evaluation.place, territory.vintage)
    rng = stream(truth.population_seed, "places")
    chosen = []
    for unit, count in truth.spaces.per_pays.items():
        wanted = max(round(count * truth.spaces.keep_share), 2)
        communes = drawn[drawn["pays"] == unit].reset_index(drop=True)
        slots = np.repeat(communes.index.to_numpy(), 1 + np.searchsorted(_ROOM, communes["population"], side="right"))
        if len(slots) < wanted:
            raise SimulateError(
                f"the pays '{unit}' has room for {len(slots)} spaces",
                where=f"{evaluation.folder / 'truth.yaml'}, key spaces.per_pays.{unit}",
                found=wanted,
                action="name fewer spaces, or check the code of the pays",
            )
        again = pd.Series(slots).groupby(slots).cumcount().to_numpy()
        appeal = 0.5 * np.log(communes["population"].to_numpy()[slots]) - np.log1p(again) + rng.gumbel(size=len(slots))
        picked = communes.loc[np.sort(slots[np.argsort(-appeal)[:wanted]])]
        chosen.append(picked.assign(stratum=unit))
    places = pd.concat(chosen).sort_values("code", kind="stable", ignore_index=True)
    number = places.groupby("department").cumcount() + 1
    form = places.groupby("code").cumcount().to_numpy() % len(FORMS)
    current = today.set_index("code")
    return pd.DataFrame(
        {
            "site_id": [f"CYB{d}-{i:03d}" for d, i in zip(places["department"], number, strict=True)],
            "name": [f"{FORMS[f]} {n}" for f, n in zip(form, places["name_de"], strict=True)],
            "commune": places["code"].astype(str),
            "department": places["department"].astype(str),
            "epci": places["epci"],
            "pays": places["code"].map(current["pays"]),
            "stratum": places["stratum"].astype(str),
            "coastal": places["coastal"].to_numpy(dtype=bool),
            "inhabitants": places["population"].to_numpy(dtype=float),
        }
    )


def _ratio(truth: Truth, spaces: pd.DataFrame) -> float:
    """Return the size of this programme against the counts of truth.yaml (under 1 in the scenario sparse)."""
    return len(spaces) / sum(truth.spaces.per_pays.values())


def _types(truth: Truth, spaces: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    # Evaluators found that the size of the commune matters little: much noise beside it.
    rank = np.argsort(-(0.4 * np.log(spaces["inhabitants"].to_numpy()) + rng.normal(size=len(spaces))), kind="stable")
    kinds = np.empty(len(spaces), dtype=object)
    kinds[rank] = np.repeat(list(truth.spaces.type_share), quota(list(truth.spaces.type_share.values()), len(spaces)))
    return kinds


def _sites(truth: Truth, spaces: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    several = round(truth.spaces.several_sites * _ratio(truth, spaces))
    sites = np.ones(len(spaces), dtype=np.int64)
    chosen = rng.choice(len(spaces), size=several, replace=False)
    sites[chosen] = rng.choice([2, 3], size=several, p=[0.7, 0.3])
    return sites


def _sizes(truth: Truth, spaces: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    sd = truth.spaces.between_space_sd_log
    mean = spaces["site_type"].map({k: t.users_4w for k, t in truth.spaces.types.items()}).to_numpy(dtype=float)
    return mean * np.exp(rng.normal(-(sd**2) / 2, sd, size=len(spaces)))


def _openings(truth: Truth, evaluation: Evaluation, n: int, rng: np.random.Generator) -> pd.Series:
    years = list(truth.spaces.opened_by_end_of)
    new = np.diff([0, *truth.spaces.opened_by_end_of.values()])
    year = rng.permutation(np.repeat(years, quota(new.tolist(), n)))
    first_field = min(w.field[0] for w in evaluation.settings.waves)
    # Every space is open before the first fieldwork, so that the frame of the first wave is the whole programme.
    last_day = np.where(year == first_field.year, first_field.timetuple().tm_yday - 45, 365)
    day = np.floor(rng.uniform(size=n) * last_day).astype(int)
    start = pd.to_datetime([f"{y}-01-01" for y in year])
    return pd.Series((start + pd.to_timedelta(day, unit="D")).to_period("M").to_timestamp()).astype("datetime64[ns]")


def _closings(truth: Truth, spaces: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    closures, ratio = truth.spaces.closures, _ratio(truth, spaces)
    closed = pd.Series(pd.NaT, index=spaces.index, dtype="datetime64[ns]")
    span = (closures.last - closures.first).days
    for kind, count in closures.by_type.items():
        candidates = np.flatnonzero(spaces["site_type"] == kind)
        n = min(round(count * ratio), len(candidates))
        risk = -truth.spaces.closure_slope * spaces["slope"].to_numpy()[candidates] + rng.gumbel(size=len(candidates))
        hit = candidates[np.argsort(-risk)[:n]]
        days = rng.integers(0, span, size=n)
        ends = pd.to_datetime([closures.first + dt.timedelta(days=int(d)) for d in days])
        closed.iloc[hit] = (ends.to_period("M").to_timestamp() + pd.offsets.MonthEnd(0)).to_numpy()
    return closed


def _labels(truth: Truth, spaces: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Give the label to open spaces of the units that carry a project (decided there, spread over the calls)."""
    label, ratio = truth.label, _ratio(truth, spaces)
    dated = pd.Series(pd.NaT, index=spaces.index, dtype="datetime64[ns]")
    open_now = spaces["closed"].isna().to_numpy()
    kinds = spaces["site_type"].to_numpy()
    able = spaces.loc[open_now & np.isin(kinds, list(label.selection))].groupby("stratum").size()
    odds = np.log(able.to_numpy(dtype=float)) + rng.gumbel(size=len(able))
    carriers = able.index.to_numpy()[np.argsort(-odds)[: label.projects]]
    inside = open_now & spaces["stratum"].isin(carriers).to_numpy()
    chosen: list[int] = []
    for kind, count in label.selection.items():
        candidates = np.flatnonzero(inside & (kinds == kind))
        chosen += list(rng.permutation(candidates)[: round(count * ratio)])
    cohorts = np.repeat(list(label.cohorts), quota(list(label.cohorts.values()), len(chosen)))
    dated.iloc[rng.permutation(np.array(chosen, dtype=int))] = pd.to_datetime(cohorts + np.array("-01"))
    return dated


def _equipment(truth: Truth, spaces: pd.DataFrame, waves: list[Wave], rng: np.random.Generator) -> None:
    kinds, n = spaces["site_type"], len(spaces)
    posts = kinds.map({k: t.posts for k, t in truth.spaces.types.items()}).to_numpy(dtype=float)
    spaces["posts"] = np.maximum(np.rint(posts * np.exp(rng.normal(0, 0.25, n))), 1).astype(np.int64)
    hours = kinds.map({k: t.hours_week for k, t in truth.spaces.types.items()}).to_numpy(dtype=float)
    longer = np.where(spaces["label_date"].notna(), truth.label.effect_log_hours, 0.0)
    spaces["hours_week"] = np.clip(np.rint(2 * hours * np.exp(rng.normal(0, 0.20, n) + longer)) / 2, 2, 60)
    years = np.repeat(list(truth.spaces.equipment_year), quota(list(truth.spaces.equipment_year.values()), n))
    opened = spaces["opened"].dt.year.to_numpy()
    bought = np.empty(n, dtype=np.int64)
    # The latest opened choose first: what they may hold (bought once open) is a subset of what others may.
    left = list(rng.permutation(years))
    for i in sorted(range(n), key=lambda k: (-opened[k], k)):
        fitting = [j for j, y in enumerate(left) if y >= opened[i]] or [int(np.argmax(left))]
        bought[i] = left.pop(fitting[int(rng.integers(len(fitting)))])
    spaces["equipment_year"] = bought
    first = waves[0].year
    spaces[f"equipment_year_{first}"] = np.where(bought <= first, bought, opened)
    share = rng.uniform(size=n)
    for wave in waves:
        p = kinds.map({k: t.broadband[wave.name] for k, t in truth.spaces.types.items()}).to_numpy(dtype=float)
        spaces[f"broadband_{wave.year}"] = np.where(share < p, "yes", "no")


def _facilitators(truth: Truth, spaces: pd.DataFrame, waves: list[Wave], rng: np.random.Generator) -> None:
    for wave in waves:
        shares = truth.spaces.facilitator_status[wave.name]
        status = rng.permutation(np.repeat(list(shares), quota(list(shares.values()), len(spaces)))).astype(object)
        if wave is waves[-1]:
            _give_permanent(status, spaces["label_date"].notna().to_numpy())
            status[spaces["closed"].notna().to_numpy()] = None
        spaces[f"facilitator_{wave.year}"] = status


def _give_permanent(status: np.ndarray, labelled: np.ndarray) -> None:
    """Exchange statuses so that every labelled space has a permanent facilitator, a condition of the label."""
    lacking = np.flatnonzero(labelled & (status != "permanent"))
    donors = np.flatnonzero(~labelled & (status == "permanent"))[: len(lacking)]
    for a, b in zip(lacking, donors, strict=False):
        status[a], status[b] = status[b], status[a]
