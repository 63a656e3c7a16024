"""Upper tail of a weighted sum of chi-squares, or of its F counterpart with an estimated denominator."""

from __future__ import annotations

import numpy as np
from scipy import special

from pipeline.survey.errors import UnsupportedError
from pipeline.survey.structure import Floats

APPROXIMATIONS = ("saddlepoint", "satterthwaite", "integration")


def tail(x: float, weights: Floats, ddf: float = np.inf, approximation: str = "saddlepoint") -> float:
    """Return P(sum of weights_i chi2_1 > x chi2_ddf / ddf); the denominator is 1 when ddf is infinite.

    Saddlepoint after Kuonen (1999, Biometrika 86, 929), as R's `pFsum`; Satterthwaite matches two moments. At
    the centre of the distribution, where the saddlepoint formula is 0/0, Satterthwaite is given, as R does.
    Integration inverts the characteristic function (Imhof 1961, Biometrika 48, 419), good to about 1e-8.
    """
    if approximation not in APPROXIMATIONS:
        raise UnsupportedError(f"approximation '{approximation}' is not known; choose {', '.join(APPROXIMATIONS)}")
    if ddf <= 0:
        return np.nan
    if x <= 0:
        return 1.0
    degrees = np.ones(len(weights))
    # against an estimated denominator: the sum less x chi2_ddf / ddf is positive
    form = (x, weights, degrees) if np.isinf(ddf) else (0.0, np.r_[weights, -x / ddf], np.r_[degrees, ddf])
    if approximation == "integration":
        return _imhof(*form)
    if approximation == "saddlepoint":
        p = _saddlepoint(*form)
        if p is not None:
            return p
    return _satterthwaite(x, weights, ddf)


def _satterthwaite(x: float, weights: Floats, ddf: float) -> float:
    df = weights.sum() ** 2 / (weights**2).sum()
    ratio = x / weights.sum()
    return float(special.chdtrc(df, ratio * df) if np.isinf(ddf) else special.fdtrc(df, ddf, ratio))


def _imhof(x: float, weights: Floats, degrees: Floats) -> float:
    """P(sum of weights chi2_degrees > x)."""
    # slow to import, and few designs need it
    from scipy import integrate

    scale = np.abs(weights).max()
    a, x = weights / scale, x / scale

    def phase(u: float) -> float:
        return 0.5 * float((degrees * np.arctan(a * u)).sum())

    def damped(u: float) -> float:
        return float(np.exp(-0.25 * (degrees * np.log1p((a * u) ** 2)).sum())) / u

    near, options = 4.0, {"limit": 400, "epsabs": 1e-11}
    area = integrate.quad(lambda u: np.sin(phase(u) - 0.5 * x * u) * damped(u), 0, near, **options)[0]
    if x == 0:
        area += integrate.quad(lambda u: np.sin(phase(u)) * damped(u), near, np.inf, **options)[0]
    else:
        # the wave of x is known, so that the slow tail is summed by its periods
        waves = {"wvar": 0.5 * x, **options}
        area += integrate.quad(lambda u: np.sin(phase(u)) * damped(u), near, np.inf, weight="cos", **waves)[0]
        area -= integrate.quad(lambda u: np.cos(phase(u)) * damped(u), near, np.inf, weight="sin", **waves)[0]
    return float(np.clip(0.5 + area / np.pi, 0.0, 1.0))


def _saddlepoint(x: float, weights: Floats, degrees: Floats) -> float | None:
    """P(sum of weights chi2_degrees > x), None at the mean."""
    from scipy import optimize

    scale = weights.max()
    a, x = weights / scale, x / scale

    def slope(z: float) -> float:
        return float((degrees * a / (1 - 2 * z * a)).sum()) - x

    upper = 0.5 * (1 - 1e-12)
    if (a < 0).any():
        lower = float(np.max(1 / (2 * a[a < 0]))) * (1 - 1e-12)
    else:
        lower = -0.01 if x > (degrees * a).sum() else -degrees.sum() / (2 * x)
    z = optimize.brentq(slope, lower, upper, xtol=1e-15)
    if abs(z) < 1e-4:
        return None
    cumulant = -0.5 * float((degrees * np.log1p(-2 * z * a)).sum())
    curvature = 2 * float((degrees * a**2 / (1 - 2 * z * a) ** 2).sum())
    w = np.sign(z) * np.sqrt(2 * (z * x - cumulant))
    v = z * np.sqrt(curvature)
    return float(special.ndtr(-(w + np.log(v / w) / w)))
