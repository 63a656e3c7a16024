"""A telephone survey of inhabitants who use no space, in a few pays: the population, the sample and its weights.

A simulated addition to the evaluation: no such survey is documented for the years it describes. The population is drawn
whole, the interviews are drawn from it in equal numbers a pays, and older people answer more often; weights bring pays
and ages back to the population.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline import territory
from pipeline.evaluation import Evaluation
from pipeline.simulate.draws import Bools, Floats, logistic, quota, stream
from pipeline.simulate.parameters import NonUsers, Truth

REASONS, SERVICES, KNOWS = "reasons", "expected", "knows_space"
#: How much more often a step of age band says so, in logits.
_TILT = {"knows_space": -0.10, "no_need": 0.30, "has_at_home": -0.40, "afraid": 0.45, "no_time": -0.35}
_OLDEST = 90
_YES, _NO = 1, 2


@dataclass(frozen=True)
class NonUserSurvey:
    """Everybody of the pays who uses no space (one row a person), and the interviews with their weights."""

    persons: pd.DataFrame
    sample: pd.DataFrame


def draw_non_users(evaluation: Evaluation, truth: Truth, asked: NonUsers, seed: int) -> NonUserSurvey:
    """Draw the population of non-users of the declared pays and one sample of it.

    Parameters
    ----------
    evaluation, truth : declarations; the share of users among inhabitants is that of the last wave.
    asked : what truth.yaml says of the survey.
    seed : of the sample; the population keeps its own.
    """
    persons = _population(evaluation, truth, asked)
    return NonUserSurvey(persons, draw_sample_of(persons, asked, seed))


def _population(evaluation: Evaluation, truth: Truth, asked: NonUsers) -> pd.DataFrame:
    where, wave = evaluation.settings.territory, evaluation.wave(asked.wave)
    limits = evaluation.settings.age_bands
    table = territory.population_by_unit(
        evaluation.root, evaluation.place, where.level, where.vintage, wave.field[0].year, limits
    )
    users = truth.users.total[asked.wave] / table["population"].sum()
    table = table[table["code"].isin(asked.pays)]
    sizes = (table["population"].to_numpy() * (1 - users)).round().astype(int)
    rng = stream(truth.population_seed, "non-users")
    labels = territory.age_bands(limits)
    band = np.repeat([labels.index(b) for b in table["age_band"]], sizes)
    persons = pd.DataFrame({"stratum": np.repeat(table["code"].to_numpy(dtype=object), sizes), "band": band})
    low = np.array(limits)[band]
    high = np.array([*limits[1:], _OLDEST])[band]
    persons["age"] = low + np.floor(rng.random(len(persons)) * (high - low)).astype(int)
    persons["age_band"] = np.array(labels, dtype=object)[band]
    persons["sex"] = np.where(rng.random(len(persons)) < asked.female_share, 2, 1)
    shares = {KNOWS: {"": asked.knows_a_space}, REASONS: asked.reasons, SERVICES: asked.expected_services}
    for question, items in shares.items():
        for item, share in items.items():
            latent = _TILT.get(item or question, 0.0) * band + logistic(rng, len(persons))
            persons[f"{question}_{item}" if item else question] = _most(latent, share)
    return persons


def _most(latent: Floats, share: float) -> Bools:
    """Return True for the ``share`` of persons with the highest latent value; no two are equal."""
    n = round(share * len(latent))
    return latent >= np.partition(latent, len(latent) - n)[len(latent) - n]


def draw_sample_of(persons: pd.DataFrame, asked: NonUsers, seed: int) -> pd.DataFrame:
    """Return the interviews drawn from a population: as many a pays, weights adjusted by pays and age band."""
    rng = stream(seed, "non-users", "sample")
    answering = np.array(list(asked.answering_by_age.values()))[persons["band"]]
    # the larger, the sooner: drawn in proportion to answering (Efraimidis and Spirakis 2006)
    order = np.log(rng.random(len(persons))) / answering
    chosen = []
    for pays, n in zip(asked.pays, quota([1.0] * len(asked.pays), asked.n), strict=True):
        rows = np.flatnonzero((persons["stratum"] == pays).to_numpy())
        chosen.append(rows[np.argsort(-order[rows], kind="stable")[:n]])
    sample = persons.iloc[rng.permutation(np.concatenate(chosen))].reset_index(drop=True)
    cell = ["stratum", "age_band"]
    weight = persons.groupby(cell).size() / sample.groupby(cell).size()
    key = pd.MultiIndex.from_frame(sample[cell])
    out = sample.assign(interview=np.arange(1, len(sample) + 1), weight=weight.reindex(key).to_numpy())
    out[KNOWS] = np.where(sample[KNOWS], _YES, _NO)
    for column in _ticks(sample):
        out[column] = sample[column].astype(int)
    return out


def _ticks(persons: pd.DataFrame) -> list[str]:
    return [c for c in map(str, persons.columns) if c.startswith((f"{REASONS}_", f"{SERVICES}_"))]


def non_user_truth(persons: pd.DataFrame, wave: str, region: str) -> pd.DataFrame:
    """Return the shares of the population under the result_ids of the analysis, in the form of truth_values."""
    rows = []
    groups = {"": persons, **{f"age_band={b}": g for b, g in persons.groupby("age_band")}}
    for domain, group in groups.items():
        for column in [KNOWS, *_ticks(persons)]:
            name = "knows" if column == KNOWS else column.removeprefix(f"{REASONS}_").replace(f"{SERVICES}_", "wants_")
            rows.append((f"non_users.{name}.share", domain, float(group[column].mean())))
    table = pd.DataFrame(rows, columns=["indicator", "domain", "value"])
    place = f"region={region}"
    tail = np.where(table["domain"] == "", "", "/" + table["domain"])
    return table.assign(
        result_id=table["indicator"] + f"/non_users/wave={wave}/{place}" + tail,
        population="non_users",
        wave=wave,
        territory=place,
        unit="share",
    )
