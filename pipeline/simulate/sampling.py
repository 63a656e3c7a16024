"""Samples of visits drawn from the finite population by the declared design.

Stage 1: in each stratum (pays of the draw) a simple random sample of the open spaces; part of the first wave's spaces
is asked again, by drawing that part at random among them and the rest among the others, so that each wave alone is a
simple random sample. Stage 2: a simple random sample of the opening days of each space. Everyone entering on those days
is handed a questionnaire. A simple random sample of days, rather than one busy day and one other, is what makes the
declared sizes ``[spaces_in_pays, opening_days]`` a sufficient description of the second stage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Bools, Floats, Ints, quota, stream
from pipeline.simulate.parameters import Truth
from pipeline.simulate.population import Population, WavePopulation
from pipeline.simulate.questionnaires import Interviews, place_columns, questionnaires


@dataclass(frozen=True)
class SampledWaves:
    """One sample a wave, in the columns of the clean tables.

    users : by wave, one row a usable questionnaire.
    fieldwork : by wave, one row a sampled space and day; one row without a day for a space that refused.
    """

    users: dict[str, pd.DataFrame]
    fieldwork: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class DrawnSpaces:
    """The first stage of one wave: rows of the spaces frame, their stratum's sizes, and whether they took part."""

    space: Ints
    in_stratum: Ints
    sampled: Ints
    participated: Bools


def draw_sample(population: Population, seed: int | None = None) -> SampledWaves:
    """Draw a sample of every wave from a fixed population; about 50 ms a draw at the default size.

    Parameters
    ----------
    population : what `draw_population` returns; never changed.
    seed : of spaces, days, responses and amounts proposed; that of truth.yaml by default.
    """
    truth = population.truth
    seed = truth.sample_seed if seed is None else seed
    users, fieldwork = {}, {}
    before: Ints | None = None
    for number, (name, wave) in enumerate(population.waves.items()):
        rng = stream(seed, "sample", truth.year(name))
        drawn = first_stage(truth, population.spaces, wave, before, rng)
        before = drawn.space
        days = second_stage(len(drawn.space), len(wave.days), truth.sampling.days, rng)
        rows, cell = entering(wave, drawn, days)
        returned = rng.uniform(size=len(rows)) < _response(truth, wave)[wave.visits.person[rows]]
        entered = np.bincount(cell, minlength=days.size)
        answered = np.bincount(cell[returned], minlength=days.size)
        asked = _in_order_of_time(wave, drawn, days, rows[returned], cell[returned], rng)
        users[name] = questionnaires(population, wave, asked, number == len(population.waves) - 1, rng)
        fieldwork[name] = _log(population, wave, drawn, days, entered, answered)
    return SampledWaves(users, fieldwork)


def first_stage(
    truth: Truth, spaces: pd.DataFrame, wave: WavePopulation, before: Ints | None, rng: np.random.Generator
) -> DrawnSpaces:
    """Return the spaces of one wave: a simple random sample in each stratum, ``before`` being the earlier wave's."""
    design = truth.sampling
    units, stratum = np.unique(spaces["stratum"].to_numpy(dtype=str), return_inverse=True)
    in_stratum = np.bincount(stratum[wave.open], minlength=len(units))
    ratio = len(spaces) / sum(truth.spaces.per_pays.values())
    wanted = quota(in_stratum.tolist(), round(design.spaces[wave.wave] * ratio))
    sampled = np.minimum(np.maximum(wanted, design.min_per_pays), in_stratum)
    participants = quota(sampled.tolist(), round(design.space_participation[wave.wave] * sampled.sum()))
    participants = np.clip(participants, np.minimum(2, sampled), sampled)
    earlier = np.zeros(len(spaces), dtype=bool)
    again = np.zeros(len(units), dtype=np.int64)
    if before is not None:
        earlier[before] = True
        size = np.bincount(stratum[before], minlength=len(units))
        again = quota(size.tolist(), round(design.overlap * size.sum()))
    chosen, took_part = [], []
    for h in range(len(units)):
        pool = np.flatnonzero((stratum == h) & wave.open)
        old, new = rng.permutation(pool[earlier[pool]]), rng.permutation(pool[~earlier[pool]])
        kept = int(np.clip(again[h], sampled[h] - len(new), min(len(old), sampled[h])))
        picked = rng.permutation(np.concatenate([old[:kept], new[: sampled[h] - kept]]))
        chosen.append(picked)
        took_part.append(np.arange(len(picked)) < participants[h])
    space = np.concatenate(chosen)
    order = np.argsort(space)
    space = space[order]
    h_of = stratum[space]
    return DrawnSpaces(space, in_stratum[h_of], sampled[h_of], np.concatenate(took_part)[order])


