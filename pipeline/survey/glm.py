"""Generalised linear models with survey weights and design-based variance (R's `svyglm`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.survey import few_clusters
from pipeline.survey.errors import SeparationError, UnsupportedError, VariableError, listed
from pipeline.survey.families import FAMILIES, LINKS, Family, Link, link_of, negative_binomial
from pipeline.survey.formula import ModelMatrix, model_matrix, sides
from pipeline.survey.intervals import t_quantile
from pipeline.survey.irls import fit
from pipeline.survey.model_fit import ModelFit, tables
from pipeline.survey.negative_binomial import fit_negative_binomial, joint_influences
from pipeline.survey.products import linear, weighted_sums
from pipeline.survey.sandwich import design_degrees, score_covariance
from pipeline.survey.structure import Floats, factorized

if TYPE_CHECKING:
    from pipeline.survey.design import Design


@dataclass(frozen=True, eq=False)
class Glm(ModelFit):
    """A fitted generalised linear model; see `ModelFit` for what it shares with other models.

    family, link : names.   success : the category whose probability is modelled, None for numbers.
    dispersion : weighted variance of the Pearson residuals.   iterations : of the last IRLS.
    theta, theta_se : of a negative binomial (theta_se None when theta was given).
    y, mu, eta : (n,) outcome, fitted means and linear predictors.
    """

    family: str
    link: str
    success: Any
    dispersion: float
    iterations: int
    theta: float | None
    theta_se: float | None
    y: Floats = field(repr=False)
    mu: Floats = field(repr=False)
    eta: Floats = field(repr=False)

    def _link(self) -> Link:
        return LINKS[self.link]

    def _family(self) -> Family:
        return negative_binomial(self.theta) if self.theta is not None else FAMILIES[self.family]

    def predictions(self, x: Floats, offset: Floats) -> Floats:
        """Return predicted means (rows, 1)."""
        return self._link().inverse(linear(x, self.estimate) + offset)[:, None]

    def average_gradient(self, x: Floats, offset: Floats, weights: Floats) -> Floats:
        """Return the derivative (1, k) of the weighted sum of the means in the coefficients."""
        return weighted_sums(x, weights * self._link().slope(linear(x, self.estimate) + offset))[None, :]

    def row_gradient(self, x: Floats, offset: Floats) -> Floats:
        """Return the derivatives (rows, 1, k) of the means in the coefficients."""
        return (self._link().slope(x @ self.estimate + offset)[:, None] * x)[:, None, :]

    def deviance_without(self, places: Sequence[int]) -> float:
        """Return the deviance of the model refitted without some columns (theta kept)."""
        kept = [j for j in range(self.matrix.x.shape[1]) if j not in set(places)]
        x, scaled = self.matrix.x[:, kept], self.weights / self.weights.mean()
        if not kept:
            return float(scaled @ self._family().deviance(self.y, self._link().inverse(self.matrix.offset)))
        names = tuple(self.matrix.columns[j] for j in kept)
        return fit(
            x, self.y, scaled, self.matrix.offset, self._family(), self._link(), names, self.formula
        ).deviance  # fmt: skip

    def predict(self, frame: pd.DataFrame | None = None, kind: str = "response", level: float = 0.95) -> pd.DataFrame:
        """Predict means ("response") or linear predictors ("link"), with standard errors by the delta method.

        Parameters
        ----------
        frame : rows to predict, by default those of the fit; a row missing a variable gets NaN.

        Returns
        -------
        DataFrame on the frame's index: estimate, se, lower, upper; limits of means are those of the linear
        predictor carried through the link, so they stay possible means.
        """
        if kind not in ("response", "link"):
            raise UnsupportedError(f"predict: kind '{kind}' is not known; choose response or link")
        if frame is None:
            x, offset, index = self.matrix.x, self.matrix.offset, self.design.frame.index[self.matrix.rows]
        else:
            x, offset, index = self.matrix.at(frame), self.matrix.offset_at(frame), frame.index
        eta = x @ self.estimate + offset
        se = np.sqrt(np.maximum(np.einsum("ij,ij->i", x @ self.covariance.to_numpy(), x), 0.0))
        half = t_quantile(self.df, level) * se
        limits = [eta - half, eta + half]
        if kind == "response":
            link = self._link()
            se = np.abs(link.slope(eta)) * se
            eta, *limits = [link.inverse(v) for v in (eta, *limits)]
        lower, upper = np.minimum(*limits), np.maximum(*limits)
        return pd.DataFrame({"estimate": eta, "se": se, "lower": lower, "upper": upper}, index=index)

    def bell_mccaffrey(self, correction: str = "none", level: float | None = None) -> pd.DataFrame:
        """Return the coefficients with Bell-McCaffrey degrees of freedom; see `few_clusters.table`."""
        return few_clusters.table(self, correction, self.level if level is None else level)


def glm(
    design: Design,
    formula: str,
    family: str = "gaussian",
    link: str | None = None,
    offset: Any = None,
    theta: float | None = None,
    where: Any = None,
    level: float = 0.95,
) -> Glm:
    """Fit a generalised linear model by weighted pseudo maximum likelihood.

    Parameters
    ----------
    formula : see `formula.model_matrix`.   family : gaussian, binomial, poisson, gamma, negative_binomial.
    link : by default R's: identity, logit, log, inverse, log.
    offset : column, expression such as "log(days)", or n numbers; known part of the linear predictor.
    theta : of a negative binomial (variance mu + mu^2 / theta). None estimates it with the coefficients, whose
        variance then counts its estimation (see `negative_binomial`); a number is taken as known, as `svyglm` with
        MASS's family at that theta does.
    where : mask of the domain; rows missing a variable leave the domain, not the design.
    level : of the intervals, with t on primary units less strata, plus one less the number of coefficients.

    Raises
    ------
    ConvergenceError, EmptyDomainError, RankDeficiencyError, SeparationError, UnsupportedError, VariableError
    """
    chosen = _family(family, theta)
    function = link_of(chosen, link)
    matrix = model_matrix(design, formula, offset, where, f"glm {family}")
    y, success = _outcome(matrix, chosen)
    weights = design.weights[matrix.rows]
    scaled = weights / weights.mean()
    _check_varies(y, chosen, formula, success)
    if family == "negative_binomial" and theta is None:
        fitted, theta = fit_negative_binomial(
            matrix.x, y, scaled, matrix.offset, function, matrix.columns, formula
        )  # fmt: skip
        chosen = negative_binomial(theta)
        both = joint_influences(matrix.x, y, scaled, fitted, function, theta)
        influences = np.ascontiguousarray(both[:, :-1])
        theta_se: float | None = float(np.sqrt(score_covariance(design, matrix.rows, both[:, -1:])[0, 0]))
    else:
        fitted = fit(matrix.x, y, scaled, matrix.offset, chosen, function, matrix.columns, formula)
        residuals = scaled * (y - fitted.mu) * function.slope(fitted.eta) / chosen.variance(fitted.mu)
        influences, theta_se = fitted.influences(matrix.x, residuals), None
    df = design_degrees(design, matrix.rows) + 1 - matrix.x.shape[1]
    table, covariance = tables(design, matrix, matrix.columns, fitted.beta, influences, df, level)
    pearson = (y - fitted.mu) / np.sqrt(chosen.variance(fitted.mu))
    return Glm(
        formula, table, covariance, df, len(y), fitted.deviance, matrix.terms, fitted.unscaled, influences, matrix,
        design, level, family, function.name, success, _variance(pearson, weights), fitted.iterations, theta, theta_se,
        y, fitted.mu, fitted.eta,
    )  # fmt: skip


def _family(name: str, theta: float | None) -> Family:
    if name == "negative_binomial":
        if theta is not None and not (np.isfinite(theta) and theta > 0):
            raise UnsupportedError(f"theta must be a positive number, found {theta}")
        return negative_binomial(1.0 if theta is None else theta)
    if theta is not None:
        raise UnsupportedError(f"theta belongs to negative_binomial, not to {name}")
    if name not in FAMILIES:
        raise UnsupportedError(
            f"family '{name}' is not known; choose one of {', '.join([*FAMILIES, 'negative_binomial'])}"
        )
    return FAMILIES[name]


def _outcome(matrix: ModelMatrix, family: Family) -> tuple[Floats, Any]:
    """Outcome as numbers (n,), and the category that counts as 1 when it was text."""
    column = matrix.outcome
    name = sides(matrix.formula)[0]
    numeric = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
    success = None
    if not numeric:
        if family.name != "binomial":
            raise VariableError(f"outcome '{name}' is {column.dtype}; {family.name} needs {family.allowed[2]}")
        codes, categories = factorized(pd.DataFrame({name: column}), name)
        present = np.unique(codes)
        if len(present) > 2:
            raise VariableError(
                f"outcome '{name}' has {len(present)} categories ({listed(categories[present])}); binomial needs two "
                f"(write {name} == 'a', or use multinomial)"
            )
        success = categories[present[-1]]
        return (codes == present[-1]).astype(np.float64), success
    y = column.to_numpy(dtype=np.float64)
    low, high, allowed = family.allowed
    wrong = ~((y >= low) & (y <= high)) | ~np.isfinite(y)
    if wrong.any():
        raise VariableError(
            f"outcome '{name}': {family.name} takes {allowed}; found {listed(np.unique(y[wrong])[:5])} in "
            f"{int(wrong.sum())} rows"
        )
    return y, success


def _check_varies(y: Floats, family: Family, formula: str, success: Any) -> None:
    stuck = family.recedes == "both" and (y == y[0]).all() and y[0] in (0.0, 1.0)
    if stuck or (family.recedes == "zero" and (y == 0).all()):
        value = y[0] if success is None else success
        raise SeparationError(
            f"separation in '{formula}': the outcome is {value} in all {len(y)} rows used, so there is nothing to fit"
        )


def _variance(values: Floats, weights: Floats) -> float:
    """Weighted variance with n / (n - 1), as R's `svyvar`."""
    if len(values) < 2:
        return np.nan
    centre = weights @ values / weights.sum()
    return float(weights @ (values - centre) ** 2 / weights.sum() * len(values) / (len(values) - 1))
