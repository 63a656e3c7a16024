"""Cumulative link models with survey weights: proportional odds and ordered probit (R's `svyolr`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from pipeline.survey.errors import SeparationError, UnsupportedError, VariableError, listed
from pipeline.survey.formula import INTERCEPT, ModelMatrix, check_rank, model_matrix, sides
from pipeline.survey.model_fit import ModelFit, probabilities_table, tables
from pipeline.survey.newton import Derivatives, Maximum, maximise
from pipeline.survey.products import weighted_cross, weighted_gram
from pipeline.survey.sandwich import design_degrees
from pipeline.survey.structure import Floats, Ints, factorized

if TYPE_CHECKING:
    from pipeline.survey.design import Design

LINKS = ("logit", "probit")


@dataclass(frozen=True, eq=False)
class Ordinal(ModelFit):
    """A fitted cumulative link model: link(P(y <= k)) = threshold_k - x b; see `ModelFit` for the rest.

    The coefficients are the slopes b, then the thresholds, named "not|little". A positive slope moves the outcome
    to higher categories. df is primary units less strata less slopes, as R.
    """

    link: str
    levels: tuple[Any, ...]
    iterations: int
    y: Ints = field(repr=False)

    def categories(self) -> list[Any]:
        """Return the categories of the outcome, lowest first."""
        return list(self.levels)

    def predictions(self, x: Floats, offset: Floats) -> Floats:
        """Return the probabilities (rows, K) of the categories."""
        cumulative = _distribution(_cuts(self.estimate, x, offset), self.link)[0]
        return np.diff(cumulative, axis=1)

    def average_gradient(self, x: Floats, offset: Floats, weights: Floats) -> Floats:
        """Return the derivative (K, k) of the weighted sums of the probabilities in the coefficients."""
        density = _distribution(_cuts(self.estimate, x, offset), self.link)[1] * weights[:, None]
        slopes = -np.diff(density, axis=1).T @ x
        inner = density[:, 1:-1].sum(axis=0)
        k = len(inner)
        thresholds = np.zeros((k + 1, k))
        thresholds[np.arange(k), np.arange(k)] = inner
        thresholds[np.arange(1, k + 1), np.arange(k)] = -inner
        return np.hstack([slopes, thresholds])

    def row_gradient(self, x: Floats, offset: Floats) -> Floats:
        """Return the derivatives (rows, K, k) of the probabilities in the coefficients."""
        density = _distribution(_cuts(self.estimate, x, offset), self.link)[1]
        out = np.zeros((len(x), density.shape[1] - 1, len(self.estimate)))
        out[:, :, : x.shape[1]] = -np.diff(density, axis=1)[:, :, None] * x[:, None, :]
        for k in range(density.shape[1] - 2):
            out[:, k, x.shape[1] + k] += density[:, k + 1]
            out[:, k + 1, x.shape[1] + k] -= density[:, k + 1]
        return out

    def deviance_without(self, places: Sequence[int]) -> float:
        """Return the deviance of the model refitted without some slopes."""
        p = self.matrix.x.shape[1]
        if max(places) >= p:
            raise UnsupportedError("term_test: thresholds cannot be left out; test slopes")
        kept = [j for j in range(p) if j not in set(places)]
        scaled = self.weights / self.weights.mean()
        found = _fit(self.matrix.x[:, kept], self.y, scaled, self.matrix.offset, self.link, self.formula)
        return -2 * found.value

    def predict(self, frame: pd.DataFrame | None = None, level: float = 0.95) -> pd.DataFrame:
        """Predict the probability of every category; see `model_fit.probabilities_table`."""
        return probabilities_table(self, frame, level)


def ordinal(
    design: Design, formula: str, link: str = "logit", offset: Any = None, where: Any = None, level: float = 0.95
) -> Ordinal:
    """Fit a cumulative link model by weighted pseudo maximum likelihood.

    Parameters
    ----------
    formula : the outcome is an ordered category, or numbers that stand in order; levels that no row has are left
        out.   link : logit (proportional odds) or probit.   offset, where : as in `glm`.

    Raises
    ------
    ConvergenceError, EmptyDomainError, RankDeficiencyError, SeparationError, UnsupportedError, VariableError
    """
    if link not in LINKS:
        raise UnsupportedError(f"link '{link}' is not known for ordinal; choose {' or '.join(LINKS)}")
    matrix = without_intercept(model_matrix(design, formula, offset, where, "ordinal"))
    y, levels = _outcome(matrix)
    weights = design.weights[matrix.rows]
    scaled = weights / weights.mean()
    found = _fit(matrix.x, y, scaled, matrix.offset, link, formula, matrix.columns)
    influences = (scaled[:, None] * _row_scores(found.parameters, matrix.x, y, matrix.offset, link)) @ found.inverse
    names = [*matrix.columns, *(f"{a}|{b}" for a, b in pairwise(levels))]
    df = design_degrees(design, matrix.rows) - matrix.x.shape[1]
    table, covariance = tables(design, matrix, names, found.parameters, influences, df, level)
    return Ordinal(
        formula, table, covariance, df, len(y), -2 * found.value, matrix.terms, found.inverse, influences, matrix,
        design, level, link, levels, found.iterations, y,
    )  # fmt: skip


def without_intercept(matrix: ModelMatrix) -> ModelMatrix:
    """Return the matrix less its intercept, which the thresholds replace.

    Raises
    ------
    UnsupportedError
        When the formula has none: its categories would then be coded without a reference.
    """
    if INTERCEPT not in matrix.terms:
        raise UnsupportedError(f"ordinal '{matrix.formula}': leave the intercept in, the thresholds take its place")
    drop = matrix.terms[INTERCEPT][0]
    kept = [j for j in range(len(matrix.columns)) if j != drop]
    place = {j: i for i, j in enumerate(kept)}
    terms = {t: tuple(place[j] for j in js) for t, js in matrix.terms.items() if t != INTERCEPT}
    return replace(
        matrix, x=np.ascontiguousarray(matrix.x[:, kept]), columns=tuple(matrix.columns[j] for j in kept), terms=terms,
        dropped=(*matrix.dropped, drop),
    )  # fmt: skip


def _outcome(matrix: ModelMatrix) -> tuple[Ints, tuple[Any, ...]]:
    column, name = matrix.outcome, sides(matrix.formula)[0]
    ordered = getattr(column.dtype, "ordered", False)
    if not (ordered or pd.api.types.is_numeric_dtype(column)):
        raise VariableError(
            f"outcome '{name}' is {column.dtype}; ordinal needs an ordered category (pd.Categorical with ordered=True) "
            "or numbers, since text has no order of its own"
        )
    codes, categories = factorized(pd.DataFrame({name: column}), name)
    present, y = np.unique(codes, return_inverse=True)
    if not 3 <= len(present) <= 50:
        raise VariableError(
            f"outcome '{name}' has {len(present)} categories here ({listed(categories[present], 4)}); ordinal takes "
            "3 to 50, glm takes two"
        )
    return y.astype(np.int64), tuple(categories[present])


def _fit(
    x: Floats, y: Ints, weights: Floats, offset: Floats, link: str, formula: str, columns: Sequence[str] = ()
) -> Maximum:
    p, k = x.shape[1], int(y.max())
    if p:
        both = np.hstack([np.ones((len(x), 1)), x])
        names = ["thresholds", *(columns or [str(j) for j in range(p)])]
        if check_rank(both, weighted_gram(both, weights), weights, names, formula) is not None:
            raise UnsupportedError(f"'{formula}': columns are nearly dependent; centre and scale the variables")
    share = np.cumsum(np.bincount(y, weights=weights))[:-1] / weights.sum()
    start = np.r_[np.zeros(p), special.logit(share) if link == "logit" else special.ndtri(share)]
    start[p:] += weights @ offset / weights.sum()

    def watch(parameters: Floats, step: Floats) -> None:
        move = _cuts(step, x, np.zeros(len(x)), free=0.0)
        rows = np.arange(len(x))
        up, down = move[rows, y + 1], move[rows, y]
        up[y == k], down[y == 0] = 0.0, 0.0
        still = 0.01 * max(np.abs(up).max(), np.abs(down).max())
        # Albert and Anderson (1984): no row's category loses likelihood along the step
        if (up >= -still).all() and (down <= still).all() and p:
            size = np.abs(step[:p]) * np.sqrt((x**2).mean(axis=0))
            named = np.array(columns or range(p))[size > 0.1 * size.max()]
            raise SeparationError(
                f"separation in '{formula}': {listed(named)} predict the outcome perfectly for some rows, so the "
                "coefficients grow without limit; merge categories, drop the term or widen the domain"
            )

    return maximise(lambda b: derivatives(b, x, y, weights, offset, link), start, formula, watch)


def derivatives(parameters: Floats, x: Floats, y: Ints, weights: Floats, offset: Floats, link: str) -> Derivatives:
    """Return the weighted log likelihood, its gradient (p + K - 1,) and Hessian.

    parameters : slopes (p,), then thresholds (K - 1,), which must increase.
    """
    p = x.shape[1]
    if (np.diff(parameters[p:]) <= 0).any():
        return -np.inf, parameters, np.eye(len(parameters))
    probability, f, slope = _pieces(parameters, x, y, offset, link)
    if not (probability > 0).all():
        return -np.inf, parameters, np.eye(len(parameters))
    g = f / probability[:, None]
    value = float(weights @ np.log(probability))
    gradient = _assembled(weights[:, None] * g, x, y, len(parameters)).sum(axis=0)
    # second derivatives in the upper and lower cut of each row
    upper = weights * (slope[:, 0] / probability - g[:, 0] ** 2)
    lower = weights * (-slope[:, 1] / probability - g[:, 1] ** 2)
    mixed = -weights * g[:, 0] * g[:, 1]
    up, down = _cut_rows(x, y, len(parameters), 0), _cut_rows(x, y, len(parameters), 1)
    cross = weighted_cross(up, down, mixed)
    hessian = weighted_gram(up, upper) + weighted_gram(down, lower) + cross + cross.T
    return value, gradient, hessian


def _row_scores(parameters: Floats, x: Floats, y: Ints, offset: Floats, link: str) -> Floats:
    probability, f, _ = _pieces(parameters, x, y, offset, link)
    return _assembled(f / probability[:, None], x, y, len(parameters))


def _assembled(g: Floats, x: Floats, y: Ints, k: int) -> Floats:
    return _cut_rows(x, y, k, 0) * g[:, :1] + _cut_rows(x, y, k, 1) * g[:, 1:]


def _cut_rows(x: Floats, y: Ints, k: int, side: int) -> Floats:
    """Derivative (m, k) of each row's upper (0) or lower (1) cut in the parameters; 0 where the cut is infinite."""
    out = np.zeros((len(x), k))
    p = x.shape[1]
    cut = y - side
    real = (cut >= 0) & (cut < k - p)
    out[real, p + cut[real]] = 1.0
    out[:, :p] = -x * real[:, None]
    return out