def second_stage(spaces: int, days: int, n: int, rng: np.random.Generator) -> Ints:
    """Return (spaces, n) day numbers, without replacement and in order."""
    return np.sort(rng.uniform(size=(spaces, days)).argsort(axis=1)[:, :n], axis=1)


def entering(wave: WavePopulation, drawn: DrawnSpaces, days: Ints) -> tuple[Ints, Ints]:
    """Return the rows of the visits on sampled days of participating spaces, and the drawn space-day of each."""
    number = (drawn.space[:, None] * len(wave.days) + days).ravel()
    start = wave.visits.start[number]
    size = (wave.visits.start[number + 1] - start) * np.repeat(drawn.participated, days.shape[1])
    cell = np.repeat(np.arange(len(number)), size)
    first = np.cumsum(size) - size
    return np.arange(size.sum()) - first[cell] + start[cell], cell


def _response(truth: Truth, wave: WavePopulation) -> Floats:
    """Return (users,) response probabilities: by age band, scaled so that visits respond at the wave's rate."""
    by_band = np.array(list(truth.sampling.returned_by_age.values()))
    each = by_band[wave.persons["band"].to_numpy()]
    visits = wave.persons["visits_total"].to_numpy()
    return np.minimum(each * truth.sampling.returned_usable[wave.wave] / np.average(each, weights=visits), 1.0)


def _in_order_of_time(
    wave: WavePopulation, drawn: DrawnSpaces, days: Ints, visit: Ints, cell: Ints, rng: np.random.Generator
) -> Interviews:
    """Return the interviews day by day, in random order within a day."""
    day = days.ravel()[cell]
    order = np.lexsort((rng.uniform(size=len(day)), day))
    visit, space, day = visit[order], drawn.space[cell // days.shape[1]][order], day[order]
    return Interviews(wave.visits.person[visit], wave.visits.link[visit], space, wave.days[day])


def _log(
    population: Population, wave: WavePopulation, drawn: DrawnSpaces, days: Ints, entered: Ints, returned: Ints
) -> pd.DataFrame:
    per_space = days.shape[1]
    # A refusing space has one row, without a day and without counts.
    keep = np.ones(days.shape, dtype=bool)
    keep[~drawn.participated, 1:] = False
    row = np.flatnonzero(keep.ravel())
    which = row // per_space
    refused = ~drawn.participated[which]
    date = wave.days[days.ravel()[row]].astype("datetime64[us]")
    date[refused] = np.datetime64("NaT")
    stratum = population.spaces["stratum"].to_numpy(dtype=object)[drawn.space[which]]
    place = place_columns(population.spaces, drawn.space[which])
    return pd.DataFrame(
        {
            "wave": np.full(len(row), wave.wave),
            "space_id": place["site_id"],
            "stratum": stratum,
            "spaces_in_pays": pd.array(drawn.in_stratum[which], dtype="Int64"),
            "opening_days": pd.array(np.full(len(row), len(wave.days)), dtype="Int64"),
            "day": date,
            "p_space": pd.array(drawn.sampled[which] / drawn.in_stratum[which], dtype="Float64"),
            "p_day": pd.array(np.full(len(row), per_space / len(wave.days)), dtype="Float64"),
            "participated": np.where(refused, "no", "yes"),
            "entered": pd.arrays.IntegerArray(entered[row], refused),
            "returned": pd.arrays.IntegerArray(returned[row], refused.copy()),
            **place,
        }
    )
