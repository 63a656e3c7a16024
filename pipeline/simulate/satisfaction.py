"""Satisfaction notes from 1 to 5, and the recommendation from 0 to 10."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.simulate.draws import Bools, Floats, Ints, ordered, quota
from pipeline.simulate.parameters import Truth

#: How the notes 4 and 5, and 1, 2 and 3, share what the table gives them together.
_UPPER, _LOWER = np.array([0.52, 0.48]), np.array([0.12, 0.28, 0.60])
_LABEL_ITEMS = ("welcome", "workshops")
#: Notes inside each class of the recommendation.
_RECOMMEND = {
    "0-6": ([0, 1, 2, 3, 4, 5, 6], [0.04, 0.02, 0.04, 0.08, 0.12, 0.36, 0.34]),
    "7-8": ([7, 8], [0.38, 0.62]),
    "9-10": ([9, 10], [0.42, 0.58]),
}


def draw_satisfaction(
    truth: Truth,
    wave: str,
    persons: pd.DataFrame,
    effects: pd.DataFrame,
    old_equipment: Bools,
    labelled: Bools,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return (users, items) notes; 9 where the item does not concern the user; -1 where it was not asked.

    The distribution over the concerned users is exactly that of the table, straightliners included.
    ``old_equipment`` and ``labelled`` say so of each space.
    """
    n, space = len(persons), persons["space"].to_numpy()
    halo = rng.normal(size=n) * truth.satisfaction.halo_sd_logit
    latent = {i: halo + effects[f"sat_{i}"].to_numpy()[space] + rng.logistic(size=n) for i in _items(truth)}
    latent["equipment"] = latent["equipment"] + truth.satisfaction.equipment_over_5_years_logit * old_equipment[space]
    for item in _LABEL_ITEMS:
        latent[item] = latent[item] + truth.satisfaction.labelled_logit * labelled[space]
    overall = ordered(latent["overall"], quota(truth.satisfaction.overall[wave], n)) + 1
    straight = np.zeros(n, dtype=bool)
    straight[rng.choice(n, size=round(truth.satisfaction.straightlining * n), replace=False)] = True
    notes: dict[str, Ints] = {"overall": overall}
    for item, share in truth.satisfaction.top_two.items():
        skipped = rng.uniform(size=n) < truth.satisfaction.not_concerned.get(item, 0.0)
        notes[item] = _notes(latent[item], share[wave], overall, straight, skipped & ~straight)
    frame = pd.DataFrame({f"sat_{item}": values for item, values in notes.items()})
    frame["recommend"] = _recommendation(truth, wave, latent["overall"], rng)
    return frame


def _items(truth: Truth) -> list[str]:
    return ["overall", *truth.satisfaction.top_two]


def _notes(latent: Floats, top_two: float, overall: Ints, straight: Bools, skipped: Bools) -> Ints:
    notes = np.full(len(latent), 9, dtype=np.int64)
    notes[straight] = overall[straight]
    free = np.flatnonzero(~straight & ~skipped)
    shares = np.concatenate([_LOWER * (1 - top_two), _UPPER * top_two])
    wanted = quota(shares.tolist(), len(free) + int(straight.sum()))
    left = np.maximum(wanted - np.bincount(overall[straight], minlength=6)[1:], 0)
    notes[free] = ordered(latent[free], quota(left.tolist(), len(free))) + 1
    return notes


def _recommendation(truth: Truth, wave: str, overall: Floats, rng: np.random.Generator) -> Ints:
    shares = truth.recommend.get(wave)
    if shares is None:
        return np.full(len(overall), -1, dtype=np.int64)
    notes, weights = [], []
    for name, share in shares.items():
        values, inside = _RECOMMEND[name]
        notes += values
        weights += [share * w for w in inside]
    latent = overall + rng.logistic(size=len(overall))
    return np.array(notes)[ordered(latent, quota(weights, len(overall)))]
