"""Small simulated populations: spaces in strata, days in spaces, visits on days, two waves of the same list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey import Design

DAYS = 10


def population(seed: int, spaces: int = 60, strata: int = 3) -> pd.DataFrame:
    """Every visit of every day of every space: stratum, space, day, size class, y, links."""
    rng = np.random.default_rng(seed)
    effect = rng.normal(0, 0.8, spaces)
    visits = rng.poisson(rng.lognormal(1.5, 0.4, spaces)[:, None], (spaces, DAYS)) + 1
    space = np.repeat(np.repeat(np.arange(spaces), DAYS), visits.ravel())
    day = np.repeat(np.tile(np.arange(DAYS), spaces), visits.ravel())
    n = len(space)
    age = rng.choice(["15-24", "25-44", "45+"], n, p=[0.4, 0.35, 0.25])
    level = effect[space] + 0.5 * (age == "45+") + 0.3 * rng.normal(0, 1, (spaces, DAYS))[space, day]
    return pd.DataFrame(
        {
            "stratum": space % strata,
            "space": space,
            "day": day,
            "age": age,
            "y": level + rng.normal(0, 1, n),
            "links": rng.choice([1, 2, 4], n),
        }
    )


def sample(
    visits: pd.DataFrame, chosen: np.ndarray, days: int, rng: np.random.Generator, wave: int = 0
) -> pd.DataFrame:
    """Visits of `days` days drawn in each chosen space, with weights and population sizes."""
    in_stratum = visits.groupby("stratum")["space"].nunique()
    drawn = pd.Series(chosen % len(in_stratum)).value_counts()
    parts = []
    for space in chosen:
        kept = rng.choice(DAYS, days, replace=False)
        parts.append(visits[(visits["space"] == space) & visits["day"].isin(kept)])
    out = pd.concat(parts, ignore_index=True)
    out["wave"] = wave
    out["spaces"] = out["stratum"].map(in_stratum)
    out["days"] = DAYS
    out["weight"] = out["spaces"] / out["stratum"].map(drawn) * DAYS / days
    return out


def two_stage(frame: pd.DataFrame, **extra: Any) -> Design:
    """The design of visits: spaces by stratum, then days, both drawn without replacement."""
    return Design(
        frame,
        weights="weight",
        strata="stratum",
        clusters=["space", "day"],
        population_sizes=["spaces", "days"],
        **extra,
    )
