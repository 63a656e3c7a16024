"""How consistently items measure one thing: Cronbach's alpha and McDonald's omega from a covariance matrix.

Both are smooth functions of weighted sums, products and counts, so that `pipeline.survey.smooth` gives them
design-based errors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.survey import Design
from pipeline.survey.smooth import Smooth, of_totals

Floats = NDArray[np.float64]
#: Loadings that move by less than this are those of the minimum.
_CLOSE = 1e-13


def alpha(covariance: Floats) -> float:
    """Return Cronbach's alpha of the sum of k items (Cronbach 1951, Psychometrika 16, 297).

    Parameters
    ----------
    covariance : (k, k), k at least 2.
    """
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def loadings(covariance: Floats, most: int = 5000) -> Floats:
    """Return the loadings (k,) of one factor by unweighted least squares (Harman and Jones 1966).

    Iterated principal axes: the fixed point is the minimum of the squared residual covariances.

    Raises
    ------
    ValueError
        Where a uniqueness leaves the possible range (a Heywood case), or the steps do not settle.
    """
    variance = np.diag(covariance)
    own = variance - 1 / np.diag(np.linalg.inv(covariance))
    found = np.sqrt(np.maximum(own, 0.0))
    for _ in range(most):
        reduced = covariance.copy()
        np.fill_diagonal(reduced, found**2)
        values, vectors = np.linalg.eigh(reduced)
        new = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
        new = new * (1 if new.sum() >= 0 else -1)
        if (new**2 > variance).any():
            raise ValueError("one factor explains more than the whole of an item (a Heywood case): no omega")
        if np.abs(new - found).max() < _CLOSE * np.sqrt(variance.max()):
            out: Floats = new
            return out
        found = new
    raise ValueError("the loadings of one factor do not settle: the items do not share one factor")


def omega(covariance: Floats) -> float:
    """Return McDonald's omega total of a one-factor model (McDonald 1999, eq. 6.20)."""
    common = loadings(covariance)
    unique = np.diag(covariance) - common**2
    return float(common.sum() ** 2 / (common.sum() ** 2 + unique.sum()))


def reliability(design: Design, items: Floats, where: NDArray[np.bool_] | None = None) -> Smooth:
    """Return alpha and omega (2,) of the persons who answered every item, with their design-based covariance.

    Parameters
    ----------
    items : (n, k) answers as numbers, NaN where there is none.
    where : (n,) rows of the domain.

    Raises
    ------
    ValueError
        See `loadings`; also for fewer than three items, which one factor fits whatever they are.
    """
    n, k = items.shape
    if k < 3:
        raise ValueError(f"omega needs at least three items, not {k}")
    whole = ~np.isnan(items).any(axis=1)
    if where is not None:
        whole &= where
    upper = np.triu_indices(k)
    # numbers near zero: products of large ones would lose digits
    centred = items - np.nanmean(items[whole], axis=0)
    values = np.hstack([np.ones((n, 1)), centred, centred[:, upper[0]] * centred[:, upper[1]]])
    values[~whole] = 0.0

    def both(totals: Floats) -> Floats:
        mean = totals[1 : k + 1] / totals[0]
        covariance = np.empty((k, k))
        covariance[upper] = totals[k + 1 :] / totals[0]
        covariance.T[upper] = covariance[upper]
        covariance = covariance - np.outer(mean, mean)
        return np.array([alpha(covariance), omega(covariance)])

    return of_totals(design, values, both, where=whole)
