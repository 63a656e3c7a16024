"""The share of persons to whom something happened within a time, when some were not followed long enough.

Kaplan and Meier (1958, JASA 53, 457), with the variance of persons who resemble each other inside clusters: every
person's influence on the estimate is summed over the cluster before it is squared (Williams 1995, Lifetime Data
Analysis 1, 171; the infinitesimal jackknife of ``survfit(..., cluster =)`` in R's survival), which the curve of
statsmodels lacks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEVEL = 0.95


@dataclass(frozen=True)
class ProductLimit:
    """An estimate at one horizon.

    happened : share to whom it happened within the horizon. influence : (n,) of every person on that share; its sum is
    nil. events : persons seen to whom it happened. at_risk : persons followed up to the horizon without it.
    """

    happened: float
    influence: Floats
    events: int
    at_risk: int


def product_limit(time: Floats, event: Bools, horizon: float) -> ProductLimit:
    """Return the estimate at ``horizon``.

    Parameters
    ----------
    time : (n,) time to the event, or how long a person was followed without it; same unit as ``horizon``.
    event : (n,) whether the event was seen; where both happen at one time the event comes first.

    Raises
    ------
    ValueError
        Without anybody, or with a negative or missing time.
    """
    time, event = np.asarray(time, dtype=np.float64), np.asarray(event, dtype=bool)
    if not len(time) or not (time >= 0).all():
        raise ValueError("times must be given for somebody, and none of them negative")
    seen = event & (time <= horizon)
    curve = SurvfuncRight(time, event)
    before = (curve.surv_times <= horizon) & (curve.n_events > 0)
    moments, deaths, risk = curve.surv_times[before], curve.n_events[before], curve.n_risk[before]
    survival = float(curve.surv_prob[before][-1]) if before.any() else 1.0
    at_risk = int((time >= horizon).sum()) - int((seen & (time == horizon)).sum())
    if survival <= 0:
        return ProductLimit(1.0, np.zeros(len(time)), int(seen.sum()), at_risk)
    # derivative of -log(survival) by the weight of a person: own event, less what was expected while at risk
    expected = np.append(0.0, np.cumsum(deaths / (risk * (risk - deaths))))
    influence = -expected[np.searchsorted(moments, np.minimum(time, horizon), side="right")]
    influence[seen] += (1.0 / (risk - deaths))[np.searchsorted(moments, time[seen])]
    return ProductLimit(1.0 - survival, survival * influence, int(seen.sum()), at_risk)


def totals(influence: Floats, cluster: NDArray[np.int64], clusters: int) -> Floats:
    """Return the influence of every cluster, ``(clusters,)``."""
    return np.bincount(cluster, weights=influence, minlength=clusters).astype(np.float64)


def standard_error(influence: Floats, clusters: int) -> float:
    """Return the standard error from the influences of independent clusters, with the factor G/(G - 1).

    ``clusters``: how many of them had somebody; others have no influence and do not vary.
    """
    return float(np.sqrt(clusters / (clusters - 1) * np.sum(influence**2))) if clusters > 1 else float("nan")


def interval(happened: float, se: float, df: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of a share made on the scale log(-log(survival)), where it cannot leave 0 and 1.

    Kalbfleisch and Prentice (2002), The statistical analysis of failure time data, section 1.4; quantile of Student
    with ``df`` (clusters less one). NaN where nothing or everything happened.
    """
    survival = 1.0 - happened
    if not (0 < survival < 1 and np.isfinite(se) and df >= 1):
        return float("nan"), float("nan")
    half = float(stats.t.ppf(0.5 + level / 2, df)) * se / (survival * -np.log(survival))
    place = np.log(-np.log(survival))
    low, high = (1.0 - float(np.exp(-np.exp(place + sign * half))) for sign in (-1, 1))
    return low, high
