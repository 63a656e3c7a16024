"""What every fitted model gives: coefficients with design-based covariance, tests of terms, predictions, margins."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.survey import marginal_effects, term_test
from pipeline.survey.errors import UnsupportedError
from pipeline.survey.formula import ModelMatrix
from pipeline.survey.intervals import proportion_interval
from pipeline.survey.marginal_effects import MarginalEffects
from pipeline.survey.sandwich import coefficient_table, score_covariance
from pipeline.survey.structure import Floats
from pipeline.survey.term_test import TermTest

if TYPE_CHECKING:
    from pipeline.survey.design import Design


@dataclass(frozen=True, eq=False)
class ModelFit(ABC):
    """A model fitted to a domain of a design by weighted pseudo maximum likelihood.

    coefficients : k rows: term, estimate, se, t, p, lower, upper.
    covariance : (k, k) design-based sandwich, named by term.   df : degrees of freedom of t and F.
    n : rows used.   deviance : of the working likelihood with weights of mean 1.   formula : as given.
    naive : (k, k) covariance that the working likelihood would give, weights of mean 1.
    influences : (n, k) what each row contributes to the coefficients, to first order; they sum to 0.
    terms : term of the formula -> positions of its coefficients.
    """

    formula: str
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    df: int
    n: int
    deviance: float
    terms: Mapping[str, tuple[int, ...]]
    naive: Floats = field(repr=False)
    influences: Floats = field(repr=False)
    matrix: ModelMatrix = field(repr=False)
    design: Design = field(repr=False)
    level: float

    @property
    def estimate(self) -> Floats:
        """Coefficients (k,)."""
        return self.coefficients["estimate"].to_numpy()

    @property
    def weights(self) -> Floats:
        """Weights (n,) of the rows used."""
        return self.design.weights[self.matrix.rows]

    @property
    def bread(self) -> Floats:
        """Inverse information (k, k) under the weights as they are."""
        return self.naive / self.weights.mean()

    @abstractmethod
    def predictions(self, x: Floats, offset: Floats) -> Floats:
        """Return predicted means (rows, K), or probabilities of K categories."""

    @abstractmethod
    def average_gradient(self, x: Floats, offset: Floats, weights: Floats) -> Floats:
        """Return the derivative (K, k) of the weighted sums of the predictions in the coefficients."""

    @abstractmethod
    def row_gradient(self, x: Floats, offset: Floats) -> Floats:
        """Return the derivatives (rows, K, k) of the predictions in the coefficients."""

    def categories(self) -> list[Any]:
        """Return the labels of the K predictions of a row; [None] when there is one."""
        return [None]

    @abstractmethod
    def deviance_without(self, places: Sequence[int]) -> float:
        """Return the deviance of the model refitted without some coefficients."""

    def term_test(
        self,
        terms: Sequence[str] | str,
        method: str = "Wald",
        df: float | None = None,
        approximation: str = "saddlepoint",
    ) -> TermTest:
        """Test that all coefficients of some terms are zero (R's `regTermTest`).

        Parameters
        ----------
        terms : terms as the formula writes them ("x", "C(z)", "x:C(z)"), or names of single coefficients.
        method : "Wald", or "LRT", the working likelihood ratio.   df : denominator, by default that of the fit.
        approximation : saddlepoint, satterthwaite or integration, for LRT.

        Raises
        ------
        UnsupportedError, VariableError
        """
        places = term_test.tested_columns(terms, self.terms, list(self.coefficients["term"]))
        ddf = self.df if df is None else df
        covariance = self.covariance.to_numpy()
        if method == "Wald":
            return term_test.wald(terms, places, self.estimate, covariance, ddf)
        if method != "LRT":
            raise UnsupportedError(f"term_test: method '{method}' is not known; choose Wald or LRT")
        drop = self.deviance_without([int(i) for i in places]) - self.deviance
        return term_test.likelihood_ratio(terms, places, drop, self.naive, covariance, ddf, approximation)

    def average_marginal_effects(
        self,
        variables: Sequence[str] | str | None = None,
        variance: str = "unconditional",
        level: float | None = None,
        by: str | None = None,
    ) -> MarginalEffects:
        """Return average marginal effects with the survey weights; see `marginal_effects.average_effects`."""
        return marginal_effects.average_effects(self, variables, variance, self.level if level is None else level, by)

    def predictive_margins(
        self,
        variable: str,
        values: Sequence[Any] | None = None,
        variance: str = "unconditional",
        level: float | None = None,
        by: str | None = None,
    ) -> MarginalEffects:
        """Return the mean prediction when everyone has each value of a variable; see `marginal_effects.margins`."""
        return marginal_effects.margins(self, variable, values, variance, self.level if level is None else level, by)


def tables(
    design: Design, matrix: ModelMatrix, names: Sequence[str], estimate: Floats, influences: Floats, df: int,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Return the table of coefficients and their sandwich covariance (bread, covariance of scores, bread)."""
    v = score_covariance(design, matrix.rows, influences)
    table = coefficient_table(list(names), estimate, np.sqrt(np.diag(v)), df, level)
    return table, pd.DataFrame(v, index=list(names), columns=list(names))


def probabilities_table(fit: ModelFit, frame: pd.DataFrame | None, level: float) -> pd.DataFrame:
    """Return predicted probabilities, one row for each row and category: row, category, estimate, se, lower, upper.

    `row` is the label of the frame's index. Standard errors by the delta method; intervals on the logit, so that
    they stay between 0 and 1. Rows missing a variable get NaN.
    """
    if frame is None:
        x, offset, index = fit.matrix.x, fit.matrix.offset, fit.design.frame.index[fit.matrix.rows]
    else:
        x, offset, index = fit.matrix.at(frame), fit.matrix.offset_at(frame), frame.index
    covariance, categories = fit.covariance.to_numpy(), fit.categories()
    estimate, variance = fit.predictions(x, offset), []
    # derivatives take rows x categories x coefficients, so not all rows at once
    for start in range(0, len(x), 5000):
        gradient = fit.row_gradient(x[start : start + 5000], offset[start : start + 5000])
        variance.append(np.einsum("rki,ij,rkj->rk", gradient, covariance, gradient, optimize=True))
    p, se = estimate.ravel(), np.sqrt(np.maximum(np.vstack(variance), 0.0)).ravel()
    lower, upper = proportion_interval(p, se, np.ones(len(p)), np.full(len(p), float(fit.df)), level, "logit")
    return pd.DataFrame(
        {
            "row": np.repeat(np.asarray(index), len(categories)),
            "category": np.tile(np.array(categories, dtype=object), len(x)),
            "estimate": p,
            "se": se,
            "lower": lower,
            "upper": upper,
        }
    )
