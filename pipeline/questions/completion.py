"""Visits of months without a return, expected from the level of their space and the effect of their month.

A return that was not sent is missing, not zero: a sum over months adds what was received to what is expected of the
rest, with its error. A month after a space closed, or before it opened, is not missing and adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from pipeline.questions.panel import Bools, Floats, Ints, Panel

_Z = 1.959963984540054
#: Counts of as many returns as parameters show no dispersion: a month may then be anything of its own size.
_THETA_UNKNOWN = 1.0
_THETA_MOST = 1e6


@dataclass(frozen=True)
class Means:
    """What a whole return is expected to hold: level of the space (S,) times effect of the month (S, M).

    level_error : (S,) variance of what is borrowed for a space that never sent anything, relative to its square.
    month_error : (S, M) the same of a month that nobody sent.  parameters : how many were fitted.
    """

    level: Floats
    month: Floats
    level_error: Floats
    month_error: Floats
    parameters: int

    @property
    def whole(self) -> Floats:
        """Return the (S, M) visits expected of whole returns."""
        return self.level[:, None] * self.month


@dataclass(frozen=True)
class Total:
    """Visits of some spaces over some months: received, completed, with the error of what was lacking."""

    received: float
    estimate: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Completed:
    """A panel without gaps: (S, M) visits received, and expected of what is lacking where a space was open.

    theta : of the negative binomial variance of one count.  level_error : (S,) and month_error : (S, M) relative
    variances of the fitted means, the second shared by the spaces of a ``season`` (S,).
    """

    received: Floats
    lacking: Floats
    theta: float
    level_error: Floats
    month_error: Floats
    season: Bools

    @property
    def visits(self) -> Floats:
        """Return (S, M) visits, received or expected."""
        return self.received + self.lacking

    def total(self, member: Floats, inside: Bools) -> Total:
        """Return the visits of the spaces of ``member`` (S,) in the months ``inside`` (M,).

        Errors of single counts are independent; that of the level of a space is shared by its months, that of a
        month by its spaces. The interval is that of a logarithm, so that it never falls below what was received.
        """
        received = float(member @ self.received[:, inside].sum(axis=1))
        lacking = member[:, None] * self.lacking[:, inside]
        expected = float(lacking.sum())
        if expected <= 0:
            return Total(received, received, 0.0, received, received)
        variance = float((lacking + lacking**2 / self.theta).sum())
        variance += float((lacking.sum(axis=1) ** 2) @ self.level_error)
        for place in np.unique(self.season):
            shared = lacking[self.season == place].sum(axis=0)
            variance += float(shared**2 @ self.month_error[self.season == place][0, inside])
        se = float(np.sqrt(variance))
        factor = float(np.exp(min(_Z * se / expected, 50.0)))
        return Total(received, received + expected, se, received + expected / factor, received + expected * factor)


def complete(panel: Panel) -> Completed:
    """Return the panel with what open spaces did not send expected from a Poisson model of spaces and months.

    The dispersion is that of Pearson's statistic (Breslow 1984, Applied Statistics 33, 38).
    """
    coast = panel.sites["coast"].to_numpy(dtype=bool)
    kinds = panel.sites["type"].astype(str).to_numpy()
    calendar = np.asarray(panel.months.month)
    part = np.where(panel.open, np.nan_to_num(panel.part), 0.0) * panel.opened
    season = coast if _enough(part[coast]) and _enough(part[~coast]) else np.zeros(len(coast), dtype=bool)
    fitted = means(panel.visits, part, season, calendar, kinds)
    whole = fitted.whole
    mu, known = whole * part, part > 0
    theta = dispersion(panel.visits[known], mu[known], fitted.parameters)
    weight = np.divide(mu, 1 + mu / theta)
    level_error = fitted.level_error + _inverse(weight.sum(axis=1))
    month_error = fitted.month_error.copy()
    for place in np.unique(season):
        month_error[season == place] += _inverse(weight[season == place].sum(axis=0))
    lacking = np.where(panel.open, whole * (panel.opened - part), 0.0)
    return Completed(np.nan_to_num(panel.visits), lacking, theta, level_error, month_error, season)


def _enough(part: Floats) -> bool:
    """Return whether a month has ten returns on average, enough for effects of months of their own."""
    return bool(len(part)) and float(part.sum(axis=0).mean()) >= 10


def _inverse(values: Floats) -> Floats:
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def means(visits: Floats, part: Floats, season: Bools, calendar: Ints, kinds: NDArray[Any] | None = None) -> Means:
    """Return the means of a Poisson model of S spaces and M months, by proportional fitting, each season apart.

    visits, part : (S, M), NaN or 0 where nothing was received; part is the share of a return that was received.
    season : (S,) which spaces share effects of months.  calendar : (M,) month of the year.  kinds : (S,) types.
    A space that never sent anything gets the mean level of its type, a month that nobody sent the mean effect of the
    same month in other years (of all months where there is none).
    """
    counts, known = np.nan_to_num(visits), np.nan_to_num(part)
    level, level_error = np.zeros(len(counts)), np.zeros(len(counts))
    month, month_error = np.ones(counts.shape), np.zeros(counts.shape)
    parameters = 0
    for place in np.unique(season):
        rows = np.flatnonzero(season == place)
        own, effect = _proportional(counts[rows], known[rows])
        silent, unseen = known[rows].sum(axis=1) == 0, known[rows].sum(axis=0) == 0
        parameters += int((~silent).sum() + (~unseen).sum()) - 1
        effect, month_error[rows] = _borrowed_months(effect, unseen, calendar)
        level[rows], month[rows] = own, effect
    silent = known.sum(axis=1) == 0
    groups: NDArray[Any] = np.zeros(len(level)) if kinds is None else kinds
    level, level_error = _borrowed_levels(level, silent, groups)
    return Means(level, month, level_error, month_error, parameters)


def _proportional(counts: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Return levels (S,) and effects of months (M,) whose product has the sums of the counts received."""
    month, level = np.ones(counts.shape[1]), np.zeros(len(counts))
    for _ in range(200):
        exposed = known @ month
        level = np.divide(counts.sum(axis=1), exposed, out=np.zeros(len(counts)), where=exposed > 0)
        weight = level @ known
        fresh = np.divide(counts.sum(axis=0), weight, out=np.zeros_like(month), where=weight > 0)
        if np.abs(fresh - month).max() < 1e-9:
            break
        month = fresh
    return level, month


