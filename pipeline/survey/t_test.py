"""Design-based t tests: one mean, two groups, two measures of the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.survey.domains import outcomes_of
from pipeline.survey.errors import UnsupportedError
from pipeline.survey.intervals import t_quantile
from pipeline.survey.sandwich import design_degrees, score_covariance, two_sided, usable_rows
from pipeline.survey.structure import Floats, Ints, factorized

if TYPE_CHECKING:
    from pipeline.survey.design import Design


@dataclass(frozen=True)
class TTest:
    """A t test of a mean or of a difference of means.

    statistic : (estimate - null) / se.   df : degrees of freedom.   p_value : two-sided.
    estimate, se, lower, upper : the mean, or second group less first (variable less `paired`).
    groups : the two groups in the order (subtracted, kept), empty for one sample.   n : rows used.
    """

    test: str
    statistic: float
    df: float
    p_value: float
    estimate: float
    se: float
    lower: float
    upper: float
    null: float
    groups: tuple[Any, ...]
    n: int


def t_test(
    design: Design,
    variable: str,
    by: str | None = None,
    paired: str | None = None,
    null: float = 0.0,
    where: Any = None,
    level: float = 0.95,
) -> TTest:
    """Test a mean, the difference of two groups, or of two columns of the same rows, against `null`.

    Degrees of freedom are primary units less strata less one, as R's `svyttest` in all three tests (the interval
    of `mean` takes one more).

    Parameters
    ----------
    variable : numeric column.   by : column with exactly two values in the domain: second less first.
    paired : numeric column measured on the same rows, subtracted from `variable`.

    Raises
    ------
    EmptyDomainError, UnsupportedError, VariableError
    """
    if by is not None and paired is not None:
        raise UnsupportedError("t_test takes by= (two groups) or paired= (two columns), not both")
    columns = [c for c in (variable, by, paired) if c is not None]
    rows = usable_rows(design, columns, where, "t_test")
    y = outcomes_of(design.frame, [variable])[rows, 0]
    groups: tuple[Any, ...] = ()
    if by is None:
        y = y - outcomes_of(design.frame, [paired])[rows, 0] if paired else y
        estimate, scores = _mean(y, design.weights[rows])
    else:
        side, groups = _two_groups(design, rows, by)
        first, minus = _mean(y, np.where(side == 0, design.weights[rows], 0.0))
        second, plus = _mean(y, np.where(side == 1, design.weights[rows], 0.0))
        estimate, scores = second - first, plus - minus
    if np.ptp(y) <= 1e-12 * np.abs(y).max(initial=0.0):
        raise UnsupportedError(
            f"t_test: '{variable}' is {y[0]:g} in all {len(y)} rows used, so there is no error to test it by"
        )
    se = float(np.sqrt(score_covariance(design, rows, scores[:, None])[0, 0]))
    df = design_degrees(design, rows) - 1
    half = float(t_quantile(df, level)) * se
    t = (estimate - null) / se if se > 0 else np.nan
    kind = "two-sample" if by else "paired" if paired else "one-sample"
    return TTest(
        kind, t, df, float(two_sided(t, df)), estimate, se, estimate - half, estimate + half, null, groups, len(rows)
    )


def _mean(y: Floats, weights: Floats) -> tuple[float, Floats]:
    mean = float(weights @ y / weights.sum())
    return mean, weights * (y - mean) / weights.sum()


def _two_groups(design: Design, rows: Ints, by: str) -> tuple[Ints, tuple[Any, ...]]:
    codes, categories = factorized(design.frame, by)
    present, side = np.unique(codes[rows], return_inverse=True)
    if len(present) != 2:
        raise UnsupportedError(
            f"t_test: '{by}' has {len(present)} values here ({', '.join(map(str, categories[present]))}); it needs "
            "two (where= can select them; more groups: glm and its term_test)"
        )
    return side.astype(np.int64), tuple(categories[present])
