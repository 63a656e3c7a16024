"""Are the slopes of an ordinal model those of every cut: Brant's test of parallel lines, under the survey design.

Proportional odds say that one slope serves each question "above this category or not". Each of these questions has a
binary regression of its own; the test asks whether their slopes differ by more than the sample explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import special

from pipeline.survey.errors import SurveyError
from pipeline.survey.ordinal import Ordinal, _fit, _row_scores
from pipeline.survey.sandwich import design_degrees
from pipeline.survey.smooth import of_influences
from pipeline.survey.structure import Floats

#: Rows on the smaller side of a cut for each slope (Peduzzi and others 1996, J. Clin. Epidemiol. 49, 1373).
ROWS_A_SLOPE = 10


@dataclass(frozen=True)
class WaldTest:
    """Chi-square, its degrees of freedom, the F that allows for few primary units, and its p."""

    chi_square: float
    df: int
    f: float
    p_value: float


@dataclass(frozen=True)
class ParallelLines:
    """Slopes by cut and the test that they are equal.

    cuts : names "little|rather" of the C cuts compared.   slopes, se : (C, p) of each binary regression.
    columns : (p,) names.   whole : the columns tested, at once.   each : column by column.   ddf : of the design.
    """

    cuts: tuple[str, ...]
    columns: tuple[str, ...]
    slopes: Floats
    se: Floats
    whole: WaldTest
    each: tuple[WaldTest, ...]
    ddf: int


def parallel_lines(
    fit: Ordinal, tested: Sequence[int] | None = None, rows_a_slope: int = ROWS_A_SLOPE
) -> ParallelLines | None:
    """Test that the slopes of an ordinal model are the same at every cut.

    ``tested``: positions of the slopes that ``whole`` compares, all by default; those of small groups, with a few
    primary units each, are better left out. Cuts with fewer than ``rows_a_slope`` answers a slope on their smaller
    side, and cuts whose regression has no estimate, are not compared; None when fewer than two are left: the answers
    then say nothing about the assumption.

    Notes
    -----
    Brant (1990), Assessing proportionality in the proportional odds model, Biometrics 46, 1171. The covariance of the
    slopes of all cuts is that of the design, from the influences of the binary fits, where Brant's is that of the
    model. F = (d - q + 1) / (d q) chi-square with q and d - q + 1 degrees of freedom (Korn and Graubard 1990, The
    American Statistician 44, 270).
    """
    x, offset, p = fit.matrix.x, fit.matrix.offset, fit.matrix.x.shape[1]
    scaled = fit.weights / fit.weights.mean()
    names, slopes, influences = [], [], []
    for k, name in enumerate(f"{a}|{b}" for a, b in pairwise(fit.levels)):
        above = (fit.y > k).astype(np.int64)
        if min(above.sum(), len(above) - above.sum()) < rows_a_slope * p:
            continue
        try:
            found = _fit(x, above, scaled, offset, fit.link, fit.formula, fit.matrix.columns)
        except SurveyError:
            continue
        scores = scaled[:, None] * _row_scores(found.parameters, x, above, offset, fit.link)
        names.append(name)
        slopes.append(found.parameters[:p])
        influences.append((scores @ found.inverse)[:, :p])
    if len(names) < 2:
        return None
    kept = range(p) if tested is None else tested
    return _compared(fit, tuple(names), np.array(slopes), np.hstack(influences), list(kept))


def _compared(
    fit: Ordinal, cuts: tuple[str, ...], slopes: Floats, influences: Floats, tested: list[int]
) -> ParallelLines:
    count, p = slopes.shape
    values = slopes.ravel()
    told = of_influences(fit.design, fit.matrix.rows, values, influences, lambda v: v, fit.level)
    ddf = design_degrees(fit.design, fit.matrix.rows)
    # each cut less the first, all columns
    differences = np.kron(np.hstack([-np.ones((count - 1, 1)), np.eye(count - 1)]), np.eye(p))
    moved, covariance = differences @ values, differences @ told.covariance @ differences.T
    each = []
    for j in range(p):
        here = np.arange(j, len(moved), p)
        each.append(_wald(moved[here], covariance[np.ix_(here, here)], ddf))
    kept = (np.arange(count - 1)[:, None] * p + np.array(tested)).ravel()
    whole = _wald(moved[kept], covariance[np.ix_(kept, kept)], ddf)
    return ParallelLines(cuts, tuple(fit.matrix.columns), slopes, told.se.reshape(count, p), whole, tuple(each), ddf)


def _wald(values: Floats, covariance: Floats, ddf: int) -> WaldTest:
    from scipy import linalg

    q = len(values)
    try:
        chi = float(values @ linalg.solve(covariance, values, assume_a="pos"))
    except linalg.LinAlgError:
        return WaldTest(np.nan, q, np.nan, np.nan)
    left = ddf - q + 1
    if left <= 0:
        return WaldTest(chi, q, np.nan, np.nan)
    f = chi * left / (ddf * q)
    return WaldTest(chi, q, f, float(special.fdtrc(q, left, f)))
