"""The variance of area effects in the Fay-Herriot model: REML, ML, moments, and a likelihood that is never zero.

Notation of Rao and Molina (2015, Small Area Estimation, 2nd ed., chap. 6): y = X beta + u + e with Var(u) = A and known
sampling variances D; V = A + D (diagonal), P = V^-1 - V^-1 X (X' V^-1 X)^-1 X' V^-1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Floats = NDArray[np.float64]
Method = Literal["reml", "ml", "moment"]
Equation = Callable[[float, Floats, Floats, Floats], float]

_GRID = 60


def _projected(a: float, y: Floats, d: Floats, x: Floats) -> tuple[Floats, Floats, float]:
    """Return V^-1 (m,), P y (m,) and the trace of P."""
    weight = 1 / (a + d)
    weighted = x * weight[:, None]
    inverse = np.linalg.inv(x.T @ weighted)
    residual = y - x @ (inverse @ (weighted.T @ y))
    trace = weight.sum() - float(np.einsum("ij,jk,ik->", weighted, inverse, weighted))
    return weight, weight * residual, trace


def _reml(a: float, y: Floats, d: Floats, x: Floats) -> float:
    _, py, trace = _projected(a, y, d, x)
    return 0.5 * (float(py @ py) - trace)


def _ml(a: float, y: Floats, d: Floats, x: Floats) -> float:
    weight, py, _ = _projected(a, y, d, x)
    return 0.5 * (float(py @ py) - float(weight.sum()))


def _moment(a: float, y: Floats, d: Floats, x: Floats) -> float:
    _, py, _ = _projected(a, y, d, x)
    out: float = float(py @ (y - x @ _beta(a, y, d, x))) - (len(y) - x.shape[1])
    return out


def _adjusted(a: float, y: Floats, d: Floats, x: Floats) -> float:
    return _reml(a, y, d, x) + 1 / a


def _beta(a: float, y: Floats, d: Floats, x: Floats) -> Floats:
    weighted = x / (a + d)[:, None]
    return np.asarray(np.linalg.solve(x.T @ weighted, weighted.T @ y))


def _log_likelihood(a: float, y: Floats, d: Floats, x: Floats, restricted: bool) -> float:
    weight, py, _ = _projected(a, y, d, x)
    value = 0.5 * (np.log(weight).sum() - float(py @ (y - x @ _beta(a, y, d, x))))
    if restricted:
        value -= 0.5 * np.linalg.slogdet(x.T @ (x * weight[:, None]))[1]
    return float(value)


_EQUATIONS: dict[str, Equation] = {"reml": _reml, "ml": _ml, "moment": _moment}


def variance_of_effects(y: Floats, d: Floats, x: Floats, method: Method = "reml") -> float:
    """Return the estimated variance of area effects, zero where the areas differ no more than sampling explains.

    Parameters
    ----------
    y : (m,) direct estimates; d : (m,) their sampling variances; x : (m, p) covariates with the intercept.
    method : reml, ml, or moment (Fay and Herriot 1979, eq. 2.4: y' P y = m - p).

    Notes
    -----
    The likelihood may have several maxima (Datta and Lahiri 2000): every root of its score is found, and the one with
    the greatest likelihood is kept, the boundary at zero among them.
    """
    equation = _EQUATIONS[method]
    roots = _roots(equation, y, d, x, _scale(y, d))
    if equation(0.0, y, d, x) <= 0:
        roots.append(0.0)
    if method == "moment" or len(roots) == 1:
        return max(roots)
    return max(roots, key=lambda a: _log_likelihood(a, y, d, x, method == "reml"))


def adjusted_variance_of_effects(y: Floats, d: Floats, x: Floats) -> float:
    """Return the variance of area effects that maximises A times the restricted likelihood: always above zero.

    Source: Li and Lahiri (2010), An adjusted maximum likelihood method for solving small area estimation problems,
    Journal of Multivariate Analysis 101, 882-892. It errs upwards, so mean squared errors computed from it are
    cautious ones.
    """
    roots = _roots(_adjusted, y, d, x, _scale(y, d))
    return max(roots, key=lambda a: np.log(a) + _log_likelihood(a, y, d, x, True))


def _scale(y: Floats, d: Floats) -> float:
    return float(max(d.max(), y.var(ddof=1), np.finfo(float).tiny))


def _roots(equation: Equation, y: Floats, d: Floats, x: Floats, scale: float) -> list[float]:
    """Return where the equation falls through zero, scanned from far below the sampling variances to far above."""
    grid = np.geomspace(1e-8 * scale, 1e4 * scale, _GRID)
    values = np.array([equation(a, y, d, x) for a in grid])
    falls = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    precision = {"xtol": 1e-14 * scale, "rtol": 1e-13}
    found = [optimize.brentq(equation, grid[i], grid[i + 1], (y, d, x), **precision) for i in falls]
    return [float(a) for a in found]
