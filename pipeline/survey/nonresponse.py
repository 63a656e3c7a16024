"""Weights for nonresponse and unknown eligibility: weighting cells and response propensities.

Each step gives the weight of those who fall out to those who stay. The variance goes with it: the adjusted total is
linearised in the factors too, so that units without a respondent keep their part (weighting cells: Valliant 2004,
J. Official Statistics 20, 1; propensities: Kim and Kim 2007, Canadian J. Statistics 35, 501).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey.columns import Columns
from pipeline.survey.domains import Mask, mask_of, outcomes_of
from pipeline.survey.errors import ConvergenceError, EmptyDomainError, UnsupportedError, VariableError, listed
from pipeline.survey.steps import Regression, Step, scaled_inverse
from pipeline.survey.structure import Floats, Ints, crossed, factorized, grouped, known
from pipeline.survey.weights import refuse_negative


def cell_step(
    frame: pd.DataFrame, weights: Floats, kept: str, cells: Sequence[str], where: Any, kind: str = "nonresponse"
) -> Step:
    """Share the weight of rows that are not kept among the kept rows of the same cell.

    Parameters
    ----------
    kept : boolean column: responded, or eligibility known. cells : columns whose combinations are the cells.

    Raises
    ------
    EmptyDomainError
        When a cell has weight and no kept row; the cells are named.
    """
    inside = mask_of(frame, where) & (weights != 0)
    refuse_negative(weights[inside], "nonresponse")
    stays = _kept(frame, kept, inside)
    rows = np.flatnonzero(inside)
    cell, labels = _cells(frame, cells, rows)
    stay = stays[rows]

    def factors(w: Floats) -> Floats:
        every = grouped(cell, w[rows], len(labels))
        kept_weight = grouped(cell, w[rows] * stay, len(labels))
        empty = (kept_weight <= 0) & (every > 0)
        if empty.any():
            raise EmptyDomainError(
                f"{kind} cells without a row where '{kept}' holds: "
                f"{listed(labels[i] for i in np.flatnonzero(empty))}; merge cells"
            )
        out = np.ones(len(w))
        out[rows] = np.where(stay, (every / np.where(kept_weight > 0, kept_weight, 1.0))[cell], 0.0)
        return out

    factor = factors(weights)
    after = weights * factor
    columns = Columns((cell,), (len(labels),), np.empty((len(rows), 0)))
    regression = Regression(columns, rows, after[rows], loading=(after - weights)[rows])

    def summary() -> dict[str, Any]:
        size = len(labels)
        table = pd.DataFrame(
            {
                "cell": labels,
                "rows": np.bincount(cell, minlength=size),
                "kept": np.bincount(cell[stay], minlength=size),
                "rate": grouped(cell, weights[rows] * stay, size) / grouped(cell, weights[rows], size),
                "factor": grouped(cell, weights[rows], size) / grouped(cell, weights[rows] * stay, size),
            }
        )
        return {"kept": kept, "cells": table}

    def again(w: Floats) -> Floats:
        return np.stack([column * factors(column) for column in np.ascontiguousarray(w.T)], axis=1)

    return Step(kind, weights, after, regression, summary, again)


def propensity_step(
    frame: pd.DataFrame, weights: Floats, responded: str, predictors: Sequence[str], classes: int | None, where: Any
) -> Step:
    """Divide respondents' weights by response propensities from a logit with design weights.

    Parameters
    ----------
    responded : boolean column. predictors : categories (text, boolean, Categorical) or numeric columns, known for all.
    classes : make this many classes of equal size by propensity and use each class's weighted rate instead.

    Raises
    ------
    ConvergenceError, VariableError
    """
    inside = mask_of(frame, where) & (weights != 0)
    refuse_negative(weights[inside], "nonresponse")
    stays = _kept(frame, responded, inside)
    rows = np.flatnonzero(inside)
    columns = _predictors(frame, predictors, rows)
    stay = stays[rows].astype(np.float64)
    p, information = weighted_logit(columns, stay, weights[rows], responded)
    if classes is not None:
        edges = np.quantile(p, np.arange(1, classes) / classes)
        made = frame.assign(**{"propensity class": 0})
        made.loc[made.index[rows], "propensity class"] = np.searchsorted(edges, p, side="right") + 1
        return cell_step(made, weights, responded, ["propensity class"], inside)

    def adjusted(w: Floats, share: Floats) -> Floats:
        out = w.copy()
        out[rows] = np.where(stay > 0, w[rows] / share, 0.0)
        return out

    after = adjusted(weights, p)
    regression = Regression(
        columns, rows, after[rows] * (1 - p), inverse=information, loading=weights[rows] * (stay - p)
    )

    def again(w: Floats) -> Floats:
        parts = [adjusted(c, weighted_logit(columns, stay, c[rows], responded)[0]) for c in np.ascontiguousarray(w.T)]
        return np.stack(parts, axis=1)

    def summary() -> dict[str, Any]:
        low, middle, high = np.quantile(p, [0, 0.5, 1])
        return {"responded": responded, "propensity": {"min": low, "median": middle, "max": high}, "rows": len(rows)}

    return Step("nonresponse", weights, after, regression, summary, again)


def weighted_logit(columns: Columns, hit: Floats, weights: Floats, name: str) -> tuple[Floats, Floats]:
    """Fit a logit by Newton's method; return fitted shares (r,) and the inverse information (K, K).

    Raises
    ------
    ConvergenceError
        When the fit separates: some combination of predictors always or never responds.
    """
    b = np.zeros(columns.width)
    p = np.full(len(hit), np.average(hit, weights=weights))
    for _ in range(50):
        inverse = scaled_inverse(columns.gram(weights * p * (1 - p)))
        step = inverse @ columns.sums(weights * (hit - p))
        b = b + step
        eta = columns.times(b)
        if np.abs(eta).max() > 30:
            break
        p = 1 / (1 + np.exp(-eta))
        if np.abs(columns.times(step)).max() < 1e-10:
            return p, scaled_inverse(columns.gram(weights * p * (1 - p)))
    raise ConvergenceError(
        f"the response logit of '{name}' does not converge: separation, some category always or never responds; "
        "merge categories or use weighting cells"
    )


def _kept(frame: pd.DataFrame, column: str, inside: Mask) -> Mask:
    known(frame, [column], "nonresponse")
    values = frame[column]
    if values[inside].isna().any():
        raise VariableError(f"'{column}' is missing in {int(values[inside].isna().sum())} rows of the sample")
    stays = values.fillna(False).to_numpy()
    if not np.isin(stays[inside], [0, 1]).all():
        raise VariableError(f"'{column}' must be true or false (or 1 and 0) in every row of the sample")
    return stays.astype(bool)


def _cells(frame: pd.DataFrame, columns: Sequence[str], rows: Ints) -> tuple[Ints, list[str]]:
    known(frame, columns, "cells")
    if not len(columns):
        return np.zeros(len(rows), dtype=np.int64), ["(all)"]
    codes = []
    for column in columns:
        code = factorized(frame, column)[0][rows]
        if (code < 0).any():
            raise VariableError(f"cells: '{column}' is missing in {int((code < 0).sum())} rows of the sample")
        codes.append(code)
    cell, first = crossed(*codes)
    table = frame.iloc[rows[first]][list(columns)]
    names = [
        ", ".join(f"{c}={v}" for c, v in zip(columns, row, strict=True))
        for row in table.itertuples(index=False, name=None)
    ]
    return cell, names


def _predictors(frame: pd.DataFrame, columns: Sequence[str], rows: Ints) -> Columns:
    known(frame, columns, "predictors")
    if not len(columns):
        raise UnsupportedError("propensity: give at least one predictor")
    codes: list[Ints] = [np.zeros(len(rows), dtype=np.int64)]
    sizes, numeric = [1], []
    for column in columns:
        values = frame[column]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            numeric.append(column)
            continue
        code, categories = factorized(frame, column)
        if (code[rows] < 0).any():
            raise VariableError(f"predictor '{column}' is missing in {int((code[rows] < 0).sum())} rows of the sample")
        codes.append(code[rows])
        sizes.append(len(categories))
    numbers = outcomes_of(frame, numeric)[rows] if numeric else np.empty((len(rows), 0))
    if np.isnan(numbers).any():
        raise VariableError(f"predictor '{numeric[int(np.isnan(numbers).any(axis=0).argmax())]}' has missing values")
    return Columns(tuple(codes), tuple(sizes), numbers)
