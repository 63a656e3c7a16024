"""Spaces compared by a funnel: how many lie beyond what their size and the age of their public lead one to expect.

A space is often one facilitator, and whoever knows how many questionnaires came from it would find its point in a plot.
So no row is about a space: only limits, the dispersion between spaces, and counts of spaces by size.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.satisfaction.funnel import Funnel, funnel
from pipeline.results import Result
from pipeline.results.time import from_to

#: Limits of warning and of action (Spiegelhalter 2005).
LEVELS = {"95": 0.95, "998": 0.998}
#: Answers a space, from which classes of size begin; classes with fewer spaces than this join the one before.
SIZES, LEAST_SPACES = (30, 40, 60), 5


class Compared(Strict):
    """Settings of the comparison of spaces with the whole."""

    item: str
    """Rating compared."""
    unit: str = "site_id"
    """Column of the units compared."""
    least: int = 30
    """Fewest answers a unit needs."""
    by: str = "age_band"
    """Column whose structure is held equal."""


def compared(entry: Entry, subject: Subject, settings: Compared, yes: NDArray[np.float64], name: str) -> list[Result]:
    """Return the funnel over all waves; nothing when fewer than three spaces have enough answers.

    Expected shares are those of the same wave and class of ``by`` in the region (indirect standardisation).
    """
    frame, weights = subject.frame, subject.design.weights
    used = ~np.isnan(yes) & (weights > 0) & frame[[settings.unit, settings.by]].notna().all(axis=1).to_numpy(bool)
    unit = pd.factorize(frame[settings.unit])[0]
    group = pd.factorize(frame["wave"].astype(str) + "/" + frame[settings.by].astype(str))[0]
    # waves have totals of their own: within a wave weights are those of persons
    scaled = weights / frame.assign(w=weights).groupby("wave")["w"].transform("sum").to_numpy()
    try:
        found = funnel(np.where(used, yes, np.nan), unit, scaled, group, settings.least)
    except ValueError:
        return []
    return list(_rows(entry, subject, settings, found, name, float(used.sum())))


def _rows(
    entry: Entry, subject: Subject, settings: Compared, found: Funnel, name: str, persons: float
) -> Iterator[Result]:
    wave = from_to(subject.waves[0], subject.waves[-1])

    def row(measure: str, unit: str, estimate: float, **domain: str) -> Result:
        return Result(
            analysis=entry.name,
            indicator=name,
            measure=measure,
            method="funnel",
            population="spaces",
            territory_level="region",
            territory=subject.region,
            unit=unit,
            inference="model" if unit in ("ratio", "coefficient") else "census",
            wave=wave,
            domain=domain,
            estimate=estimate,
            n=float(len(found.n)),
            contributors=persons,
            source=subject.source,
        )

    yield row("spaces", "count", float(len(found.n)))
    yield row("dispersion", "ratio", found.dispersion)
    yield row("between", "coefficient", found.between)
    for label, level in LEVELS.items():
        for widened in (False, True):
            under, over = found.outside(level, widened)
            domain = {"limits": label, "widened": "yes" if widened else "no"}
            yield row("under", "count", float(under), **domain)
            yield row("over", "count", float(over), **domain)
    warning = float(special.ndtri((1 + LEVELS["95"]) / 2))
    for size, inside in _classes(found):
        low, high = found.limits(np.array([found.n[inside].mean()]), LEVELS["95"])
        z = found.z[inside]
        yield row("spaces", "count", float(inside.sum()), size=size)
        yield row("under", "count", float((z < -warning).sum()), size=size)
        yield row("over", "count", float((z > warning).sum()), size=size)
        yield row("lower_limit", "share", float(low[0]), size=size)
        yield row("upper_limit", "share", float(high[0]), size=size)


def _classes(found: Funnel) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield classes of spaces by answers, each of at least five spaces."""
    starts = [s for s in SIZES if (found.n >= s).sum() >= LEAST_SPACES]
    starts[0:1] = [SIZES[0]] if not starts else starts[0:1]
    for i, start in enumerate(starts):
        end = starts[i + 1] if i + 1 < len(starts) else None
        inside = (found.n >= start) & (found.n < end if end is not None else True)
        yield (f"{start}-{end - 1}" if end is not None else f"{start}+"), inside
