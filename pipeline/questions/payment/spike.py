"""Amounts told of everybody: a fitted curve of those who would pay, and the share of those who would pay nothing.

The spike model of Kriström (1997, AJAE 79, 1013) where a question tells true zeros apart: its likelihood falls into the
share of zeros, a weighted mean, and the curve of the others. Both enter every error through their influences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.questions.payment.likelihood import Curve
from pipeline.survey import Design
from pipeline.survey.smooth import Smooth, of_influences

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spike:
    """A curve of positive amounts and the share who would pay nothing.

    zero : (n,) 1 for persons who would pay nothing, 0 for others, NaN outside; rows of the design.
    at : (k,) values of the location terms, those of the curve's profile when None.
    """

    design: Design
    curve: Curve
    zero: Floats
    at: Floats | None = None

    def acceptance(self, values: Floats, price: float) -> float:
        """Return the share that would pay ``price``; ``values`` are the parameters, then the share of zeros."""
        out: float = (1 - values[-1]) * self.curve.acceptance(price, values[:-1], self.at)
        return out

    def median(self, values: Floats) -> float:
        """Return the amount that one in two would pay; 0 where half or more would pay nothing."""
        left = 1 - values[-1]
        return self.curve.quantile(1 - 0.5 / left, values[:-1], self.at) if left > 0.5 else 0.0

    def truncated_mean(self, values: Floats, top: float) -> float:
        """Return the mean of amounts cut at ``top``."""
        out: float = (1 - values[-1]) * self.curve.truncated_mean(top, values[:-1], self.at)
        return out

    def amounts(self, top: float) -> Smooth:
        """Return the median and the truncated mean (2,)."""
        return self._smooth(lambda v: np.array([self.median(v), self.truncated_mean(v, top)]))

    def shares(self, prices: Sequence[float]) -> Smooth:
        """Return the share that would pay each price (m,)."""
        return self._smooth(lambda v: np.array([self.acceptance(v, p) for p in prices]))

    def _smooth(self, function: object) -> Smooth:
        design, curve = self.design, self.curve
        inside = ~np.isnan(self.zero) & (design.weights != 0)
        weights = np.where(inside, design.weights, 0.0)
        share = float(weights @ np.nan_to_num(self.zero) / weights.sum())
        influences = np.zeros((len(weights), len(curve.parameters) + 1))
        influences[curve.rows, :-1] = curve.influences
        influences[:, -1] = weights * (np.nan_to_num(self.zero) - share) / weights.sum()
        rows = np.flatnonzero(influences.any(axis=1) | inside)
        values = np.append(curve.parameters, share)
        return of_influences(design, rows, values, influences[rows], function)  # type: ignore[arg-type]
