"""Post-stratification and raking to margins of counts (Deming and Stephan 1940)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey.columns import margin_columns
from pipeline.survey.domains import mask_of
from pipeline.survey.errors import ConvergenceError, MarginError, UnsupportedError, listed
from pipeline.survey.margins import Margin, balance_table, check_agreement, read_margin
from pipeline.survey.steps import Regression, Step
from pipeline.survey.structure import Floats, Ints, crossed, grouped
from pipeline.survey.taylor import indicator

RESIDUALS = ("weighted", "sweeps")
R_SWEEPS = 10
# replicates need no more digits than the variance made from them
REPLICATE_TOLERANCE = 1e-7


def post_stratify_step(frame: pd.DataFrame, weights: Floats, margin: pd.Series, where: Any) -> Step:
    """Scale weights so that every category of one margin has its population total."""
    fitted = read_margin(margin, frame, mask_of(frame, where), weights)
    cells = _cells([fitted])
    after, iterations = _raked(cells, weights[:, None], 1e-12, 2)
    return _step(
        "post_stratify", cells, weights, after[:, 0], "weighted", iterations, lambda w: _raked(cells, w, 1e-12, 2)[0]
    )


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
    cells = _cells(fitted)
    slack = max(tolerance, 2 * _spread(fitted))
    after, iterations = _raked(cells, weights[:, None], slack, max_iterations)
    loose = max(slack, REPLICATE_TOLERANCE)
    return _step(
        "rake", cells, weights, after[:, 0], residuals, iterations,
        lambda w: _raked(cells, w, loose, max_iterations)[0],
    )  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """Rows grouped by all margins at once: C cells over the rows concerned.

    rows : (r,). cell : (r,). by_row : for each margin the category (r,) of each row. codes : that (C,) of each cell.
    """

    margins: tuple[Margin, ...]
    rows: Ints
    cell: Ints
    by_row: tuple[Ints, ...]
    codes: tuple[Ints, ...]

    def achieved(self, k: int, mass: Floats) -> Floats:
        """Return the totals (K_k, R) of margin k from the weights (C, R) of the cells."""
        groups = len(self.margins[k].totals)
        if mass.shape[1] == 1:
            return grouped(self.codes[k], mass[:, 0], groups)[:, None]
        return np.asarray(indicator(self.codes[k], groups) @ mass)


def _cells(margins: Sequence[Margin]) -> Cells:
    inside = margins[0].code >= 0
    rows = np.flatnonzero(inside)
    by_row = tuple(m.code if len(rows) == len(inside) else m.code[rows] for m in margins)
    cell, first = crossed(*by_row)
    return Cells(tuple(margins), rows, cell, by_row, tuple(code[first] for code in by_row))


def _raked(cells: Cells, weights: Floats, slack: float, max_iterations: int) -> tuple[Floats, int]:
    """Rake R weight vectors (n, R) at once; return them and the iterations that the slowest took."""
    start = _cell_sums(cells, weights)
    mass = start.copy()
    for iteration in range(1, max_iterations + 1):
        worst = 0.0
        for k, margin in enumerate(cells.margins):
            achieved = cells.achieved(k, mass)
            wanted = (margin.totals > 0)[:, None]
            if (wanted & (achieved <= 0)).any():
                raise MarginError(_lost(margin, achieved))
            ratio = np.where(wanted, margin.totals[:, None] / np.where(achieved > 0, achieved, 1.0), 1.0)
            worst = max(worst, float(np.abs(1 / ratio - 1).max()))
            mass *= ratio[cells.codes[k]]
        if worst <= slack:
            factor = np.divide(mass, start, out=np.ones_like(mass), where=start > 0)
            if len(cells.rows) == len(weights):
                # in place: with hundreds of replicates a pass over memory is what costs
                scaled = np.take(factor, cells.cell, axis=0)
                scaled *= weights
                return scaled, iteration
            after = weights.copy()
            after[cells.rows] *= factor[cells.cell]
            return after, iteration
    raise ConvergenceError(_why(cells, mass, max_iterations))


def _cell_sums(cells: Cells, weights: Floats) -> Floats:
    whole = len(cells.rows) == len(weights)
    concerned = weights if whole else weights[cells.rows]
    groups = len(cells.codes[0])
    if weights.shape[1] == 1:
        return grouped(cells.cell, concerned[:, 0], groups)[:, None]
    return np.asarray(indicator(cells.cell, groups) @ concerned)


def _lost(margin: Margin, achieved: Floats) -> str:
    k, r = np.argwhere((margin.totals > 0)[:, None] & (achieved <= 0))[0]
    where = f" in replicate {r + 1}" if achieved.shape[1] > 1 else ""
    return f"margin {margin.name}: no weight is left in category {margin.labels[int(k)]}{where}; merge categories"


def _spread(margins: Sequence[Margin]) -> float:
    sums = np.array([m.totals.sum() for m in margins])
    return float((sums.max() - sums.min()) / sums.max())


def _why(cells: Cells, mass: Floats, iterations: int) -> str:
    worst = (0.0, "", "", 0.0, 0.0)
    sparse_cells = []
    for number, margin in enumerate(cells.margins):
        achieved = cells.achieved(number, mass)
        gap = np.abs(achieved - margin.totals[:, None]) / np.maximum(margin.totals, 1e-300)[:, None]
        gap[margin.totals == 0] = 0
        k, r = np.unravel_index(int(np.argmax(gap)), gap.shape)
        if gap[k, r] > worst[0]:
            worst = (
                float(gap[k, r]), margin.name, margin.labels[int(k)], float(achieved[k, r]), float(margin.totals[k])
            )  # fmt: skip
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
    cells: Cells,
    before: Floats,
    after: Floats,
    residuals: str,
    iterations: int,
    replay: Callable[[Floats], Floats],
) -> Step:
    sizes = [len(m.totals) for m in cells.margins]
    columns = margin_columns(cells.by_row, sizes)
    weights, inverse = before if len(cells.rows) == len(before) else before[cells.rows], None
    if residuals == "sweeps":
        weights = np.ones(len(cells.rows))
        inverse = _sweeps(columns.gram(weights), sizes)

    def summary() -> dict[str, Any]:
        table = balance_table(cells.margins, before, after)
        return {"iterations": iterations, "residuals": residuals, "margins": table}

    return Step(kind, before, after, Regression(columns, cells.rows, weights, inverse), summary, replay)


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
