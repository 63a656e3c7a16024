"""Networks drawn at random for the tests: several types of actors, reciprocity, more or less active actors."""

from __future__ import annotations

import numpy as np

TYPES = np.repeat(np.array(["facilitator", "school", "association"], dtype=object), [30, 25, 25])
RATES = {"facilitator": 0.9, "school": 0.6, "association": 0.7}


def network(rng: np.random.Generator, mean: float = 0.06, activity: float = 0.4) -> np.ndarray:
    """Return a network (80, 80): facilitators name and are named more, ties are often returned."""
    n = len(TYPES)
    hub = (TYPES == "facilitator").astype(float)
    chance = mean * np.exp(0.8 * hub[:, None] + 0.5 * hub[None, :] - 0.6 + rng.normal(0, activity, n)[:, None])
    ties = rng.random((n, n)) < np.minimum(chance, 1)
    ties |= ties.T & (rng.random((n, n)) < 0.35)
    np.fill_diagonal(ties, False)
    return ties


def answering(rng: np.random.Generator) -> np.ndarray:
    """Return who answers: as many of each type as its rate says, drawn by lot."""
    told = np.zeros(len(TYPES), dtype=bool)
    for kind, rate in RATES.items():
        rows = np.flatnonzero(kind == TYPES)
        told[rng.permutation(rows)[: round(rate * len(rows))]] = True
    return told
