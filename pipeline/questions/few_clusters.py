"""Inference from few clusters for regressions with absorbed effects: CR2, Satterthwaite, wild bootstrap.

The variance of a slope comes from the sums of its influences over clusters. With few clusters, or few that carry the
treatment, that variance is too small and normal quantiles are too short: bias-reduced linearisation (CR2) corrects
the first, degrees of freedom matched to the moments of the variance estimate the second (Bell and McCaffrey 2002,
Survey Methodology 28, 169), and for several slopes together the approximate Hotelling test of Pustejovsky and Tipton
(2018, Journal of Business and Economic Statistics 36, 672, eq. 12-15). Effects of spaces nested in clusters are
absorbed as their section 2.2 allows. The working model is that of the fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.errors import AnalyseError
from pipeline.questions.fixed_effects import FixedEffects, Floats, Ints


@dataclass(frozen=True)
class Slopes:
    """Linear combinations of slopes (m of them) with their uncertainty between C clusters.

    estimate, se, df, p_value : (m,).  contributions : (C, m) what each cluster adds to the error of an estimate.
    covariance : (m, m).
    """

    estimate: Floats
    se: Floats
    df: Floats
    p_value: Floats
    contributions: Floats
    covariance: Floats

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return lower and upper bounds (m,) with each combination's own degrees of freedom."""
        margin = special.stdtrit(self.df, 0.5 + level / 2) * self.se
        return self.estimate - margin, self.estimate + margin


@dataclass(frozen=True)
class Joint:
    """A test that several combinations are all zero: F (q, df) and its p-value."""

    statistic: float
    q: int
    df: float
    p_value: float


@dataclass(frozen=True)
class _Parts:
    """Adjusted influences of combinations: cross[c] (m, k) = u_c' X_c, inner[c] (m, m) = u_c' u_c, sums (C, m)."""

    cross: NDArray[np.float64]
    inner: NDArray[np.float64]
    sums: Floats


def slopes(fit: FixedEffects, cluster: Ints, combinations: Floats, corrected: bool = True) -> Slopes:
    """Return combinations of slopes with CR2 standard errors and Satterthwaite degrees of freedom.

    Parameters
    ----------
    fit : of n rows and k slopes.  cluster : (n,) codes from 0, constant within a space.
    combinations : (k, m), a column each.
    corrected : False gives the plain sandwich with C / (C - 1) and C - 1 degrees of freedom (the naive one).
    """
    parts = _parts(fit, cluster, combinations, corrected)
    estimate = fit.beta @ combinations
    clusters, m = parts.sums.shape
    scale = 1.0 if corrected else clusters / (clusters - 1)
    covariance = scale * parts.sums.T @ parts.sums
    se = np.sqrt(np.diag(covariance))
    df = np.full(m, clusters - 1.0)
    if corrected:
        for j in range(m):
            q = _moments(parts, fit.bread, j, j)
            squares = float((q**2).sum())
            df[j] = np.trace(q) ** 2 / squares if squares > 0 else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(estimate) / se
    return Slopes(estimate, se, df, 2 * special.stdtr(df, -t), parts.sums, covariance)


def joint(fit: FixedEffects, cluster: Ints, combinations: Floats) -> Joint:
    """Test that every combination (k, q) is zero, with the approximate Hotelling distribution (HTZ).

    Raises
    ------
    AnalyseError
        When there are not more usable clusters than combinations.
    """
    parts = _parts(fit, cluster, combinations, True)
    q = combinations.shape[1]
    moments = np.array([[_moments(parts, fit.bread, s, t) for t in range(q)] for s in range(q)])
    working = np.trace(moments, axis1=2, axis2=3)
    values, vectors = np.linalg.eigh((working + working.T) / 2)
    half = (vectors / np.sqrt(values)) @ vectors.T
    standard = np.einsum("as,bt,stcd->abcd", half, half, moments, optimize=True)
    squares = np.einsum("aacd,bbcd->ab", standard, standard) + np.einsum("abcd,bacd->ab", standard, standard)
    eta = q * (q + 1) / float(squares.sum())
    if eta <= q - 1:
        raise AnalyseError("too few clusters to test these slopes together", found=f"{q} slopes", allowed="fewer")
    estimate = fit.beta @ combinations
    wald = float(estimate @ np.linalg.solve(parts.sums.T @ parts.sums, estimate))
    statistic = (eta - q + 1) / (eta * q) * wald
    df = eta - q + 1
    return Joint(statistic, q, df, float(special.fdtrc(q, df, statistic)))


def _parts(fit: FixedEffects, cluster: Ints, combinations: Floats, corrected: bool) -> _Parts:
    influence = fit.bread @ combinations
    clusters = int(cluster.max()) + 1
    k, m = combinations.shape
    cross, inner, sums = np.zeros((clusters, m, k)), np.zeros((clusters, m, m)), np.zeros((clusters, m))
    for c in range(clusters):
        rows = np.flatnonzero(cluster == c)
        x = fit.scaled[rows]
        # columns that are nothing in a cluster, such as months since the labels of others, say nothing of it
        met = np.flatnonzero(x.any(axis=0))
        x = x[:, met]
        inside, own = x.T @ x, influence[met]
        adjusted = _bias_reduced(inside, fit.bread[np.ix_(met, met)], own) if corrected else own
        cross[c][:, met] = adjusted.T @ inside
        inner[c] = adjusted.T @ inside @ adjusted
        sums[c] = (x @ adjusted).T @ fit.residual[rows]
    return _Parts(cross, inner, sums)


