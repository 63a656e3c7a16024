"""Results of payment: what rows have in common, and intervals on the scale where they are symmetric."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.entry import Entry
from pipeline.questions.estimates import LEVEL, Subject
from pipeline.questions.quantities import modelled as of_model
from pipeline.results import Result
from pipeline.survey.intervals import t_quantile

Floats = NDArray[np.float64]


def limits(estimate: float, se: float, df: float, unit: str) -> tuple[float, float]:
    """Return the limits of a share (symmetric on the logit), an amount (on the log) or any other number."""
    half = float(t_quantile(df, LEVEL)) * se
    if unit == "share" and 0 < estimate < 1:
        spread, middle = half / (estimate * (1 - estimate)), special.logit(estimate)
        return float(special.expit(middle - spread)), float(special.expit(middle + spread))
    if unit == "euro" and estimate > 0:
        return float(estimate * np.exp(-half / estimate)), float(estimate * np.exp(half / estimate))
    return estimate - half, estimate + half


def modelled(
    entry: Entry,
    subject: Subject,
    indicator: str,
    measure: str,
    unit: str,
    wave: str,
    estimate: float,
    se: float = np.nan,
    df: float = np.nan,
    n: float = np.nan,
    method: str | None = None,
    domain: Mapping[str, object] | None = None,
    p_value: float = np.nan,
    interval: tuple[float, float] | None = None,
    inference: str = "model",
) -> Result:
    """Return one row about the region."""
    low, high = (np.nan, np.nan) if np.isnan(se) else interval or limits(estimate, se, df, unit)
    row = Result(
        analysis=entry.name,
        indicator=indicator,
        measure=measure,
        method=method,
        population=subject.population,
        territory_level="region",
        territory=subject.region,
        unit=unit,
        inference=inference,
        wave=wave,
        domain=domain,
        estimate=float(estimate),
        se=float(se),
        lower=float(low),
        upper=float(high),
        level=np.nan if np.isnan(se) else LEVEL,
        df=df,
        n=n,
        p_value=p_value,
        confirmatory=entry.confirmatory,
        source=subject.source,
    )
    return of_model(entry, row)