def _borrowed_months(effect: Floats, unseen: Bools, calendar: Ints) -> tuple[Floats, Floats]:
    effect, error = effect.copy(), np.zeros(len(effect))
    for m in np.flatnonzero(unseen):
        alike = ~unseen & (calendar == calendar[m])
        told = effect[alike if alike.any() else ~unseen]
        spread = told if len(told) > 1 else effect[~unseen]
        effect[m] = told.mean() if len(told) else 0.0
        error[m] = spread.var(ddof=1) / effect[m] ** 2 if len(spread) > 1 and effect[m] > 0 else 1.0
    return effect, error


def _borrowed_levels(level: Floats, silent: Bools, kinds: NDArray[Any]) -> tuple[Floats, Floats]:
    level, error = level.copy(), np.zeros(len(level))
    for s in np.flatnonzero(silent):
        alike = ~silent & (kinds == kinds[s])
        told = level[alike if alike.sum() > 1 else ~silent]
        level[s] = told.mean() if len(told) else 0.0
        spread = told.var(ddof=1) / level[s] ** 2 if len(told) > 1 and level[s] > 0 else 1.0
        error[s] = spread * (1 + 1 / max(len(told), 1))
    return level, error


def dispersion(y: Floats, mu: Floats, parameters: int) -> float:
    """Return the theta at which Pearson's statistic equals its degrees of freedom; infinite for Poisson counts."""
    y, mu = y[mu > 0], mu[mu > 0]
    free = len(y) - parameters
    if free <= 0:
        return _THETA_UNKNOWN

    def excess(log_theta: float) -> float:
        return float(((y - mu) ** 2 / (mu + mu**2 / np.exp(log_theta))).sum()) - free

    low, high = float(np.log(1e-3)), float(np.log(_THETA_MOST))
    if excess(high) <= 0:
        return float("inf")
    if excess(low) >= 0:
        return float(np.exp(low))
    return float(np.exp(optimize.brentq(excess, low, high)))
