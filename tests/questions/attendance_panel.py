"""Panels of monthly visits: invented ones, and those of the simulated Brittany without its survey."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import load
from pipeline.questions.context import Context
from pipeline.questions.panel import Panel
from pipeline.questions.returns import Returns
from pipeline.simulate import draw_population
from pipeline.simulate.attendance import draw_attendance

ROOT = Path(__file__).parents[2]
NEVER = np.nan


@dataclass(frozen=True)
class Counted:
    """A context over the returns of a simulated programme, and the counts as they really were."""

    context: Context
    truth: pd.DataFrame


def counted(folder: Path, scenario: str = "default") -> Counted:
    """Simulate the spaces and their monthly returns, and lay out the clean tables that models of attendance read."""
    evaluation = load("bretagne-cybercommunes", ROOT)
    population = draw_population(evaluation, scenario=scenario)
    counts = draw_attendance(population)
    received = counts.assign(visits=counts["visits"].where(counts["received"]).astype("Float64"))
    for source, table in {"attendance": received.drop(columns="space"), "register": population.spaces}.items():
        (folder / source).mkdir(parents=True)
        table.to_parquet(folder / source / "all.parquet", index=False)
    return Counted(Context(evaluation, folder, folder), counts)


def invented(
    seed: int,
    clusters: int = 12,
    spaces: int = 6,
    months: int = 30,
    effect: float = 0.2,
    shock: float = 0.1,
    trend: float = 0.0,
) -> Panel:
    """Return a panel whose spaces of half the clusters get a label, two cohorts; truth: ``effect`` at once, for good.

    ``shock``: of a cluster in a year; ``trend``: a year, of spaces that will be labelled.
    """
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), spaces)
    number = np.tile(np.arange(spaces), clusters)
    labelled = np.where((cluster % 2 == 0) & (number < 2), np.where(cluster % 4 == 0, 14.0, 20.0), NEVER)
    time = np.arange(months)
    shocks = rng.normal(0, shock, (clusters, months // 12 + 1))[cluster][:, time // 12]
    later = np.isfinite(labelled)[:, None] * time / 12 * trend
    after = (time >= labelled[:, None]) * effect
    log = rng.normal(4.5, 0.4, len(cluster))[:, None] + 0.2 * np.sin(time / 2) + shocks + later + after
    noise = rng.gamma(8, size=log.shape) / 8
    visits = rng.poisson(np.exp(log) * noise).astype(float)
    visits[rng.uniform(size=visits.shape) < 0.04] = np.nan
    sites = pd.DataFrame(
        {
            "site_id": [f"S{i:03d}" for i in range(len(cluster))],
            "unit": cluster.astype(str),
            "cluster": np.char.zfill(cluster.astype(str), 2),
            "coast": False,
            "labelled": labelled,
            "closing": NEVER,
            "type": "B",
            "hours": 20.0,
            "commune": None,
        }
    )
    return panel_of(visits, sites)


def panel_of(visits: np.ndarray, sites: pd.DataFrame) -> Panel:
    """Return a panel of whole returns, one age band."""
    part = np.where(np.isnan(visits), np.nan, 1.0)
    months = pd.period_range("2003-01", periods=visits.shape[1], freq="M")
    units = sorted(set(sites["unit"]))
    member = np.array([np.ones(len(sites)), *((sites["unit"] == u).to_numpy(float) for u in units)])
    opened = np.ones(visits.shape, dtype=bool)
    returns = Returns(
        visits[:, :, None, None], opened, member, ("53", *units), months, ("all",), ("all",), "attendance"
    )
    return Panel(
        visits, part, visits[:, :, None], part[:, :, None], opened, months, sites, returns, np.ones(opened.shape)
    )
