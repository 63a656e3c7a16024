"""Shifts of the units of the territory, and of their age bands, by partial pooling: never from their few answers alone.

A pays holds some twenty answers an age band and wave. Its shift is the common one plus a deviation drawn towards zero
in proportion to its noise (empirical best prediction), standardised on the public of the region.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.questions.adjusted.pooling import Pooled, Spread, pooled, spread_of, spread_out
from pipeline.questions.adjusted.settings import Settings, about
from pipeline.questions.adjusted.standardised import fitted, formula_of
from pipeline.questions.declared import Declared
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import LEVEL
from pipeline.questions.outcomes import Outcome
from pipeline.questions.parts import About
from pipeline.questions.regressions import OUTCOME, complete, plain_design
from pipeline.results import Result
from pipeline.results.time import from_to
from pipeline.survey import SurveyError
from pipeline.survey.intervals import t_quantile
from pipeline.survey.model_fit import ModelFit

Floats = NDArray[np.float64]
Waves = tuple[str, str]
POOLED = "pooled"


def answer(entry: Entry, settings: Settings, known: Declared, outcome: Outcome, waves: Waves) -> list[Result]:
    """Return pooled shifts of every unit, everyone and by group, and the variance between units.

    Empty when the regression with a shift a unit has no estimate, as where all answers of a unit agree.
    """
    level = known.subject.level
    columns = list(dict.fromkeys([settings.by, *settings.controls, level]))
    design = plain_design(known.subject, outcome.values, columns)
    rows = complete(design, columns, waves)
    crossing = pd.crosstab(design.frame.loc[rows, level], design.frame.loc[rows, "wave"])
    both = crossing.index[(crossing > 0).all(axis=1)]
    rows &= design.frame[level].isin(both).to_numpy()
    if len(both) < 4:
        return []
    terms = tuple(dict.fromkeys([*settings.controls, level]))
    try:
        fit = fitted(design, formula_of("wave", settings.by, terms, OUTCOME, crossed=(level,)), "logit", rows)
        deff = float(fit.term_test(f"wave:{level}", "LRT").deltas.mean())
    except SurveyError:
        return []
    return _told(about(entry, known, outcome, waves[1]), fit, settings.by, level, waves, deff)


def _told(told: About, fit: ModelFit, by: str, level: str, waves: Waves, deff: float) -> list[Result]:
    units, common, deviations = _effects(fit, level, waves[1])
    # the sandwich of a unit with five spaces is too noisy to be inverted: the working covariance times the mean design
    # effect of the units' shifts stands for it (generalised variance function)
    covariance = deff * fit.naive
    spread = spread_of(fit.estimate[list(deviations)], covariance[np.ix_(deviations, deviations)])
    matrix = spread_out(len(fit.estimate), common, deviations)
    step = max(0.1 * spread.variance, 1e-4)
    around = [Spread(max(spread.variance + s, 1e-6), spread.se, False) for s in (-step, step)]
    models = [pooled(fit.estimate, covariance, matrix, len(units), s) for s in (spread, *around)]
    span = around[1].variance - around[0].variance
    made = _diagnostics(told, fit, covariance, deviations, spread, level, waves)
    frame = fit.design.frame.iloc[fit.matrix.rows]
    groups = [None, *sorted(frame[by].unique(), key=str)]
    at = [fit.matrix.at(frame.assign(wave=w, **{level: units[0]})) for w in waves]
    unit_columns = [_column(fit, level, u) for u in units]
    # with the unit set, few combinations of the other columns are left: each is predicted once
    kinds, kind = np.unique(np.hstack(at), axis=0, return_inverse=True)
    at = np.split(kinds, 2, axis=1)
    for group in groups:
        inside = np.ones(len(frame), dtype=bool) if group is None else (frame[by] == group).to_numpy()
        share = np.bincount(kind.ravel(), weights=fit.weights * inside, minlength=len(kinds))
        share = share / share.sum()
        for j, unit in enumerate(units):
            here = inside & (frame[level] == unit).to_numpy()
            value, gradient = _shift(models[0], matrix, at, share, unit_columns[j], len(units), j)
            up, down = (_shift(m, matrix, at, share, unit_columns[j], len(units), j)[0] for m in models[:0:-1])
            # what not knowing the variance adds (Prasad and Rao 1990, third term)
            third = ((up - down) / span) ** 2 * spread.se**2
            se = 100 * float(np.sqrt(gradient @ models[0].covariance @ gradient + third))
            domain: dict[str, object] | None = None if group is None else {by: group}
            made.append(_row(told, 100 * value, se, str(unit), domain, float(here.sum()), waves))
    return made


def _row(
    told: About, value: float, se: float, unit: str, domain: dict[str, object] | None, n: float, waves: Waves
) -> Result:
    half = float(t_quantile(np.inf, LEVEL)) * se
    numbers = {"se": se, "lower": value - half, "upper": value + half, "level": LEVEL, "n": n, "contributors": n}
    return told.result(
        "shift",
        "point",
        value,
        wave=from_to(*waves),
        method=POOLED,
        unit_code=unit,
        domain=domain,
        inference="model",
        numbers=numbers,
    )


def _diagnostics(
    told: About,
    fit: ModelFit,
    covariance: Floats,
    deviations: tuple[int, ...],
    spread: Spread,
    level: str,
    waves: Waves,
) -> list[Result]:
    """Return the variance between units, and the mean weight of a unit's own data."""
    when, domain, n = from_to(*waves), {"over": level}, {"n": float(fit.n)}
    weight = _shrinkage(covariance, deviations, spread)
    return [
        told.result(
            measure, unit, value, wave=when, method=POOLED, domain=domain, inference="model", numbers={**n, **more}
        )
        for measure, unit, value, more in (
            ("variance", "coefficient", spread.variance, {"se": spread.se}),
            ("shrinkage", "ratio", weight, {}),
        )
    ]


