"""Predictive margins and average marginal effects, averaged with the survey weights.

The mean prediction has two sources of error: the coefficients (delta method) and the sample over which it is
averaged. Graubard and Korn (1999, Biometrics 55, 652) add both; "conditional" keeps the first, as if the sample
were the population; "linearised" takes the influence of each row on both at once, their covariance included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.survey.errors import UnsupportedError, VariableError, listed
from pipeline.survey.formula import mentioned, right_side
from pipeline.survey.sandwich import coefficient_table, score_covariance
from pipeline.survey.structure import Floats

if TYPE_CHECKING:
    from pipeline.survey.model_fit import ModelFit

Moved = tuple[Floats, Floats]
VARIANCES = ("unconditional", "conditional", "linearised")
# five-point derivative: its error is of order (0.005 standard deviations)^4
STEP, STENCIL = 0.005, ((1.0, 8.0 / 12), (-1.0, -8.0 / 12), (2.0, -1.0 / 12), (-2.0, 1.0 / 12))


@dataclass(frozen=True, eq=False)
class MarginalEffects:
    """Average effects or margins.

    table : r rows: variable, contrast, category, estimate, se, t, p, lower, upper. contrast is "dy/dx" for a
        number, "b - a" for categories, the value itself for margins (then t and p say nothing of use).
        With `by` a column of that name holds the group over which predictions are averaged.
    covariance : (r, r) of the estimates.   df : of t.   variance : which errors are counted.
    influences : (n, r) weighted influence of every row used, for "linearised"; None otherwise.
    """

    table: pd.DataFrame
    covariance: Floats
    df: int
    variance: str
    influences: Floats | None = field(default=None, repr=False)

    def __getitem__(self, column: str) -> pd.Series:
        """Return a column of the table."""
        return self.table[column]


@dataclass(frozen=True)
class _Scenario:
    """Combination of predictions: (value that everyone is given, or shift of everyone's value; coefficient)."""

    variable: str
    contrast: str
    parts: tuple[tuple[Any, float], ...]
    shifted: bool = False


def average_effects(
    fit: ModelFit, variables: Sequence[str] | str | None, variance: str, level: float, by: str | None = None
) -> MarginalEffects:
    """Average the effect of each variable over the rows of the fit, with the survey weights.

    Numbers get the mean derivative of the prediction, two-valued and text columns (and C(x)) the mean change from
    the first level to each other one, everything else as observed.

    Parameters
    ----------
    variables : columns of the right side, all of them by default.   variance : one of `VARIANCES`.
    by : column of the design's frame; the effects are averaged over the rows of each of its values.

    Raises
    ------
    UnsupportedError, VariableError
    """
    frame = _rows(fit)
    present = mentioned(frame, right_side(fit.formula))
    chosen = present if variables is None else [variables] if isinstance(variables, str) else list(variables)
    unknown = [v for v in chosen if v not in present]
    if unknown:
        raise VariableError(f"marginal effects: {listed(unknown)} is not in the model; it has {listed(present)}")
    return _evaluated(fit, frame, [s for v in chosen for s in _effects(fit, frame, v)], variance, level, by)


def margins(
    fit: ModelFit, variable: str, values: Sequence[Any] | None, variance: str, level: float, by: str | None = None
) -> MarginalEffects:
    """Average the predictions with `variable` set to each value in every row (R's `svypredmeans`).

    values : by default the values seen, which must then be at most 50.
    by : column of the design's frame; the predictions are averaged over the rows of each of its values.
    """
    frame = _rows(fit)
    if variable not in mentioned(frame, right_side(fit.formula)):
        raise VariableError(f"margins: '{variable}' is not in the model {fit.formula}")
    levels = _levels(frame[variable]) if values is None else list(values)
    if len(levels) > 50:
        raise VariableError(f"margins: '{variable}' takes {len(levels)} values; choose some with values=")
    scenarios = [_Scenario(variable, str(value), ((value, 1.0),)) for value in levels]
    return _evaluated(fit, frame, scenarios, variance, level, by)


def _rows(fit: ModelFit) -> pd.DataFrame:
    source = fit.matrix.offset_source
    text = f"{right_side(fit.formula)} + {source}" if isinstance(source, str) else right_side(fit.formula)
    frame = fit.design.frame
    return frame[mentioned(frame, text)].iloc[fit.matrix.rows].reset_index(drop=True)


def _levels(column: pd.Series) -> list[Any]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.remove_unused_categories().cat.categories)
    return sorted(column.unique().tolist())


def _effects(fit: ModelFit, frame: pd.DataFrame, variable: str) -> list[_Scenario]:
    column = frame[variable]
    coded = re.search(rf"\bC\(\s*`?{re.escape(variable)}`?\s*[,)]", right_side(fit.formula))
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column) and not coded:
        step = STEP * float(column.astype(np.float64).std())
        return [_Scenario(variable, "dy/dx", tuple((shift * step, factor / step) for shift, factor in STENCIL), True)]
    first, *others = _levels(column)
    return [_Scenario(variable, f"{other} - {first}", ((other, 1.0), (first, -1.0))) for other in others]


