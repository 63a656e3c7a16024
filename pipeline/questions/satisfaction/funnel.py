"""Funnel plots: units compared with a standard by limits that depend on their size (Spiegelhalter 2005, Stat. Med. 24).

Each unit's share is compared with what its own age structure leads one to expect (indirect standardisation). Where
units differ by more than chance the limits are widened by a variance between units, estimated without the extreme ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Share of units at each end whose z-score is drawn back before the dispersion is estimated.
WINSORISED = 0.1
#: Variance of a standard normal variable so drawn back: without it the dispersion would be 0.68 under chance alone.
_EDGE = float(special.ndtri(1 - WINSORISED))
_WINSORISED_VARIANCE = float(
    1 - 2 * WINSORISED - 2 * _EDGE * np.exp(-(_EDGE**2) / 2) / np.sqrt(2 * np.pi) + 2 * WINSORISED * _EDGE**2
)


@dataclass(frozen=True, eq=False)
class Funnel:
    """Units against the standard; nothing here names a unit.

    observed, expected : (m,) shares.   error : (m,) standard errors under the standard.   n : (m,) persons.
    dispersion : phi, mean squared winsorised z-score, 1 under chance alone.   between : tau, standard deviation between
        units.   standard : overall share.
    """

    observed: Floats
    expected: Floats
    error: Floats
    n: Ints
    dispersion: float
    between: float
    standard: float

    @property
    def z(self) -> Floats:
        """Distance (m,) from what is expected, in standard errors that include the variance between units."""
        return (self.observed - self.expected) / np.sqrt(self.error**2 + self.between**2)

    @property
    def plain_z(self) -> Floats:
        """Distance (m,) in standard errors of chance alone."""
        return (self.observed - self.expected) / self.error

    def outside(self, level: float = 0.998, widened: bool = True) -> tuple[int, int]:
        """Return how many units lie under and over the limits."""
        limit = float(special.ndtri((1 + level) / 2))
        z = self.z if widened else self.plain_z
        return int(np.sum(z < -limit)), int(np.sum(z > limit))

    def limits(self, sizes: Floats, level: float, widened: bool = True) -> tuple[Floats, Floats]:
        """Return the limits around the standard for units of given sizes (persons, equally weighted)."""
        spread = self.standard * (1 - self.standard) / np.asarray(sizes, dtype=np.float64)
        half = special.ndtri((1 + level) / 2) * np.sqrt(spread + (self.between**2 if widened else 0.0))
        return np.clip(self.standard - half, 0, 1), np.clip(self.standard + half, 0, 1)


def funnel(yes: Floats, unit: Ints, weights: Floats, stratum: Ints | None = None, least: int = 30) -> Funnel:
    """Compare units by a share of their persons.

    Parameters
    ----------
    yes : (n,) 1 or 0, NaN rows are left out.   unit : (n,) unit of each person.   weights : (n,).
    stratum : (n,) age band, by which the expectation is standardised.
    least : persons under which a unit is left out.

    Raises
    ------
    ValueError
        When fewer than three units have so many persons.
    """
    kept = ~np.isnan(yes) & (weights > 0)
    yes, unit, weights = yes[kept], unit[kept], weights[kept]
    group = np.zeros(len(yes), dtype=np.int64) if stratum is None else np.unique(stratum[kept], return_inverse=True)[1]
    rate = np.bincount(group, weights=weights * yes) / np.bincount(group, weights=weights)
    chance = rate[group]
    _, place, n = np.unique(unit, return_inverse=True, return_counts=True)
    mass = np.bincount(place, weights=weights)
    observed = np.bincount(place, weights=weights * yes) / mass
    expected = np.bincount(place, weights=weights * chance) / mass
    error = np.sqrt(np.bincount(place, weights=weights**2 * chance * (1 - chance))) / mass
    large = (n >= least) & (error > 0)
    if large.sum() < 3:
        raise ValueError(f"only {int(large.sum())} units have {least} persons or more: a comparison needs three")
    observed, expected, error, n = observed[large], expected[large], error[large], n[large]
    dispersion, between = _dispersion((observed - expected) / error, error)
    standard = float(np.average(yes, weights=weights))
    return Funnel(observed, expected, error, n.astype(np.int64), dispersion, between, standard)


def _dispersion(z: Floats, error: Floats) -> tuple[float, float]:
    """Return phi and tau (Spiegelhalter 2005, section 5.3; the estimator of DerSimonian and Laird).

    The winsorised variance is divided by its value under chance alone, which the paper leaves out: limits would be too
    narrow.
    """
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    phi = float(np.mean(np.clip(z, low, high) ** 2)) / _WINSORISED_VARIANCE
    m = len(z)
    if m * phi < m - 1:
        return phi, 0.0
    weight = 1 / error**2
    return phi, float(np.sqrt((m * phi - (m - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())))