def _bias_reduced(gram: Floats, bread: Floats, influence: Floats) -> Floats:
    """Return T @ influence, T (k, k) such that (I - X B X')^(-1/2) X = X T for the rows X of a cluster, X'X = gram.

    (I - X B X') acts on the columns of X as X (I - B gram); with B = L L', powers are taken of the symmetric
    I - L' gram L. Directions that only this cluster informs have eigenvalue 0 and no correction.
    """
    half = np.asarray(np.linalg.cholesky(bread), np.float64)
    values, vectors = np.linalg.eigh(half.T @ gram @ half)
    power = np.where(values < 1 - 1e-8, np.maximum(1 - values, 1e-8) ** -0.5, 0.0)
    return np.asarray(half @ ((vectors * power) @ (vectors.T @ np.linalg.solve(half, influence))))


def _moments(parts: _Parts, bread: Floats, s: int, t: int) -> Floats:
    """Return (C, C) the covariances of cluster sums of combinations s and t under the working model."""
    out = -parts.cross[:, s] @ bread @ parts.cross[:, t].T
    out[np.diag_indices(len(out))] += parts.inner[:, s, t]
    return np.asarray(out)


@dataclass(frozen=True)
class Wild:
    """A wild bootstrap of one combination: its p-value, and the interval of the values that its test keeps."""

    p_value: float
    lower: float
    upper: float


def wild_bootstrap(fit: FixedEffects, cluster: Ints, combination: Floats, draws: int = 999, seed: int = 1) -> Wild:
    """Test that one combination (k,) is zero by the wild cluster bootstrap, null imposed, and invert the test.

    The restricted bootstrap-t on the scores of the fit, linear in the parameters (Cameron, Gelbach and Miller 2008,
    Review of Economics and Statistics 90, 414; Kline and Santos 2012, Journal of Econometric Methods 1, 23), with
    Webb's six-point weights. The interval holds the values that the same draws do not reject at 5 % (Roodman,
    MacKinnon, Nielsen and Webb 2019, Stata Journal 19, 4, section 3.5), so that it excludes zero where p is below
    0.05; a bound is infinite where no value is rejected on its side.
    """
    test = _restricted(fit, cluster, combination, draws, seed)
    estimate = float(fit.beta @ combination)
    lower, upper = (_last_kept(test, estimate, side) for side in (-1.0, 1.0))
    return Wild(test(0.0), lower, upper)


def _restricted(
    fit: FixedEffects, cluster: Ints, combination: Floats, draws: int, seed: int
) -> Callable[[float], float]:
    """Return the p-value of the null that the combination has a value, as a function of that value.

    Residuals under the null are those of the fit plus a multiple of one column, so that sums over clusters are linear
    in it and are computed once.
    """
    b = fit.bread
    influence = b @ combination
    estimate = float(fit.beta @ combination)
    clusters = int(cluster.max()) + 1
    own, gram = np.zeros((clusters, len(b))), np.zeros((clusters, len(b)))
    np.add.at(own, cluster, fit.scaled * fit.residual[:, None])
    np.add.at(gram, cluster, (fit.scaled @ influence)[:, None] * fit.scaled)
    points = np.sqrt([1.5, 1.0, 0.5])
    weights = np.random.default_rng(seed).choice(np.concatenate([-points, points]), size=(draws, clusters))
    parts = []
    for scores in (own, gram):
        total = weights @ scores
        parts.append((total @ influence, weights * (scores @ influence) - total @ b @ gram.T))
    (top, sums), (more, further) = parts
    se = float(np.sqrt(((own @ influence) ** 2).sum()))

    def p_value(value: float) -> float:
        shift = (estimate - value) / float(combination @ influence)
        t = np.abs(top + shift * more) / np.sqrt(((sums + shift * further) ** 2).sum(axis=1))
        return float((1 + (t >= abs(estimate - value) / se).sum()) / (draws + 1))

    return p_value


def _last_kept(test: Callable[[float], float], estimate: float, side: float, alpha: float = 0.05) -> float:
    """Return the value farthest from the estimate on one side that a test keeps, infinite where it keeps them all."""
    step = max(abs(estimate), 0.01)
    for _ in range(20):
        if test(estimate + side * step) < alpha:
            break
        step *= 2
    else:
        return side * np.inf
    kept, rejected = 0.0, step
    while rejected - kept > 1e-6 * step:
        middle = (kept + rejected) / 2
        if test(estimate + side * middle) < alpha:
            rejected = middle
        else:
            kept = middle
    return estimate + side * kept
