"""Rows of results of an area model: one a unit, one for the region they add up to, and the diagnostics of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.small_areas.prediction import Direct, Predicted, Z
from pipeline.results import Result
from pipeline.results.quantity import NOTHING, Quantity, Where, at, statistic, synthetic

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Measured:
    """Direct estimates of units, with the answers and contributors by which their numbers are protected.

    ``waves`` is None for levels, the two waves for differences (then n and contributors are the lesser wave's).
    """

    units: tuple[str, ...]
    direct: Direct
    n: Floats
    contributors: Floats
    waves: tuple[str, str] | None


def unit_rows(
    context: Context, entry: Entry, analysis: str, name: str, measured: Measured, found: Predicted, region: Result
) -> Iterator[Result]:
    """Yield the model-based number of every unit, and the region's that they add up to.

    A unit's number counts as many contributors as its direct estimate: with the shrinkage known, the latter would
    follow from it. The region's row lets protection see what the units add up to.
    """
    change = measured.waves is not None
    factor = 100.0 if change else 1.0
    shared: dict[str, Any] = {
        "analysis": analysis,
        "indicator": name,
        "measure": "shift" if change else "share",
        "population": region.population,
        "unit": "point" if change else "share",
        "inference": "model",
        "wave": region.wave,
        "base": region.base,
        "level": LEVEL,
        "confirmatory": False,
        "source": region.source,
    }
    assert region.quantity is not None
    for i, unit in enumerate(measured.units):
        direct = at(region.quantity, Where(context.level, unit))
        weight = shrinkage_of(entry, direct) if found.sampled[i] else None
        yield Result(
            **shared,
            quantity=synthetic(direct, weight, entry.recipe),
            method="eblup" if found.sampled[i] else "synthetic",
            territory_level=context.level,
            territory=unit,
            boundaries=context.boundaries,
            estimate=factor * found.estimate[i],
            se=factor * float(np.sqrt(found.mse[i])),
            lower=factor * found.lower[i],
            upper=factor * found.upper[i],
            n=measured.n[i],
            contributors=measured.contributors[i],
        )
    w = measured.direct.weights[found.sampled]
    yield Result(
        **shared,
        quantity=synthetic(region.quantity, method=entry.recipe),
        method="eblup",
        territory_level="region",
        territory=region.territory,
        estimate=factor * float(w @ found.bench.predicted / w.sum()),
        se=region.se,
        lower=region.lower,
        upper=region.upper,
        n=region.n,
        contributors=region.contributors,
    )


def diagnostics(
    context: Context, entry: Entry, name: str, names: list[str], measured: Measured, found: Predicted, region: Result
) -> Iterator[Result]:
    """Yield what a referee asks of the model: variance, shrinkage, checks, coefficients, the benchmark's gap."""
    model, checks = found.model, found.goodness
    assert region.quantity is not None
    shared: dict[str, Any] = {
        "analysis": entry.name,
        "indicator": name,
        "population": region.population,
        "inference": "model",
        "wave": region.wave,
        "territory_level": "region",
        "territory": region.territory,
        "n": region.n,
        "contributors": region.n,
        "source": region.source,
    }
    values = {
        "design_effect": (found.design_effect, np.nan),
        "effect_sd": (float(np.sqrt(model.variance)), np.nan),
        "adjusted_likelihood": (float(model.adjusted), np.nan),
        "shrinkage_least": (float(model.shrinkage.min()), np.nan),
        "shrinkage_median": (float(np.median(model.shrinkage)), np.nan),
        "shrinkage_most": (float(model.shrinkage.max()), np.nan),
        "gain": (checks.gain, np.nan),
        "normality": (checks.normality, checks.normality_p),
        "distance": (checks.distance, checks.distance_p),
        "leverage": (checks.leverage, np.nan),
        "benchmark": (100 * found.bench.gap, np.nan),
    }
    for measure, (value, p) in values.items():
        yield Result(**shared, quantity=NOTHING, measure=measure, unit="ratio", estimate=value, p_value=p)
    errors = np.sqrt(np.diag(model.beta_covariance))
    for term, beta, se in zip(["intercept", *names], model.beta, errors, strict=True):
        yield Result(
            **shared,
            quantity=NOTHING,
            measure="effect",
            unit="coefficient",
            domain={"term": term},
            estimate=float(beta),
            se=float(se),
            lower=float(beta - Z * se),
            upper=float(beta + Z * se),
            level=LEVEL,
        )
    if measured.waves is None:
        for i, unit in enumerate(measured.units):
            place = {"territory_level": context.level, "territory": unit, "boundaries": context.boundaries}
            size = {"n": measured.n[i], "contributors": measured.contributors[i]}
            direct = shrinkage_of(entry, at(region.quantity, Where(context.level, unit)))
            made = Result(
                **{**shared, **place, **size}, measure="shrinkage", unit="ratio", estimate=float(found.shrinkage[i])
            )
            yield replace(made, quantity=direct)


def shrinkage_of(entry: Entry, direct: Quantity) -> Quantity:
    """Return the weight that a model of areas gives to a direct estimate."""
    return statistic("shrinkage", direct, method=entry.recipe)