def _groups(fit: ModelFit, by: str | None) -> list[tuple[Any, Floats]]:
    """Return the groups to average over: their value and the share of every row, summing to one."""
    if by is None:
        return [(None, fit.weights / fit.weights.sum())]
    if by not in fit.design.frame:
        raise VariableError(f"marginal effects: no column '{by}' to average by; there are {listed(fit.design.frame)}")
    column = fit.design.frame[by].iloc[fit.matrix.rows].reset_index(drop=True)
    each = ((value, fit.weights * (column == value).to_numpy(dtype=np.float64)) for value in _levels(column.dropna()))
    return [(value, weights / weights.sum()) for value, weights in each]


def _evaluated(
    fit: ModelFit,
    frame: pd.DataFrame,
    scenarios: Sequence[_Scenario],
    variance: str,
    level: float,
    by: str | None = None,
) -> MarginalEffects:
    if variance not in VARIANCES:
        raise UnsupportedError(f"variance '{variance}' is not known; choose one of {', '.join(VARIANCES)}")
    groups, categories = _groups(fit, by), fit.categories()
    estimates, gradients, averaging, labels = [], [], [], []
    seen: dict[tuple[str, Any], Moved] = {}
    for scenario in scenarios:
        per_row = np.zeros((len(frame), len(categories)))
        gradient = [np.zeros((len(categories), len(fit.estimate))) for _ in groups]
        for x, offset, factor in _moved(fit, frame, scenario, seen):
            per_row = per_row + factor * fit.predictions(x, offset)
            gradient = [
                g + factor * fit.average_gradient(x, offset, share)
                for g, (_, share) in zip(gradient, groups, strict=True)
            ]
        for value, share in groups:
            mean = share @ per_row
            estimates.append(mean)
            averaging.append(share[:, None] * (per_row - mean))
            labels += [(scenario.variable, scenario.contrast, value, c) for c in categories]
        gradients += gradient
    estimate, jacobian = np.concatenate(estimates), np.vstack(gradients)
    covariance, influences = _covariance(fit, np.hstack(averaging), jacobian, variance)
    table = coefficient_table([v for v, *_ in labels], estimate, np.sqrt(np.diag(covariance)), fit.df, level).rename(
        columns={"term": "variable"}
    )
    table.insert(1, "contrast", [c for _, c, *_ in labels])
    table.insert(2, "category", pd.Series([c for *_, c in labels], dtype=object))
    if by is not None:
        table.insert(1, by, [g for _, _, g, _ in labels])
    return MarginalEffects(table, covariance, fit.df, variance, influences)


def _moved(
    fit: ModelFit, frame: pd.DataFrame, scenario: _Scenario, seen: dict[tuple[str, Any], Moved]
) -> Iterator[tuple[Floats, Floats, float]]:
    """Design matrix and offset under each part of a scenario, with the coefficient of the part."""
    variable = scenario.variable
    if not scenario.shifted:
        for value, factor in scenario.parts:
            if (variable, value) not in seen:
                seen[variable, value] = _evaluate(fit, frame.assign(**{variable: value}), f"{variable} = {value}")
            yield *seen[variable, value], factor
        return
    numbers, here = frame[variable].astype(np.float64), (fit.matrix.x, fit.matrix.offset)

    def at(shift: float) -> Moved:
        return _evaluate(fit, frame.assign(**{variable: numbers + shift}), f"{variable} moved by {shift:g}")

    step = scenario.parts[0][0]
    up, down = at(step), at(-step)
    linear = all(
        np.abs(u + d - 2 * h).max(initial=0.0) <= 1e-12 * max(1.0, np.abs(h).max(initial=0.0))
        for u, d, h in zip(up, down, here, strict=True)
    )
    for shift, factor in scenario.parts:
        if abs(shift) == step:
            yield *(up if shift > 0 else down), factor
        elif linear:
            # terms that are linear in the variable need no second evaluation of the formula
            x, offset = (h + shift / step * (u - d) / 2 for u, d, h in zip(up, down, here, strict=True))
            yield x, offset, factor
        else:
            yield *at(shift), factor


def _evaluate(fit: ModelFit, moved: pd.DataFrame, what: str) -> Moved:
    x = fit.matrix.at(moved)
    if not np.isfinite(x).all():
        raise VariableError(f"marginal effects: a term of {fit.formula} is not defined with {what}")
    source = fit.matrix.offset_source
    return x, fit.matrix.offset_at(moved) if isinstance(source, str) else fit.matrix.offset


def _covariance(fit: ModelFit, averaging: Floats, jacobian: Floats, variance: str) -> tuple[Floats, Floats | None]:
    rows = fit.matrix.rows
    if variance == "linearised":
        influences = averaging + fit.influences @ jacobian.T
        return score_covariance(fit.design, rows, influences), influences
    delta = jacobian @ fit.covariance.to_numpy() @ jacobian.T
    return (delta if variance == "conditional" else delta + score_covariance(fit.design, rows, averaging)), None