def _pieces(parameters: Floats, x: Floats, y: Ints, offset: Floats, link: str) -> tuple[Floats, Floats, Floats]:
    """Probability (m,) of the observed category, derivatives (m, 2) in its cuts, slopes (m, 2) of the densities."""
    cuts = _cuts(parameters, x, offset)
    rows = np.arange(len(x))
    high, low = cuts[rows, y + 1], cuts[rows, y]
    flip = low > 0
    # both cuts far up: the difference is taken between upper tails
    a, b = np.where(flip, -low, high), np.where(flip, -high, low)
    tails = special.expit if link == "logit" else special.ndtr
    density = _distribution(np.stack([high, low], axis=1), link)
    return tails(a) - tails(b), density[1] * np.array([1.0, -1.0]), density[2]


def _cuts(parameters: Floats, x: Floats, offset: Floats, free: float = np.inf) -> Floats:
    """Cut points (m, K + 1) on the scale of the link, from -infinity to infinity."""
    p = x.shape[1]
    eta = x @ parameters[:p] + offset
    inner = parameters[p:][None, :] - eta[:, None]
    edge = np.full((len(x), 1), free)
    return np.hstack([-edge, inner, edge])


def _distribution(z: Floats, link: str) -> tuple[Floats, Floats, Floats]:
    """Distribution function, density and slope of the density."""
    if link == "logit":
        cumulative = special.expit(z)
        density = cumulative * special.expit(-z)
        return cumulative, density, density * (1 - 2 * cumulative)
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return special.ndtr(z), density, -np.where(np.isfinite(z), z, 0.0) * density
