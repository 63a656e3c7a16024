"""Do first and second answers agree: the shift of amounts between the first question and its follow-up.

Somebody who hears a second amount may take the first for the right price, or the follow-up for bargaining. The second
answers are then those of amounts multiplied by exp(shift) (Alberini, Kanninen and Carson 1997, Land Economics 73, 309);
the shift maximises the likelihood, and its error is the design-based one of its efficient score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from pipeline.questions.payment.answers import Bounds, double_bounded
from pipeline.questions.payment.likelihood import Curve, fit, row_likelihoods
from pipeline.survey import Design
from pipeline.survey.errors import ConvergenceError
from pipeline.survey.intervals import t_quantile
from pipeline.survey.sandwich import score_covariance

Floats = NDArray[np.float64]
#: Step of central differences of log likelihoods in the shift, which is a relative change of amounts.
_STEP = 1e-4
#: Share of the least relative distance between both amounts that a shift may reach: beyond, answers exclude each other.
_REACH = 0.95


@dataclass(frozen=True)
class Shift:
    """Relative change of amounts (on the log scale) from first to second answers, with its error."""

    estimate: float
    se: float
    df: int
    n: int

    def interval(self, level: float) -> tuple[float, float]:
        """Return the limits of the shift."""
        half = float(t_quantile(self.df, level)) * self.se
        return self.estimate - half, self.estimate + half

    @property
    def p_value(self) -> float:
        """Two-sided p that both answers agree."""
        return float(2 * special.stdtr(self.df, -abs(self.estimate / self.se)))


def shift_of_second(
    design: Design,
    bid: Floats,
    yes: Floats,
    follow_up: Floats,
    second: Floats,
    distribution: str,
    where: NDArray[np.bool_],
) -> Shift:
    """Estimate the shift by profile likelihood.

    Parameters
    ----------
    bid, yes, follow_up, second : (n,) amounts and answers (1, 0, NaN), rows of the design.
    where : (n,) rows of the domain.

    Raises
    ------
    SurveyError
        As `fit`; ConvergenceError when no shift that the amounts can tell maximises the likelihood.
    """
    both = where & ~np.isnan(yes) & ~np.isnan(second) & ~np.isnan(follow_up) & (design.weights != 0)
    reach = _REACH * float(np.abs(np.log(follow_up[both] / bid[both])).min())

    def shifted(shift: float) -> Bounds:
        return double_bounded(bid, yes, follow_up * np.exp(-shift), second)

    def fitted(shift: float) -> Curve:
        return fit(design, shifted(shift), distribution, where=both)

    found = optimize.minimize_scalar(
        lambda shift: -fitted(shift).log_likelihood, bounds=(-reach, reach), method="bounded", options={"xatol": 1e-5}
    )
    if abs(found.x) > 0.99 * reach:
        raise ConvergenceError("first and second answers disagree by more than the amounts can tell")
    shift = float(found.x)
    curve = fitted(shift)
    rows = curve.rows
    weights = design.weights[rows] / design.weights[rows].mean()
    up, down = (row_likelihoods(curve, shifted(shift + s)) for s in (_STEP, -_STEP))
    middle = row_likelihoods(curve, shifted(shift))
    to_shift = (up[0] - down[0]) / (2 * _STEP)
    cross = weights @ (up[1] - down[1]) / (2 * _STEP)
    own = -(weights @ (up[0] - 2 * middle[0] + down[0])) / _STEP**2
    # score of the shift, less what the other parameters tell of it
    inverse = curve.inverse
    efficient = to_shift + middle[1] @ inverse @ cross
    information = own - cross @ inverse @ cross
    influence = (weights * efficient / information)[:, None]
    se = float(np.sqrt(score_covariance(design, rows, influence)[0, 0]))
    return Shift(shift, se, curve.df, len(rows))
