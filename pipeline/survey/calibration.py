"""Calibration to margins and totals: find the weights nearest to the design weights that meet them.

Deville and Särndal (1992, JASA 87). Rows alike in every calibration variable are solved as one, so that the
work depends on the number of distinct rows. Ridge calibration (Rao and Singh 1997; Beaumont and Bocci 2008)
lets totals be missed at a price where they cannot all be met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey.columns import Columns, margin_columns
from pipeline.survey.distances import Distance, distance_of
from pipeline.survey.domains import Mask, mask_of, outcomes_of
from pipeline.survey.errors import ConvergenceError, MarginError, UnsupportedError, listed
from pipeline.survey.margins import AGREEMENT, Margin, balance_table, check_agreement, read_margin
from pipeline.survey.steps import Regression, Step, scaled_inverse
from pipeline.survey.structure import Floats, Ints, crossed, grouped, known

# replicates need no more digits than the variance made from them
REPLICATE_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Constraints:
    """K totals to meet over the rows concerned.

    rows : (r,) rows concerned. x : their K variables. totals : (K,). labels : (K,) pairs (margin, category).
    cell, first : distinct rows of x and where each occurs first.
    """

    rows: Ints
    x: Columns
    totals: Floats
    labels: tuple[tuple[str, str], ...]
    cell: Ints
    first: Ints
    margins: tuple[Margin, ...]


def calibrate_step(
    frame: pd.DataFrame,
    weights: Floats,
    margins: Sequence[pd.Series],
    totals: Mapping[str, float],
    population: float | None,
    method: str,
    bounds: tuple[Any, Any],
    q: str | None,
    ridge: float | Mapping[str, float] | None,
    where: Any,
    tolerance: float,
    max_iterations: int,
) -> Step:
    """Return the calibration step; see `Design.calibrate` for the arguments.

    Raises
    ------
    MarginError, ConvergenceError, UnsupportedError
    """
    inside = mask_of(frame, where)
    c = read_constraints(frame, weights, margins, totals, population, inside, ridge is not None)
    scale = _q_weights(frame, q, c.rows)
    lower, upper = (_bound(frame, b, c.rows) for b in bounds)
    penalty = _penalties(c, ridge)
    problem = _problem(c, scale, lower, upper, method, penalty)
    ratio, iterations, multipliers = _solved(problem, weights[c.rows], tolerance, max_iterations)
    after = weights.copy()
    after[c.rows] = weights[c.rows] * ratio

    def again(w: Floats) -> Floats:
        out = w.copy()
        for r, column in enumerate(np.ascontiguousarray(w[c.rows].T)):
            slack = max(tolerance, REPLICATE_TOLERANCE)
            out[c.rows, r] = column * _solved(problem, column, slack, max_iterations, multipliers)[0]
        return out

    return _calibration_step(weights, after, c, scale, penalty, method, iterations, again)


@dataclass(frozen=True)
class Problem:
    """What does not change between replicates: distinct rows, their ratios and the totals to meet."""

    constraints: Constraints
    units: Ints
    index: Ints
    x: Columns
    q: Floats
    distance: Distance
    penalty: Floats
    bounds: tuple[Floats, Floats]
    method: str


def _problem(c: Constraints, q: Floats, lower: Floats, upper: Floats, method: str, penalty: Floats) -> Problem:
    units, index = _solved_units(c, q, lower, upper)
    x = c.x if len(units) == len(c.rows) else c.x.take(units)
    low, high = (v if len(v) == 1 else v[units] for v in (lower, upper))
    distance = distance_of(method, low, high)
    return Problem(c, units, index, x, q[units], distance, penalty, (lower, upper), method)


def _solved(
    problem: Problem, weights: Floats, tolerance: float, max_iterations: int, start: Floats | None = None
) -> tuple[Floats, int, Floats]:
    """Return ratios (r,) for the rows, iterations and multipliers (K,) of one set of weights (r,)."""
    mass = grouped(problem.index, weights, len(problem.units))
    ratio, iterations, gap, b = _newton(problem, mass, tolerance, max_iterations, start)
    if gap > tolerance:
        raise ConvergenceError(_why(problem, mass, ratio, iterations))
    return ratio[problem.index], iterations, b


def read_constraints(
    frame: pd.DataFrame,
    weights: Floats,
    margins: Sequence[pd.Series],
    totals: Mapping[str, float],
    population: float | None,
    inside: Mask,
    may_conflict: bool,
) -> Constraints:
    """Match margins, totals and the population size to the rows.

    With a population total, margins that add up to 1 (or 100) are proportions (or percentages) of it.
    """
    if isinstance(margins, pd.Series):
        raise MarginError("calibrate takes a list of margins (Series of population totals)")
    scaled = [_counts(m, population) for m in margins]
    fitted = [read_margin(m, frame, inside, weights) for m in scaled]
    if fitted and not may_conflict:
        check_agreement(fitted)
        if population is not None and abs(fitted[0].totals.sum() - population) > AGREEMENT * population:
            raise MarginError(
                f"margin {fitted[0].name} counts {fitted[0].totals.sum():g} in all, population= says {population:g}"
            )
    rows = np.flatnonzero(inside & (weights != 0))
    if len(rows) == 0:
        raise MarginError("calibrate: no row with a positive weight is concerned")
    known(frame, list(totals), "totals")
    values = _auxiliaries(frame, list(totals), rows)
    if not fitted and population is not None:
        values = np.hstack([np.ones((len(rows), 1)), values])
    names = ["population"] * (values.shape[1] - len(totals)) + list(totals)
    numbers = ([float(population)] if population is not None and not fitted else []) + [
        float(t) for t in totals.values()
    ]
    if not fitted and not names:
        raise MarginError("calibrate: give margins, totals or a population size")
    if fitted:
        x = margin_columns([m.code[rows] for m in fitted], [len(m.totals) for m in fitted], values)
    else:
        x = Columns((), (), values)
    labels = tuple((m.name, label) for m in fitted for label in m.labels) + tuple((n, "") for n in names)
    goal = np.concatenate([*[m.totals for m in fitted], numbers])
    if fitted and not totals:
        cell, first = crossed(*[m.code[rows] for m in fitted])
    else:
        # numeric columns tell nearly every row apart: looking for rows alike costs more than it saves
        cell = first = np.arange(len(rows), dtype=np.int64)
    return Constraints(rows, x, goal, labels, cell, first, tuple(fitted))


def _counts(margin: pd.Series, population: float | None) -> pd.Series:
    total = float(margin.sum()) if isinstance(margin, pd.Series) and len(margin) else 0.0
    for unit, name in ((1.0, "proportions"), (100.0, "percentages")):
        if abs(total - unit) <= AGREEMENT * unit and (population is None or abs(population - unit) > 0.5):
            if population is None and unit == 1.0:
                raise MarginError(f"margin {listed(margin.index.names)} adds up to 1: {name} need population= as well")
            if population is not None:
                return margin * (population / unit)
    return margin


def _auxiliaries(frame: pd.DataFrame, names: list[str], rows: Ints) -> Floats:
    if not names:
        return np.empty((len(rows), 0))
    values = outcomes_of(frame, names)[rows]
    missing = np.isnan(values).sum(axis=0)
    if missing.any():
        raise MarginError(
            f"totals: '{names[int(np.argmax(missing))]}' is missing in {int(missing.max())} rows with a positive weight"
        )
    return values


def _q_weights(frame: pd.DataFrame, q: str | None, rows: Ints) -> Floats:
    if q is None:
        return np.ones(len(rows))
    values = outcomes_of(frame, [q])[rows, 0]
    if not (values > 0).all():
        raise UnsupportedError(f"q weights '{q}' must be positive numbers in every row concerned")
    return values


def _bound(frame: pd.DataFrame, bound: Any, rows: Ints) -> Floats:
    """A bound as (1,) for all rows or (r,) for each."""
    if bound is None:
        raise UnsupportedError("bounds: use -inf and inf for an open side, not None")
    if isinstance(bound, str):
        return outcomes_of(frame, [bound])[rows, 0]
    values = np.asarray(bound, dtype=np.float64)
    if values.ndim == 0:
        return values.reshape(1)
    if values.shape != (len(frame),):
        raise UnsupportedError(f"bounds: expected a number, a column or {len(frame)} values, found {values.shape}")
    return values[rows]


def _penalties(c: Constraints, ridge: float | Mapping[str, float] | None) -> Floats:
    """Slack (K,) that a unit of the multiplier buys: ridge times the total, 0 for totals to meet exactly."""
    if ridge is None:
        return np.zeros(len(c.totals))
    names = [name for name, _ in c.labels]
    if isinstance(ridge, Mapping):
        unknown = [name for name in ridge if name not in names]
        if unknown:
            raise UnsupportedError(f"ridge: no margin {listed(unknown)}; there are {listed(dict.fromkeys(names))}")
        values = np.array([float(ridge.get(name, 0.0)) for name in names])
    else:
        values = np.full(len(names), float(ridge))
    if (values < 0).any():
        raise UnsupportedError("ridge: penalties may not be negative")
    return values * np.abs(c.totals)


def _solved_units(c: Constraints, q: Floats, lower: Floats, upper: Floats) -> tuple[Ints, Ints]:
    """Rows to solve for and the one each row follows: distinct rows when nothing else tells them apart."""
    per_row = len(lower) > 1 or len(upper) > 1 or (q != q[0]).any()
    if per_row or len(c.first) > len(c.rows) // 2:
        return np.arange(len(c.rows)), np.arange(len(c.rows))
    return c.first, c.cell


def _newton(
    problem: Problem, mass: Floats, tolerance: float, max_iterations: int, start: Floats | None
) -> tuple[Floats, int, float, Floats]:
    """Solve sum of mass F(q x'b) x + penalty b = goal; return ratios, iterations, largest relative miss, b."""
    goal, x, q = problem.constraints.totals, problem.x, problem.q
    size = np.where(goal == 0, 1.0, np.abs(goal))
    b = np.zeros(len(goal)) if start is None else start
    ratio = problem.distance.ratio(q * x.times(b))
    miss = goal - x.sums(mass * ratio) - problem.penalty * b
    gap = float(np.abs(miss / size).max())
    for iteration in range(max_iterations):
        if gap <= tolerance:
            return ratio, iteration, gap, b
        slope = mass * q * problem.distance.slope(q * x.times(b))
        step = scaled_inverse(x.gram(slope) + np.diag(problem.penalty)) @ miss
        moved = _damped(problem, mass, b, step, miss)
        if moved is None:
            return ratio, iteration, gap, b
        b, ratio, miss = moved
        gap = float(np.abs(miss / size).max())
    return ratio, max_iterations, gap, b


def _damped(
    problem: Problem, mass: Floats, b: Floats, step: Floats, miss: Floats
) -> tuple[Floats, Floats, Floats] | None:
    """Shorten a Newton step until the totals come nearer; the best of what was tried, None without one."""
    goal, x, q = problem.constraints.totals, problem.x, problem.q
    size = np.where(goal == 0, 1.0, np.abs(goal))
    start = float(np.linalg.norm(miss / size))
    best, least = None, np.inf
    for taken in 0.5 ** np.arange(12):
        tried = b + taken * step
        with np.errstate(over="ignore", invalid="ignore"):
            ratio = problem.distance.ratio(q * x.times(tried))
            off = goal - x.sums(mass * ratio) - problem.penalty * tried
        length = float(np.linalg.norm(off / size))
        if np.isfinite(length) and length < least:
            best, least = (tried, ratio, off), length
        if length < start:
            break
    return best


def _why(problem: Problem, mass: Floats, ratio: Floats, iterations: int) -> str:
    c, x, (lower, upper) = problem.constraints, problem.x, problem.bounds
    achieved = x.sums(mass * ratio)
    size = np.where(c.totals == 0, 1.0, np.abs(c.totals))
    off = np.abs(achieved - c.totals) / size
    k = int(np.argmax(off))
    name, category = c.labels[k]
    rows = c.x.sums(np.ones(len(c.rows)))
    few = [f"{m}={v} ({int(rows[i])} rows)" for i, (m, v) in enumerate(c.labels) if v and rows[i] < 5]
    place = f"margin {name}, category {category}" if category else f"total of {name}"
    message = (
        f"calibration ({problem.method}) did not converge in {iterations} iterations: {place} stands at "
        f"{achieved[k]:g} for {c.totals[k]:g} ({off[k]:.2%} off)"
    )
    if few:
        message += f"; sparse cells: {listed(few)}"
    start = x.sums(mass)
    if np.isfinite(lower).any() or np.isfinite(upper).any():
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = c.totals / start
        message += f"; the category needs a mean ratio of {needed[k]:.3g} inside the bounds: widen them"
    return message + "; merge categories, or pass ridge= to let margins be missed at a price"


def _calibration_step(
    before: Floats,
    after: Floats,
    c: Constraints,
    q: Floats,
    penalty: Floats,
    method: str,
    iterations: int,
    again: Callable[[Floats], Floats],
) -> Step:
    regression = before[c.rows] * q
    inverse = scaled_inverse(c.x.gram(regression) + np.diag(penalty)) if penalty.any() else None

    def summary() -> dict[str, Any]:
        return {
            "method": method, "iterations": iterations, "margins": _balance(c, before, after),
            "negative": int((after < 0).sum()), "lowest": float(after.min()),
        }  # fmt: skip

    return Step("calibrate", before, after, Regression(c.x, c.rows, regression, inverse), summary, again)


def _balance(c: Constraints, before: Floats, after: Floats) -> pd.DataFrame:
    table = balance_table(c.margins, before, after) if c.margins else pd.DataFrame()
    counted = sum(len(m.totals) for m in c.margins)
    extra = pd.DataFrame(
        {
            "margin": [name for name, _ in c.labels[counted:]],
            "category": "",
            "population": c.totals[counted:],
            "before": c.x.sums(before[c.rows])[counted:],
            "after": c.x.sums(after[c.rows])[counted:],
            "rows": len(c.rows),
        }
    )
    return pd.concat([table, extra], ignore_index=True) if len(extra) else table
