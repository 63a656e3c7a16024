"""Linear regression whose errors follow each other: AR(1) by restricted maximum likelihood.

Beach and MacKinnon (1978, Econometrica 46, 51) exact likelihood, restricted (Cheang and Reinsel 2000, JASA 95, 1173)
because with four dozen months and fifteen columns the unrestricted one finds too little autocorrelation and intervals
come out too short. statsmodels has no restricted likelihood for it (SARIMAX is the unrestricted one; GLSAR iterates a
moment estimate); what is left in the errors is tested by its Ljung-Box.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special
from statsmodels.stats.diagnostic import acorr_ljungbox

from pipeline.errors import AnalyseError
from pipeline.results import one

Floats = NDArray[np.float64]
_MOST = 0.98


@dataclass(frozen=True)
class Autoregression:
    """Slopes (k,) with standard errors (k,), autocorrelation rho, and what it leaves in the errors (Ljung-Box)."""

    beta: Floats
    se: Floats
    df: int
    rho: float
    ljung_box: float
    ljung_box_p: float

    def interval(self, j: int, level: float = 0.95) -> tuple[float, float]:
        """Return the bounds of slope ``j`` on Student's law."""
        margin = float(special.stdtrit(self.df, 0.5 + level / 2) * self.se[j])
        return float(self.beta[j]) - margin, float(self.beta[j]) + margin

    def p_value(self, j: int) -> float:
        """Return the p-value of slope ``j`` being zero."""
        return float(2 * special.stdtr(self.df, -abs(self.beta[j] / self.se[j])))


def regress(y: Floats, x: Floats, restricted: bool = True, lags: int = 12) -> Autoregression:
    """Regress y (n,) on x (n, k) with AR(1) errors; ``restricted=False`` gives exact maximum likelihood.

    Raises
    ------
    AnalyseError
        When columns are collinear or there are not more rows than columns.
    """
    n, k = x.shape
    if n <= k + 1 or np.linalg.matrix_rank(x) < k:
        raise AnalyseError("the regression over time has collinear columns or too few months", found=f"{n} x {k}")

    def loss(z: float) -> float:
        return -_likelihood(y, x, float(np.tanh(z)) * _MOST, restricted)

    found = optimize.minimize_scalar(loss, bounds=(-2.5, 2.5), method="bounded", options={"xatol": 1e-10})
    rho = float(np.tanh(found.x)) * _MOST
    ty, tx = _whitened(y, rho), _whitened(x, rho)
    beta, inverse, squares = _least_squares(ty, tx)
    free = n - k if restricted else n
    se = np.sqrt(np.diag(inverse) * squares / free)
    innovations = (ty - tx @ beta)[1:]
    remaining = one(acorr_ljungbox(innovations, lags=[min(lags, n // 4)], model_df=1), "Ljung-Box")
    return Autoregression(beta, se, n - k, rho, float(remaining["lb_stat"]), float(remaining["lb_pvalue"]))


def _whitened(a: Floats, rho: float) -> Floats:
    first = np.sqrt(1 - rho**2) * a[:1]
    return np.concatenate([first, a[1:] - rho * a[:-1]])


def _least_squares(y: Floats, x: Floats) -> tuple[Floats, Floats, float]:
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    return beta, np.asarray(inverse, dtype=np.float64), float(((y - x @ beta) ** 2).sum())


def _likelihood(y: Floats, x: Floats, rho: float, restricted: bool) -> float:
    n, k = x.shape
    tx = _whitened(x, rho)
    _, _, squares = _least_squares(_whitened(y, rho), tx)
    determinant = 0.5 * np.log(1 - rho**2)
    if not restricted:
        return float(determinant - n / 2 * np.log(squares))
    return float(determinant - (n - k) / 2 * np.log(squares) - 0.5 * np.linalg.slogdet(tx.T @ tx)[1])
