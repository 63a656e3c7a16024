"""Design-based errors of smooth functions of totals, coefficients and averages (the delta method in influences).

A decomposition, a standardised rate or the difference between two models is a function f of numbers that are sums of
weighted influences, one a row. Its own influence is the derivative of f applied to theirs (Woodruff 1971, JASA 66,
411; Demnati and Rao 2004, Survey Methodology 30, 17), so that strata, stages, calibration and common units of waves
enter its variance as they enter that of a total.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from pipeline.survey.domains import mask_of
from pipeline.survey.errors import EmptyDomainError, VariableError
from pipeline.survey.intervals import t_quantile
from pipeline.survey.sandwich import design_degrees, score_covariance
from pipeline.survey.structure import Floats, Ints

if TYPE_CHECKING:
    from pipeline.survey.sample import Sample

Function = Callable[[Floats], Floats]
#: Relative step of the central difference; its error is of order 1e-10 where f is smooth on the scale of its argument.
STEP = 1e-5


@dataclass(frozen=True)
class Smooth:
    """m values of a function and their design-based covariance.

    estimate : (m,).   covariance : (m, m).   df : degrees of freedom of t.   n : rows used.   level : of intervals.
    """

    estimate: Floats
    covariance: Floats
    df: int
    n: int
    level: float

    @property
    def se(self) -> Floats:
        """Standard errors (m,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    @property
    def lower(self) -> Floats:
        """Lower limits (m,)."""
        return self.estimate - t_quantile(self.df, self.level) * self.se

    @property
    def upper(self) -> Floats:
        """Upper limits (m,)."""
        return self.estimate + t_quantile(self.df, self.level) * self.se

    @property
    def p_value(self) -> Floats:
        """Two-sided p (m,) that a value is zero; NaN without degrees of freedom."""
        with np.errstate(divide="ignore", invalid="ignore"):
            t = self.estimate / self.se
        return np.asarray(2 * special.stdtr(self.df if self.df > 0 else np.nan, -np.abs(t)))


def of_totals(
    design: Sample,
    values: Floats,
    function: Function,
    where: Any = None,
    level: float = 0.95,
) -> Smooth:
    """Return a function of weighted totals with its design-based covariance.

    Parameters
    ----------
    values : (n, k) contributions of every row of the design's frame, before weighting; rows outside `where` count 0.
    function : takes the k totals and returns m numbers; smooth around them.

    Raises
    ------
    EmptyDomainError, VariableError
    """
    inside = mask_of(design.frame, where) & (design.weights != 0)
    rows = np.flatnonzero(inside)
    if len(rows) == 0:
        raise EmptyDomainError("function of totals: empty domain, no row with a positive weight")
    used = np.asarray(values, dtype=np.float64)[rows]
    if used.ndim != 2 or not np.isfinite(used).all():
        raise VariableError("function of totals: expected numbers (rows, k) without missing values inside the domain")
    scores = used * design.weights[rows, None]
    return of_influences(design, rows, scores.sum(axis=0), scores, function, level)


def of_influences(
    design: Sample,
    rows: Ints,
    values: Floats,
    influences: Floats,
    function: Function,
    level: float = 0.95,
    df: int | None = None,
) -> Smooth:
    """Return a function of estimates whose weighted influences are known row by row.

    Parameters
    ----------
    rows : (r,) rows of the design's frame.   values : (k,) estimates.   influences : (r, k) with weights inside.
    function : takes k numbers and returns m.   df : degrees of freedom, those of the rows by default.

    Raises
    ------
    VariableError
        When the function is not finite at the estimates.
    """
    estimate = np.atleast_1d(np.asarray(function(values), dtype=np.float64))
    jacobian = derivative(function, values)
    if not (np.isfinite(estimate).all() and np.isfinite(jacobian).all()):
        raise VariableError("function of estimates: it is not finite or not smooth at the estimates; merge categories")
    covariance = score_covariance(design, rows, influences @ jacobian.T)  # type: ignore[arg-type]
    return Smooth(estimate, covariance, design_degrees(design, rows) if df is None else df, len(rows), level)  # type: ignore[arg-type]


def derivative(function: Function, values: Floats) -> Floats:
    """Return the derivatives (m, k) of a function by central differences."""
    columns = []
    scale = np.maximum(np.abs(values), 1e-3 * max(1.0, float(np.abs(values).max(initial=0.0))))
    for j, size in enumerate(scale * STEP):
        up, down = values.copy(), values.copy()
        up[j], down[j] = up[j] + size, down[j] - size
        difference = np.atleast_1d(np.asarray(function(up))) - np.atleast_1d(np.asarray(function(down)))
        columns.append(difference / (up[j] - down[j]))
    return np.column_stack(columns)
