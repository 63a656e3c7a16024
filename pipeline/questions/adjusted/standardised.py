"""Shares that two waves would have had with the same public, and their difference, from a weighted regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.survey import Design, smooth
from pipeline.survey.model_fit import ModelFit
from pipeline.survey.smooth import Smooth

Floats = NDArray[np.float64]
MODELS = ("logit", "ordinal", "multinomial")


@dataclass(frozen=True)
class Cell:
    """A wave, a group (None for everyone) and a category (None for a logit); its respondents and those who said it."""

    wave: str
    group: object
    category: object
    n: float
    yes: float


@dataclass(frozen=True)
class Standardised:
    """Standardised shares of two waves.

    shares : values in the order of ``cells``.   influences : (rows, cells) weighted.   rows : of the design used.
    """

    fit: ModelFit
    cells: tuple[Cell, ...]
    shares: Smooth
    influences: Floats
    rows: NDArray[np.int64]

    def place(self, wave: str, group: object = None, category: object = None) -> int:
        """Return the position of a cell."""
        return [(c.wave, c.group, c.category) for c in self.cells].index((wave, group, category))

    def difference(self, first: int, last: int) -> Smooth:
        """Return cell ``last`` less cell ``first``."""
        return smooth.of_influences(
            self.fit.design,
            self.rows,
            self.shares.estimate[[first, last]],
            self.influences[:, [first, last]],
            lambda v: np.array([v[1] - v[0]]),
            self.shares.level,
            self.fit.df,
        )


def fitted(design: Design, formula: str, model: str, where: NDArray[np.bool_]) -> ModelFit:
    """Fit a model by its name in ``MODELS``."""
    if model == "logit":
        return design.glm(formula, family="binomial", where=where)
    return design.ordinal(formula, where=where) if model == "ordinal" else design.multinomial(formula, where=where)


def standardised(fit: ModelFit, wave: str, waves: tuple[str, str], by: str | None, outcome: str) -> Standardised:
    """Average the predictions of both waves over the public of both, and over each group of it.

    Parameters
    ----------
    fit : model of ``outcome`` with ``wave`` on its right side.   by : column of the groups.

    Notes
    -----
    Graubard and Korn (1999, Biometrics 55, 652): predictive margins; influences count the coefficients and the rows
    averaged over, and their covariance.
    """
    made = [fit.predictive_margins(wave, waves, "linearised")]
    made += [fit.predictive_margins(wave, waves, "linearised", by=by)] if by is not None else []
    tables = [m.table.assign(group=m.table[by] if by is not None and by in m.table else None) for m in made]
    table = pd.concat(tables, ignore_index=True)
    influences = np.hstack([m.influences for m in made if m.influences is not None])
    estimate = table["estimate"].to_numpy(np.float64)
    shares = smooth.of_influences(fit.design, fit.matrix.rows, estimate, influences, lambda v: v, fit.level, fit.df)
    labels = table[["contrast", "group", "category"]].astype("object")
    named = labels.where(labels.notna(), None).itertuples(index=False, name=None)
    cells = tuple(_counted(fit, (wave, by, outcome), cell) for cell in named)
    return Standardised(fit, cells, shares, influences, fit.matrix.rows)


def _counted(fit: ModelFit, columns: tuple[str, str | None, str], cell: tuple[object, object, object]) -> Cell:
    """Return a cell with its respondents, unweighted."""
    wave, by, outcome = columns
    when, group, category = cell
    frame = fit.design.frame.iloc[fit.matrix.rows]
    inside = (frame[wave].astype(str) == str(when)).to_numpy()
    if by is not None and group is not None:
        inside = inside & (frame[by] == group).to_numpy()
    said = (frame[outcome] == (1.0 if category is None else category)).to_numpy()
    return Cell(str(when), group, category, float(inside.sum()), float((inside & said).sum()))


def carried(without: Standardised, within: Standardised, first: int, last: int) -> Smooth:
    """Return how much smaller the difference of two cells is once the model holds further terms.

    Both models must have used the same rows; the covariance of the two differences is kept.

    Raises
    ------
    ValueError
        When they have not.
    """
    if not np.array_equal(without.rows, within.rows):
        raise ValueError("the two models were fitted on different rows")
    values = np.concatenate([without.shares.estimate[[first, last]], within.shares.estimate[[first, last]]])
    influences = np.hstack([without.influences[:, [first, last]], within.influences[:, [first, last]]])

    def gap(v: Floats) -> Floats:
        return np.array([(v[1] - v[0]) - (v[3] - v[2])])

    return smooth.of_influences(
        without.fit.design, without.rows, values, influences, gap, without.shares.level, within.fit.df
    )


def formula_of(wave: str, by: str | None, terms: Sequence[str], outcome: str, crossed: Sequence[str] = ()) -> str:
    """Return a formula with wave crossed by ``by`` and by ``crossed``, and the other terms once each."""
    first = f"{wave} * {by}" if by is not None else wave
    others = [t for t in terms if t not in (wave, by)]
    return f"{outcome} ~ " + " + ".join([first, *(f"{wave} * {c}" if c in crossed else c for c in others)])
