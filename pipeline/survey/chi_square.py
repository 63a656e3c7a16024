"""Tests of association in a two-way table: Rao-Scott corrections of Pearson's X2, and Wald tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse, special

from pipeline.survey import taylor
from pipeline.survey.errors import UnsupportedError
from pipeline.survey.linearised import column_sums
from pipeline.survey.sandwich import design_degrees, usable_rows
from pipeline.survey.structure import Floats, Ints, distinct, factorized

if TYPE_CHECKING:
    from pipeline.survey.design import Design

STATISTICS = ("F", "Chisq", "Wald", "adjWald")


@dataclass(frozen=True)
class ChiSquare:
    """A test that two variables are independent.

    statistic : F of the second-order correction or of a Wald test; Pearson's X2 of shares times n for "Chisq".
    df, ddf : numerator and denominator degrees of freedom (ddf infinite for "Chisq").
    p_value : probability of a larger statistic under independence.
    pearson : Pearson's X2 of the weighted shares times n, before correction.
    n : rows used.   matrix : Rao and Scott's, whose eigenvalues are design effects.
    labels : the categories of both variables.   shares, independent, departures : (r, c) shares, those expected and
    Pearson residuals times sqrt(n).   names : both variables.
    """

    test: str
    statistic: float
    df: float
    ddf: float
    p_value: float
    pearson: float
    n: int
    matrix: Floats
    names: tuple[str, str]
    labels: tuple[Any, Any]
    shares: Floats
    independent: Floats
    departures: Floats

    @property
    def deltas(self) -> Floats:
        """Return the generalised design effects, largest first."""
        return np.sort(np.linalg.eigvals(self.matrix).real)[::-1]

    @property
    def observed(self) -> pd.DataFrame:
        """Return the shares of the table."""
        return self._framed(self.shares)

    @property
    def expected(self) -> pd.DataFrame:
        """Return the shares that independence would give."""
        return self._framed(self.independent)

    @property
    def residuals(self) -> pd.DataFrame:
        """Return Pearson residuals times sqrt(n)."""
        return self._framed(self.departures)

    def _framed(self, values: Floats) -> pd.DataFrame:
        rows, columns = (pd.Index(found, name=name) for found, name in zip(self.labels, self.names, strict=True))
        return pd.DataFrame(values, index=rows, columns=columns)


def chi_square(design: Design, a: str, b: str, statistic: str = "F", where: Any = None) -> ChiSquare:
    """Test the independence of two categorical columns, among rows where both are observed.

    Parameters
    ----------
    a, b : columns; every observed value is a category.
    statistic : "F" Rao-Scott second order with Satterthwaite degrees of freedom (Rao and Scott 1984, Annals of
        Statistics 12, 46; Thomas and Rao 1987), "Chisq" first order (X2 over the mean design effect against
        chi-square), "Wald" (Koch, Freeman and Freeman 1975) and "adjWald" (Fellegi 1980, JASA 75, 261).
    where : mask of the domain.

    Raises
    ------
    EmptyDomainError, UnsupportedError, VariableError
    """
    if statistic not in STATISTICS:
        raise UnsupportedError(f"statistic '{statistic}' is not known; choose one of {', '.join(STATISTICS)}")
    rows = usable_rows(design, [a, b], where, "chi_square")
    cell, labels = _cells(design.frame, rows, a, b)
    r, c = len(labels[0]), len(labels[1])
    if r < 2 or c < 2:
        raise UnsupportedError(f"chi_square: '{a}' has {r} and '{b}' {c} categories here; both need two at least")
    scores = _cell_scores(design, rows, cell, r * c)
    totals = column_sums(scores)
    n, nu = len(rows), design_degrees(design, rows)
    share = (totals / totals.sum()).reshape(r, c)
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    residuals = np.sqrt(n) * (share - expected) / np.sqrt(expected)
    pearson = float((residuals**2).sum())
    covariance = taylor.covariance(design.forms, scores)
    matrix = _delta_matrix(totals, covariance, r, c, n)
    tested, df, ddf, p = (
        _wald(totals, covariance, r, c, nu, statistic == "adjWald")
        if statistic in ("Wald", "adjWald")
        else _rao_scott(pearson, matrix, nu, statistic)
    )
    return ChiSquare(statistic, tested, df, ddf, p, pearson, n, matrix, (a, b), labels, share, expected, residuals)


def _cells(frame: pd.DataFrame, rows: Ints, a: str, b: str) -> tuple[Ints, tuple[Any, Any]]:
    coded = []
    for column in (a, b):
        codes, categories = factorized(frame, column)
        present = distinct(codes[rows])
        dense = np.zeros(len(categories), dtype=np.int64)
        dense[present] = np.arange(len(present))
        coded.append((dense[codes[rows]], categories[present]))
    return coded[0][0] * len(coded[1][1]) + coded[1][0], (coded[0][1], coded[1][1])


def _cell_scores(design: Design, rows: Ints, cell: Ints, cells: int) -> sparse.csr_array:
    n = len(design.frame)
    filled = np.zeros(n, dtype=np.int64)
    filled[rows] = 1
    pointer = np.concatenate([[0], np.cumsum(filled)])
    return sparse.csr_array((design.weights[rows], cell, pointer), shape=(n, cells))


def _delta_matrix(totals: Floats, covariance: Floats, r: int, c: int, n: int) -> Floats:
    """Return Rao and Scott's design effects matrix ((r-1)(c-1) square), with zero cells left out as R does."""
    p = totals / totals.sum()
    centre = (np.eye(r * c) - np.outer(p, np.ones(r * c))) / totals.sum()
    v = centre @ covariance @ centre.T
    rows, columns = np.divmod(np.arange(r * c), c)
    left = (rows[:, None] == np.arange(r)[None, 1:]).astype(np.float64)
    right = (columns[:, None] == np.arange(c)[None, 1:]).astype(np.float64)
    main = np.hstack([np.ones((r * c, 1)), left, right])
    both = (left[:, :, None] * right[:, None, :]).reshape(r * c, -1)
    interaction = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p != 0)
    scaled = interaction * inverse[:, None]
    simple = interaction.T @ scaled / n
    if np.linalg.matrix_rank(simple) < len(simple):
        raise UnsupportedError("chi_square: too many empty cells for a test of this table; merge categories")
    return np.linalg.solve(simple, scaled.T @ v @ scaled)