def _shrinkage(covariance: Floats, deviations: tuple[int, ...], spread: Spread) -> float:
    """Return the mean weight that the data of a unit have against the common shift."""
    noise = np.diag(covariance)[list(deviations)] / 2
    return float((spread.variance / (spread.variance + noise)).mean())


def _column(fit: ModelFit, level: str, unit: object) -> int | None:
    name = f"{level}[T.{unit}]"
    columns = list(fit.matrix.columns)
    return columns.index(name) if name in columns else None


def _effects(fit: ModelFit, level: str, last: str) -> tuple[list[str], int, tuple[int, ...]]:
    """Return units (reference first), the position of the wave's coefficient and of the units' deviations from it."""
    columns = list(fit.matrix.columns)
    common = columns.index(f"wave[T.{last}]")
    pattern = re.compile(rf"^wave\[T\.{re.escape(last)}\]:{re.escape(level)}\[T\.(.+)\]$")
    found = [(m.group(1), i) for i, c in enumerate(columns) if (m := pattern.match(c))]
    frame = fit.design.frame.iloc[fit.matrix.rows]
    named = {u for u, _ in found}
    reference = [u for u in sorted(frame[level].unique(), key=str) if u not in named]
    return [*reference, *(u for u, _ in found)], common, tuple(i for _, i in found)


def _shift(
    model: Pooled, matrix: Floats, at: list[Floats], share: Floats, column: int | None, units: int, j: int
) -> tuple[float, Floats]:
    """Return the shift of unit ``j`` over a public, and its derivative in the pooled coefficients.

    ``at`` are the design matrices of both waves with everyone in the reference unit: the unit adds its own level and,
    in the last wave, its own effect.
    """
    beta = model.estimate
    level = matrix[column] if column is not None else np.zeros(len(beta))
    value, gradient = 0.0, np.zeros(len(beta))
    for x, sign, last in zip(at, (-1.0, 1.0), (False, True), strict=True):
        rows = x @ matrix
        rows[:, -units:] = 0.0
        rows = rows + level
        if last:
            rows[:, len(beta) - units + j] = 1.0
        p = 1 / (1 + np.exp(-(rows @ beta)))
        value += sign * float(share @ p)
        gradient += sign * ((share * p * (1 - p)) @ rows)
    return value, gradient
