"""Regression of counts with an effect of each space, which is absorbed: Poisson, or negative binomial with theta.

The Poisson estimates are those of conditional maximum likelihood given each space's total (Hausman, Hall and
Griliches 1984, Econometrica 52, 909) and need only the mean to be right (Wooldridge 1999, Journal of Econometrics
90, 77). With theta (variance mu + mu^2 / theta, Cameron and Trivedi 1986 "NB2") the effects of spaces are parameters
like the others; over dozens of months their number does no harm to the slopes.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from pipeline.errors import AnalyseError
from pipeline.survey.structure import grouped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CLOSE = 1e-9
_THETA_MOST = 1e6
#: Largest condition number of the standardised cross-products.
_COLLINEAR = 1e12


@dataclass(frozen=True)
class FixedEffects:
    """A fit over n counts of S spaces with k regressors.

    beta : (k,) slopes.  alpha : (S,) effects of spaces, minus infinity for a space without any visit.
    mu : (n,) fitted means.  residual : (n,) (y - mu) / sd under the working variance.
    bread : (k, k) inverse of scaled'scaled.  theta : infinite for Poisson.
    pearson : sum of squared residuals over n - k - S.
    x : (n, k) regressors.  means : (S, k) theirs in each space.  space : (n,).  weight : (n,) working weights.
    """

    beta: Floats
    alpha: Floats
    mu: Floats
    residual: Floats
    bread: Floats
    theta: float
    pearson: float
    x: Floats
    means: Floats
    space: Ints
    weight: Floats

    @functools.cached_property
    def scaled(self) -> Floats:
        """Return the regressors (n, k) less the mean of their space, times the root of the working weight."""
        return (self.x - self.means[self.space]) * np.sqrt(self.weight)[:, None]


@dataclass(frozen=True)
class _Rows:
    """Counts and regressors as every fit of the same rows takes them.

    wide : (n, k) regressors, most of which are indicators of a month or cell: few of their values are not zero.
    turned : (k, n) the same by column.  row, cell : (values,) the row of each, and its place in (S, k) laid flat.
    total : (S,) visits.
    """

    y: Floats
    x: Floats
    space: Ints
    offset: Floats
    wide: sparse.csr_array
    turned: sparse.csr_array
    row: Ints
    cell: Ints
    total: Floats

    def by_space(self, values: Floats) -> Floats:
        """Return sums (S,) of values (n,)."""
        return grouped(self.space, values, len(self.total))


def _rows(y: Floats, x: Floats, space: Ints, offset: Floats | None) -> _Rows:
    wide, spaces = sparse.csr_array(x), int(space.max()) + 1
    row = np.repeat(np.arange(len(y)), np.diff(wide.indptr))
    cell = space[row].astype(np.int64) * x.shape[1] + wide.indices
    total = grouped(space, y, spaces)
    return _Rows(y, x, space, np.zeros(len(y)) if offset is None else offset, wide, wide.T.tocsr(), row, cell, total)


def fit(y: Floats, x: Floats, space: Ints, offset: Floats | None = None, theta: float = np.inf) -> FixedEffects:
    """Fit log mean = alpha of the space + x beta + offset by Fisher scoring.

    Parameters
    ----------
    y : (n,) counts (or means of counts).  x : (n, k).  space : (n,) codes from 0.  offset : (n,).
    theta : of the negative binomial; infinite for Poisson.

    Raises
    ------
    AnalyseError
        When the regressors are collinear given the effects of spaces, or the fit does not converge.
    """
    return _scoring(_rows(y, x, space, offset), theta, None)


def _scoring(rows: _Rows, theta: float, near: FixedEffects | None) -> FixedEffects:
    """Return the fit at a theta, from that of the same rows at another one where it is given."""
    y, space, wide, total = rows.y, rows.space, rows.wide, rows.total
    (n, k), spaces = rows.x.shape, len(total)
    alive = total[space] > 0
    if near is None:
        exposed = rows.by_space(np.exp(rows.offset))
        beta, level = np.zeros(k), np.log(np.where(total > 0, total / np.maximum(exposed, 1e-300), 1.0))
    else:
        beta, level = near.beta, np.where(np.isfinite(near.alpha), near.alpha, 0.0)
    previous, gram, squares = np.inf, np.zeros((k, k)), np.zeros(k)
    for number in range(100):
        mu = np.where(alive, np.exp(np.clip(level[space] + wide @ beta + rows.offset, -50, 50)), 0.0)
        weight = mu / (1 + mu / theta)
        gradient = np.divide(y - mu, mu, out=np.zeros(n), where=mu > 0)
        mass = rows.by_space(weight)
        inverse = np.divide(1.0, mass, out=np.zeros(spaces), where=mass > 0)
        heavy = sparse.csr_array((wide.data * weight[rows.row], wide.indices, wide.indptr), shape=wide.shape)
        sums = grouped(rows.cell, heavy.data, spaces * k).reshape(spaces, k)
        centre = inverse[:, None] * sums
        middle = inverse * rows.by_space(weight * gradient)
        crossed = (rows.turned @ heavy).toarray()
        gram, squares = crossed - sums.T @ centre, np.diag(crossed)
        if not number:
            _refuse_collinear(gram, squares)
        bread = _inverse(gram)
        step = bread @ (heavy.T @ (gradient - middle[space]))
        move = middle - centre @ step
        size = float(max(np.abs(step).max(initial=0.0), np.abs(move).max(initial=0.0)))
        damp = min(1.0, 2.0 / size) if size > 2 else 1.0
        beta, level = beta + damp * step, level + damp * move
        if size < _CLOSE or (size < 1e-7 and size >= previous):
            break
        previous = size
    else:
        raise AnalyseError("the regression of counts did not converge", found=f"last step {size:.2g}")
    _refuse_collinear(gram, squares)
    deviation = np.sqrt(mu + mu**2 / theta)
    residual = np.divide(y - mu, deviation, out=np.zeros(n), where=mu > 0)
    free = max(int(alive.sum()) - k - int((total > 0).sum()), 1)
    alpha = np.where(total > 0, level, -np.inf)
    pearson = float(residual @ residual) / free
    return FixedEffects(beta, alpha, mu, residual, bread, theta, pearson, rows.x, centre, space, weight)


def _refuse_collinear(gram: Floats, squares: Floats) -> None:
    """Refuse regressors that cannot be told apart: of a fit, at the weights where it begins and where it ends.

    gram (k, k) are cross-products within spaces; squares (k,) those before spaces are absorbed.
    """
    if len(gram) == 0:
        return
    left = np.diag(gram) > squares / _COLLINEAR
    values = np.linalg.eigvalsh(gram / _sizes(gram)) if left.all() else np.zeros(1)
    if values[0] <= values[-1] / _COLLINEAR:
        raise _collinear()


def _inverse(gram: Floats) -> Floats:
    """Return the inverse of cross-products within spaces (k, k)."""
    sizes = _sizes(gram)
    try:
        return np.asarray(np.linalg.inv(gram / sizes) / sizes)
    except np.linalg.LinAlgError:
        raise _collinear() from None


def _sizes(gram: Floats) -> Floats:
    size = np.sqrt(np.diag(gram))
    return np.outer(size, size)


def _collinear() -> AnalyseError:
    return AnalyseError(
        "the regressors cannot be told apart from the effects of spaces and of each other",
        action="declare fewer effects, or wait for more months",
    )


def fit_theta(y: Floats, x: Floats, space: Ints, offset: Floats | None = None, tolerance: float = 1e-4) -> FixedEffects:
    """Fit the negative binomial, theta by maximum likelihood in turn with the means (as MASS ``glm.nb``).

    Where the counts vary no more than Poisson ones the likelihood rises with theta without end: the fit is that of its
    limit, Poisson, and ``theta`` is infinite.
    """
    return fit_both(y, x, space, offset, tolerance)[0]


def fit_both(
    y: Floats, x: Floats, space: Ints, offset: Floats | None = None, tolerance: float = 1e-4
) -> tuple[FixedEffects, FixedEffects]:
    """Return the negative binomial of :func:`fit_theta` and the Poisson fit of the same rows, where it starts from."""
    rows = _rows(y, x, space, offset)
    fitted = poisson = _scoring(rows, np.inf, None)
    theta = 1 / max(float(((y - fitted.mu) ** 2 - y).sum() / (fitted.mu**2).sum()), 1 / _THETA_MOST)
    for _ in range(50):
        fitted = _scoring(rows, theta, fitted)
        new = theta_of(y, fitted.mu, theta)
        if not np.isfinite(new):
            return _scoring(rows, np.inf, fitted), poisson
        if abs(new - theta) <= tolerance * theta:
            return fitted, poisson
        theta = new
    raise AnalyseError("theta of the negative binomial did not converge", found=f"{theta:.4g}")


def theta_of(y: Floats, mu: Floats, start: float) -> float:
    """Return the theta of highest likelihood given the means (n,), by Newton steps on its logarithm, or infinity."""
    y, mu = y[mu > 0], mu[mu > 0]
    # rows by the thousand share some hundred counts: what is slow is worked out once for each
    counts, place = np.unique(y, return_inverse=True)
    theta = start
    for _ in range(100):
        ratio = (y + theta) / (theta + mu)
        one, two = special.digamma(counts + theta)[place], special.polygamma(1, counts + theta)[place]
        first = float((one - special.digamma(theta) - np.log1p(mu / theta) + 1 - ratio).sum())
        second = float((two - special.polygamma(1, theta) + 1 / theta - (2 - ratio) / (theta + mu)).sum())
        curvature = second * theta**2 + first * theta
        step = -first * theta / curvature if curvature < 0 else float(np.sign(first))
        theta *= float(np.exp(np.clip(step, -1, 1)))
        if theta > _THETA_MOST:
            return np.inf
        if abs(step) < 1e-10:
            break
    return theta