def _rao_scott(pearson: float, matrix: Floats, nu: int, statistic: str) -> tuple[float, float, float, float]:
    trace, k = float(np.trace(matrix)), len(matrix)
    if statistic == "Chisq":
        return pearson, float(k), np.inf, float(special.chdtrc(k, pearson * k / trace))
    df = trace**2 / float(np.trace(matrix @ matrix))
    f = pearson / trace
    return f, df, df * nu, float(special.fdtrc(df, df * nu, f)) if nu > 0 else np.nan


def _wald(
    totals: Floats, covariance: Floats, r: int, c: int, nu: int, adjusted: bool
) -> tuple[float, float, float, float]:
    """Wald test that N_ij - N_i N_j / N is zero off the first row and column."""
    table = totals.reshape(r, c)
    row, column, every = table.sum(axis=1), table.sum(axis=0), table.sum()
    i, j = np.divmod(np.arange(r * c), c)
    gradient = (
        np.eye(r * c)
        - (i[:, None] == i[None, :]) * (column[j] / every)[:, None]
        - (j[:, None] == j[None, :]) * (row[i] / every)[:, None]
        + (row[i] * column[j] / every**2)[:, None]
    )
    use = (i > 0) & (j > 0)
    departure = (table - np.outer(row, column) / every).ravel()[use]
    v = (gradient @ covariance @ gradient.T)[np.ix_(use, use)]
    k = (r - 1) * (c - 1)
    if nu < k or np.linalg.matrix_rank(v, hermitian=True) < k:
        raise UnsupportedError(
            f"chi_square: the covariance of the table has rank below {k} ({nu} degrees of freedom in the design), "
            "so a Wald test does not exist; use statistic='F'"
        )
    wald = float(departure @ np.linalg.solve(v, departure))
    ddf = nu - k + 1 if adjusted else nu
    f = wald * ddf / (k * nu) if adjusted else wald / k
    return f, float(k), float(ddf), float(special.fdtrc(k, ddf, f)) if ddf > 0 else np.nan
