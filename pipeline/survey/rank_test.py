"""Design-based rank tests: Kruskal-Wallis, van der Waerden, median (Lumley and Scott 2013, Biometrika 100, 831)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from pipeline.survey.domains import outcomes_of
from pipeline.survey.errors import UnsupportedError
from pipeline.survey.sandwich import design_degrees, score_covariance, usable_rows
from pipeline.survey.structure import Floats, Ints, factorized
from pipeline.survey.weights import refuse_negative

if TYPE_CHECKING:
    from pipeline.survey.design import Design

TESTS = ("kruskal_wallis", "van_der_waerden", "median")


@dataclass(frozen=True)
class RankTest:
    """A test that an outcome has one distribution in all groups.

    statistic : F, with df and ddf degrees of freedom.   p_value : of a larger F.
    t : signed root of F when there are two groups (second less first), else NaN.
    differences : (k - 1,) mean rank scores of the later groups less the first.   groups : k values.   n : rows used.
    """

    test: str
    statistic: float
    df: int
    ddf: int
    p_value: float
    t: float
    differences: Floats
    groups: tuple[Any, ...]
    n: int


def rank_test(design: Design, variable: str, by: str, test: str = "kruskal_wallis", where: Any = None) -> RankTest:
    """Compare the estimated population ranks of an outcome between groups.

    Ties share the middle of the weights they span, whatever the order of the rows (R's `svyranktest` takes the
    plain average there, which depends on that order when tied rows differ in weight).

    Parameters
    ----------
    variable : numeric or ordered column.   by : column of two or more groups.
    test : kruskal_wallis (Wilcoxon for two groups), van_der_waerden or median.

    Raises
    ------
    EmptyDomainError, UnsupportedError, VariableError
    """
    if test not in TESTS:
        raise UnsupportedError(f"rank test '{test}' is not known; choose one of {', '.join(TESTS)}")
    rows = usable_rows(design, [variable, by], where, "rank_test")
    refuse_negative(design.weights[rows], "rank_test")
    codes, categories = factorized(design.frame, by)
    present, group = np.unique(codes[rows], return_inverse=True)
    if len(present) < 2:
        raise UnsupportedError(f"rank_test: '{by}' has one value here, {categories[present[0]]}; it needs two at least")
    weights = design.weights[rows]
    score = _scores(relative_ranks(_order(design, rows, variable), weights), test)
    member = group[:, None] == np.arange(len(present))
    size = weights @ member
    mean = (weights * score) @ member / size
    influence = weights[:, None] * member * (score[:, None] - mean) / size
    difference = mean[1:] - mean[0]
    v = score_covariance(design, rows, influence[:, 1:] - influence[:, :1])
    k = len(present) - 1
    if np.linalg.matrix_rank(v) < k:
        raise UnsupportedError(f"rank_test: the covariance of the {k} differences has a lower rank; too few units")
    f = float(difference @ np.linalg.solve(v, difference)) / k
    ddf = design_degrees(design, rows) - k
    p = float(special.fdtrc(k, ddf, f)) if ddf > 0 else np.nan
    t = float(difference[0] / np.sqrt(v[0, 0])) if k == 1 else np.nan
    return RankTest(test, f, k, ddf, p, t, difference, tuple(categories[present]), len(rows))


def _order(design: Design, rows: Ints, variable: str) -> Floats:
    values = design.frame[variable]
    if getattr(values.dtype, "ordered", False):
        return factorized(design.frame, variable)[0][rows].astype(np.float64)
    return outcomes_of(design.frame, [variable])[rows, 0]


def relative_ranks(y: Floats, weights: Floats) -> Floats:
    """Return estimated population mid-ranks (n,) between 0 and 1: (F(y-) + F(y)) / 2."""
    _, level = np.unique(y, return_inverse=True)
    mass = np.bincount(level, weights=weights)
    return ((np.cumsum(mass) - mass / 2) / mass.sum())[level]


def _scores(ranks: Floats, test: str) -> Floats:
    if test == "van_der_waerden":
        return special.ndtri(ranks)
    # a row exactly in the middle must not change sides with the rounding of the sums
    return (ranks > 0.5 + 1e-12).astype(np.float64) if test == "median" else ranks
