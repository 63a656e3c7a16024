"""Forecasts that add up: minimum trace reconciliation (Wickramasuriya, Athanasopoulos and Hyndman 2019, JASA 114, 804).

The covariance of the base errors has the series' own standard deviations and the correlation of their one-step
errors, shrunk towards none by the rule of Schäfer and Strimmer (2005, Statistical Applications in Genetics and
Molecular Biology 4, 32). Reconciled means and intervals are those of one joint normal law, so they are coherent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reconciled:
    """Means (N,) that add up and their covariance (N, N)."""

    mean: Floats
    covariance: Floats

    @property
    def sd(self) -> Floats:
        """Return the standard deviation of each series (N,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))


def reconcile(mean: Floats, sd: Floats, residual: Floats, summing: Floats) -> Reconciled:
    """Reconcile base forecasts.

    Parameters
    ----------
    mean, sd : (N,) base forecasts and their standard deviations.  residual : (N, T) one-step errors.
    summing : (N, P) which bottom series add up to each series.
    """
    sd = np.maximum(sd, 1e-9 * max(float(sd.max()), 1e-300))
    base = shrunk_correlation(residual) * np.outer(sd, sd)
    weighted = np.linalg.solve(base, summing)
    gram = np.linalg.inv(summing.T @ weighted)
    gram = (gram + gram.T) / 2
    bottom = gram @ (weighted.T @ mean)
    return Reconciled(summing @ bottom, summing @ gram @ summing.T)


def shrunk_correlation(residual: Floats) -> Floats:
    """Return the correlation (N, N) of rows (N, T), shrunk towards the identity."""
    t = residual.shape[1]
    scale = np.sqrt((residual**2).mean(axis=1, keepdims=True))
    z = residual / np.where(scale > 0, scale, 1.0)
    r = z @ z.T / t
    # the variance of each product around its mean, summed over all pairs
    spread = ((z**2) @ (z**2).T / t - r**2) / max(t - 1, 1)
    off = ~np.eye(len(r), dtype=bool)
    total = float((r[off] ** 2).sum())
    share = float(np.clip(spread[off].sum() / total, 0.0, 1.0)) if total > 0 else 1.0
    out = (1 - share) * r
    np.fill_diagonal(out, 1.0)
    return np.asarray(out)
