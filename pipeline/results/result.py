"""One row of the results table: a number, whom it is about and why one may believe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.results.population import NAMES
from pipeline.results.quantity import Quantity

POPULATIONS = NAMES
INFERENCES = ("sample", "census", "model", "nonprobability")
UNITS = (
    "share",
    "mean",
    "count",
    "rate",
    "euro",
    "km",
    "point",
    "ratio",
    "odds_ratio",
    "coefficient",
    "score",
    "month",
)
QUALITIES = ("publish", "caution", "suppress")


@dataclass(frozen=True)
class Result:
    """One number, whom it is about and why one may believe it.

    ``estimate``, ``se``, ``lower`` and ``upper`` are on the scale of ``unit``: shares between 0 and 1, points in
    percentage points (a difference of shares times 100), counts in units. ``n`` counts respondents or records,
    unweighted; ``mass`` is the sum of their weights, never published. ``base`` is a label key saying who was asked.
    ``coverage`` is, for exhaustive counts, the share of the expected records that were received. ``quantity`` says
    what is counted; rows of analyses always have one. ``question`` is the question of the plan that ``analysis``, an
    entry, asks; the plan writes it.
    """

    analysis: str
    indicator: str
    measure: str
    population: str
    territory_level: str
    territory: str
    unit: str
    inference: str
    estimate: float
    wave: str | None = None
    period: str | None = None
    method: str | None = None
    domain: Mapping[str, object] | None = None
    boundaries: str | None = None
    se: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    level: float = np.nan
    df: float = np.nan
    n: float = np.nan
    n_effective: float = np.nan
    deff: float = np.nan
    base: str = "all"
    p_value: float = np.nan
    p_adjusted: float = np.nan
    confirmatory: bool = False
    contributors: float = np.nan
    largest_share: float = np.nan
    mass: float = np.nan
    coverage: float = np.nan
    source: str = ""
    quantity: Quantity | None = None
    question: str = ""
    quality: str = "publish"
    reason: str = ""
