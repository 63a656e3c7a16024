"""Multinomial logit with survey weights and design-based variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from pipeline.survey.errors import RankDeficiencyError, SeparationError, UnsupportedError, VariableError, listed
from pipeline.survey.formula import check_rank, model_matrix, sides
from pipeline.survey.model_fit import ModelFit, probabilities_table, tables
from pipeline.survey.newton import Derivatives, Maximum, maximise
from pipeline.survey.products import weighted_gram
from pipeline.survey.sandwich import design_degrees
from pipeline.survey.structure import Floats, Ints, factorized

if TYPE_CHECKING:
    from pipeline.survey.design import Design


@dataclass(frozen=True, eq=False)
class Multinomial(ModelFit):
    """A fitted multinomial logit: log(P(y = k) / P(y = reference)) = x b_k; see `ModelFit` for the rest.

    Coefficients stand category by category, named "bus: age", with the columns category and column added. df is
    primary units less strata, plus one less the columns of the design matrix.
    """

    reference: Any
    levels: tuple[Any, ...]
    iterations: int
    y: Ints = field(repr=False)

    def categories(self) -> list[Any]:
        """Return the categories of the outcome, the reference first."""
        return list(self.levels)

    def predictions(self, x: Floats, offset: Floats) -> Floats:
        """Return the probabilities (rows, K) of the categories."""
        return _probabilities(self.estimate, x)

    def average_gradient(self, x: Floats, offset: Floats, weights: Floats) -> Floats:
        """Return the derivative (K, k) of the weighted sums of the probabilities in the coefficients."""
        return self._blocks(self.predictions(x, offset), lambda factor: (weights * factor) @ x)

    def row_gradient(self, x: Floats, offset: Floats) -> Floats:
        """Return the derivatives (rows, K, k) of the probabilities in the coefficients."""
        made = self._blocks(self.predictions(x, offset), lambda factor: (factor[:, None] * x).T)
        return np.moveaxis(made, 2, 0)

    def _blocks(self, probability: Floats, weighed: Any) -> Floats:
        """Derivative of P_k in b_j: P_k (1[k = j] - P_j) x, laid out (K, k[, rows])."""
        size = probability.shape[1]
        return np.stack(
            [
                np.concatenate([weighed(probability[:, k] * ((k == j) - probability[:, j])) for j in range(1, size)])
                for k in range(size)
            ]
        )

    def deviance_without(self, places: Sequence[int]) -> float:
        """Return the deviance of the model refitted without some columns, in all categories alike."""
        p = self.matrix.x.shape[1]
        dropped = {i % p for i in places}
        if len(places) != len(dropped) * (len(self.levels) - 1):
            raise UnsupportedError("term_test: the likelihood ratio leaves a term out of all categories or of none")
        kept = [j for j in range(p) if j not in dropped]
        if not kept:
            raise UnsupportedError("term_test: the likelihood ratio needs a model that keeps some column")
        columns = [self.matrix.columns[j] for j in kept]
        scaled = self.weights / self.weights.mean()
        return -2 * _fit(self.matrix.x[:, kept], self.y, scaled, self.formula, columns, self.levels).value

    def predict(self, frame: pd.DataFrame | None = None, level: float = 0.95) -> pd.DataFrame:
        """Predict the probability of every category; see `model_fit.probabilities_table`."""
        return probabilities_table(self, frame, level)


def multinomial(
    design: Design, formula: str, reference: Any = None, where: Any = None, level: float = 0.95
) -> Multinomial:
    """Fit a multinomial logit by weighted pseudo maximum likelihood.

    Parameters
    ----------
    formula : the outcome is a category, text or number; every value seen is a category.
    reference : category that the others are compared with, by default the first.

    Raises
    ------
    ConvergenceError, EmptyDomainError, RankDeficiencyError, SeparationError, UnsupportedError, VariableError
    """
    matrix = model_matrix(design, formula, None, where, "multinomial")
    y, levels = _outcome(matrix.outcome, sides(formula)[0], reference)
    weights = design.weights[matrix.rows]
    scaled = weights / weights.mean()
    found = _fit(matrix.x, y, scaled, formula, matrix.columns, levels)
    p = matrix.x.shape[1]
    observed = y[:, None] == np.arange(1, len(levels))
    residual = scaled[:, None] * (observed - _probabilities(found.parameters, matrix.x)[:, 1:])
    scores = (residual[:, :, None] * matrix.x[:, None, :]).reshape(len(y), -1)
    names = [f"{level}: {column}" for level in levels[1:] for column in matrix.columns]
    df = design_degrees(design, matrix.rows) + 1 - p
    table, covariance = tables(design, matrix, names, found.parameters, scores @ found.inverse, df, level)
    table["category"] = np.repeat(np.array(levels[1:], dtype=object), p)
    table["column"] = np.tile(np.array(matrix.columns, dtype=object), len(levels) - 1)
    terms = {
        term: tuple(k * p + j for k in range(len(levels) - 1) for j in places) for term, places in matrix.terms.items()
    }
    return Multinomial(
        formula, table, covariance, df, len(y), -2 * found.value, terms, found.inverse, scores @ found.inverse, matrix,
        design, level, levels[0], levels, found.iterations, y,
    )  # fmt: skip


def _outcome(column: pd.Series, name: str, reference: Any) -> tuple[Ints, tuple[Any, ...]]:
    codes, categories = factorized(pd.DataFrame({name: column}), name)
    present, y = np.unique(codes, return_inverse=True)
    levels = list(categories[present])
    if not 2 <= len(levels) <= 50:
        raise VariableError(f"outcome '{name}' has {len(levels)} categories here; multinomial takes 2 to 50")
    if reference is not None:
        if reference not in levels:
            raise VariableError(f"reference {reference!r} is not a value of '{name}' here; it has {listed(levels)}")
        first = levels.index(reference)
        order = [first, *(k for k in range(len(levels)) if k != first)]
        y = np.argsort(order)[y]
        levels = [levels[k] for k in order]
    return y.astype(np.int64), tuple(levels)


def _probabilities(parameters: Floats, x: Floats) -> Floats:
    eta = x @ parameters.reshape(-1, x.shape[1]).T
    return special.softmax(np.hstack([np.zeros((len(x), 1)), eta]), axis=1)


def _fit(
    x: Floats, y: Ints, weights: Floats, formula: str, columns: Sequence[str], levels: Sequence[Any]
) -> Maximum:  # fmt: skip
    if check_rank(x, weighted_gram(x, weights), weights, columns, formula) is not None:
        raise RankDeficiencyError(f"rank deficiency in '{formula}' is near: centre and scale the variables")
    others = int(y.max())
    start = np.zeros((others, x.shape[1]))

    def watch(parameters: Floats, step: Floats) -> None:
        move = np.hstack([np.zeros((len(x), 1)), x @ step.reshape(others, -1).T])
        gain = move[np.arange(len(y)), y][:, None] - move
        # Albert and Anderson (1984): no row's category loses to another along the step
        if (gain >= -0.01 * np.abs(gain).max()).all():
            size = (np.abs(step.reshape(others, -1)) * np.sqrt((x**2).mean(axis=0))).ravel()
            names = [f"{level}: {column}" for level in levels[1:] for column in columns]
            raise SeparationError(
                f"separation in '{formula}': {listed(np.array(names)[size > 0.1 * size.max()])} predict the outcome "
                "perfectly for some rows, so the coefficients grow without limit; merge categories, drop the term or "
                "widen the domain"
            )

    return maximise(lambda b: derivatives(b, x, y, weights), start.ravel(), formula, watch)


def derivatives(parameters: Floats, x: Floats, y: Ints, weights: Floats) -> Derivatives:
    """Return the weighted log likelihood, its gradient ((K - 1) p,) and Hessian, category by category."""
    p, others = x.shape[1], len(parameters) // x.shape[1]
    eta = np.hstack([np.zeros((len(x), 1)), x @ parameters.reshape(others, p).T])
    value = float(weights @ (eta[np.arange(len(y)), y] - special.logsumexp(eta, axis=1)))
    probability = special.softmax(eta, axis=1)[:, 1:]
    residual = weights[:, None] * ((y[:, None] == np.arange(1, others + 1)) - probability)
    hessian = np.empty((others * p, others * p))
    for a in range(others):
        for b in range(a, others):
            share = probability[:, a] * ((1 - probability[:, a]) if a == b else probability[:, b])
            block = weighted_gram(x, weights * share)
            block = -block if a == b else block
            hessian[a * p : (a + 1) * p, b * p : (b + 1) * p] = block
            hessian[b * p : (b + 1) * p, a * p : (a + 1) * p] = block
    return value, (residual.T @ x).ravel(), hessian
