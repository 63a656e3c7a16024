"""Post-stratification and raking to margins of counts (Deming and Stephan 1940)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.survey.domains import mask_of
from pipeline.survey.errors import ConvergenceError, MarginError, UnsupportedError, listed
from pipeline.survey.margins import Margin, balance_table, check_agreement, read_margin
from pipeline.survey.steps import Step
from pipeline.survey.structure import Floats, Ints, crossed, grouped

RESIDUALS = ("weighted", "sweeps")
R_SWEEPS = 10


def post_stratify_step(frame: pd.DataFrame, weights: Floats, margin: pd.Series, where: Any) -> Step:
    """Scale weights so that every category of one margin has its population total."""
    fitted = read_margin(margin, frame, mask_of(frame, where), weights)
    inside = fitted.code >= 0
    factor = fitted.totals / np.maximum(fitted.achieved(weights), np.finfo(float).tiny)
    after = weights.copy()
    after[inside] *= factor[fitted.code[inside]]
    return _step("post_stratify", [fitted], weights, after, "weighted", {"iterations": 1})


def rake_step(
    frame: pd.DataFrame,
    weights: Floats,
    margins: Sequence[pd.Series],
    where: Any,
    tolerance: float,
    max_iterations: int,
    residuals: str,
) -> Step:
    """Scale weights to several margins in turn until each category is within `tolerance` of its total.

    Raises
    ------
    MarginError, ConvergenceError
        The message names the margin and category furthest off, by how much, and sparse cells.
    """
    if residuals not in RESIDUALS:
        raise UnsupportedError(f"residuals '{residuals}' is not known; choose one of {listed(RESIDUALS)}")
    if isinstance(margins, pd.Series) or not len(margins):
        raise MarginError("rake takes a list of margins (Series of population totals), at least one")
    inside = mask_of(frame, where)
    fitted = [read_margin(margin, frame, inside, weights) for margin in margins]
    check_agreement(fitted)
    after, iterations = _fitted(fitted, weights, tolerance, max_iterations)
    return _step("rake", fitted, weights, after, residuals, {"iterations": iterations})


def _fitted(margins: Sequence[Margin], weights: Floats, tolerance: float, max_iterations: int) -> tuple[Floats, int]:
    inside = np.flatnonzero(margins[0].code >= 0)
    cell, codes, mass = _cells(margins, weights, inside)
    start = mass.copy()
    slack = max(tolerance, 2 * _spread(margins))
    for iteration in range(1, max_iterations + 1):
        worst = 0.0
        for k, margin in enumerate(margins):
            achieved = np.bincount(codes[k], weights=mass, minlength=len(margin.totals))
            ratio = np.divide(margin.totals, achieved, out=np.ones_like(achieved), where=achieved > 0)
            worst = max(worst, float(np.abs(1 / ratio[margin.totals > 0] - 1).max()))
            mass = mass * ratio[codes[k]]
        if worst <= slack:
            factor = np.divide(mass, start, out=np.ones_like(mass), where=start > 0)
            after = weights.copy()
            after[inside] = weights[inside] * factor[cell]
            return after, iteration
    raise ConvergenceError(_why(margins, codes, mass, max_iterations))


def _spread(margins: Sequence[Margin]) -> float:
    sums = np.array([m.totals.sum() for m in margins])
    return float((sums.max() - sums.min()) / sums.max())


def _cells(margins: Sequence[Margin], weights: Floats, inside: Ints) -> tuple[Ints, list[Ints], Floats]:
    """Group rows that share every category: cell of each row, categories and weight of each cell."""
    cell, first = crossed(*[m.code[inside] for m in margins])
    codes = [m.code[inside][first] for m in margins]
    return cell, codes, grouped(cell, weights[inside], len(first))


def _why(margins: Sequence[Margin], codes: list[Ints], mass: Floats, iterations: int) -> str:
    worst = (0.0, "", "", 0.0, 0.0)
    sparse_cells = []
    for margin, code in zip(margins, codes, strict=True):
        achieved = np.bincount(code, weights=mass, minlength=len(margin.totals))
        gap = np.abs(achieved - margin.totals) / np.maximum(margin.totals, 1e-300)
        gap[margin.totals == 0] = 0
        k = int(np.argmax(gap))
        if gap[k] > worst[0]:
            worst = (float(gap[k]), margin.name, margin.labels[k], float(achieved[k]), float(margin.totals[k]))
        rows = np.bincount(margin.code[margin.code >= 0], minlength=len(margin.totals))
        sparse_cells += [
            f"{margin.name}={margin.labels[i]} ({rows[i]} rows)"
            for i in np.flatnonzero((rows < 5) & (margin.totals > 0))
        ]
    message = (
        f"raking did not converge in {iterations} iterations: margin {worst[1]}, category {worst[2]} stands at "
        f"{worst[3]:g} for {worst[4]:g} ({worst[0]:.2%} off)"
    )
    if sparse_cells:
        message += f"; sparse cells: {listed(sparse_cells)}"
    return message + "; merge categories, check that the margins agree inside shared groups, or allow more steps"


def _step(
    kind: str,
    margins: Sequence[Margin],
    before: Floats,
    after: Floats,
    residuals: str,
    report: dict[str, Any],
) -> Step:
    rows = np.flatnonzero(margins[0].code >= 0)
    columns, start = [], 0
    for margin in margins:
        columns.append(margin.code[rows] + start)
        start += len(margin.totals)
    p = len(margins)
    pointer = np.zeros(len(before) + 1, dtype=np.int64)
    pointer[rows + 1] = p
    x = sparse.csr_array(
        (np.ones(len(rows) * p), np.stack(columns, axis=1).ravel(), np.cumsum(pointer)),
        shape=(len(before), start),
    )
    regression, inverse = before, None
    if residuals == "sweeps":
        regression = (before != 0).astype(np.float64)
        inverse = _sweeps((x.T @ x).toarray(), [len(m.totals) for m in margins])
    report = report | {"margins": balance_table(margins, before, after), "residuals": residuals}
    return Step(kind, before, after, x, regression, inverse, report)


def _sweeps(gram: Floats, sizes: Sequence[int]) -> Floats:
    """Matrix (K, K) from X'u to the coefficients that ten rounds of unweighted margin means leave in u."""
    ends = np.cumsum(sizes)
    out = np.zeros_like(gram)
    identity = np.eye(len(gram))
    for _ in range(R_SWEEPS):
        for start, end in zip(ends - sizes, ends, strict=True):
            block = slice(start, end)
            left = identity[block] - gram[block] @ out
            out[block] += left / np.maximum(np.diag(gram)[block], 1.0)[:, None]
    return out
