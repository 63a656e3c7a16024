"""Quantiles by domain and Woodruff intervals, under R's names for rules and interval types.

Rules follow Hyndman and Fyfe's successors as R's survey names them ("math", "school", "hf1" to "hf9",
"shahvaish"), weighted as in `svyquantile` (survey 4.1). Two differences, both where R is off: a probability
below the share of the smallest value gives the smallest value (R steps to the second), and cumulated shares
within 1e-12 of a probability count as equal to it (R compares sums in floating point). "shahvaish" halves the
standardised weight as Shah and Vaish (2006, ASA Survey Research Methods, 3576) define it, where R halves the weight as
it stands; it is refused where one observation outweighs the rest around the quantile (see `_shah_vaish`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.survey.domains import Domains, outcomes_of
from pipeline.survey.errors import UnsupportedError, listed
from pipeline.survey.intervals import proportion_interval, t_quantile
from pipeline.survey.linearised import mean_of
from pipeline.survey.structure import Floats, Ints, grouped
from pipeline.survey.tables import degrees_of_freedom, design_effect, standard_errors
from pipeline.survey.weights import refuse_negative

if TYPE_CHECKING:
    from pipeline.survey.sample import Sample

INTERVALS = {"mean": "mean", "beta": "beta", "xlogit": "logit", "asin": "asin"}
TIE = 1e-12


@dataclass(frozen=True)
class Ordered:
    """Observed values sorted within domains: value, weight, domain (r,); start and count (D,)."""

    value: Floats
    weight: Floats
    domain: Ints
    start: Ints
    count: Ints
    total: Floats

    @property
    def share(self) -> Floats:
        """Cumulated share of weight (r,) up to and with each value, within its domain."""
        running = np.cumsum(self.weight)
        before = np.where(self.start > 0, running[np.maximum(self.start - 1, 0)], 0.0)
        return (running - before[self.domain]) / self.total[self.domain]

    @property
    def last(self) -> Ints:
        """Position (D,) of the largest value of each domain."""
        return self.start + np.maximum(self.count - 1, 0)


def ordered(value: Floats, weights: Floats, domains: Domains, merge: bool = False) -> Ordered:
    """Sort the observed values with a positive weight within domains; `merge` joins equal values."""
    used = np.flatnonzero((domains.code >= 0) & (weights > 0) & ~np.isnan(value))
    order = used[np.lexsort((value[used], domains.code[used]))]
    x, w, d = value[order], weights[order], domains.code[order]
    if merge and len(x):
        new = np.r_[True, (np.diff(x) != 0) | (np.diff(d) != 0)]
        w = grouped(np.cumsum(new) - 1, w, int(new.sum()))
        x, d = x[new], d[new]
    count = np.bincount(d, minlength=len(domains)).astype(np.int64)
    return Ordered(x, w, d, np.cumsum(count) - count, count, grouped(d, w, len(domains)))


def _at_or_below(o: Ordered, points: Floats, p: Floats) -> Ints:
    """Position (D,) of the last point at most p in each domain, start - 1 where there is none.

    Points rise from 0 to 1 inside a domain; adding four times the domain's number makes one rising sequence.
    """
    each = np.arange(len(o.count))
    tie = TIE * max(1, 4 * len(each))
    return np.searchsorted(points + 4.0 * o.domain, p + 4.0 * each + tie, side="right") - 1


def _step(o: Ordered, p: Floats, between: Callable[[Floats, Floats, Ints], Floats]) -> Floats:
    share = o.share
    low = _at_or_below(o, share, p)
    low_known = np.maximum(low, o.start)
    up = np.minimum(low + 1, o.last)
    equal = (low >= o.start) & (np.abs(share[low_known] - p) <= TIE * max(1, 8 * len(o.count)))
    return np.where(equal, between(o.value[low_known], o.value[up], low_known - o.start + 1), o.value[up])


def _interpolated(o: Ordered, points: Floats, p: Floats) -> Floats:
    low = np.clip(_at_or_below(o, points, p), o.start, o.last)
    up = np.minimum(low + 1, o.last)
    width = points[up] - points[low]
    part = np.divide(p - points[low], width, out=np.zeros_like(p), where=width > 0)
    return o.value[low] + np.clip(part, 0.0, 1.0) * (o.value[up] - o.value[low])


def _shah_vaish(o: Ordered, p: Floats) -> Floats:
    """Largest value whose position, the middle of its own step of the distribution, is at most p.

    The rule takes steps to be those of equal weights, 1 / n or about: it may then miss the probability by one average
    observation. Where the next observation carries more than about twice the average weight it misses by half of that
    weight, always downwards.

    Raises
    ------
    UnsupportedError
    """
    size = o.count[o.domain]
    standard = o.weight * size / o.total[o.domain]
    points = (o.share * size + 0.5 - standard / 2) / (size + 1)
    place = np.clip(_at_or_below(o, points, p), o.start, o.last)
    missed = (p - o.share[place]) * o.count
    if (missed > 1 + 1e-9).any():
        d = int(np.argmax(missed))
        heavy = standard[np.minimum(place[d] + 1, o.last[d])]
        raise UnsupportedError(
            f"qrule 'shahvaish' takes weights that are nearly equal: the observation after {o.value[place[d]]:g} "
            f"weighs {heavy:.3g} times the average, so the rule would stop {missed[d]:.3g} average observations below "
            f"the probability {p[d]:g}; choose qrule='math', 'school' or 'hf7', which hold under any weights"
        )
    return o.value[place]


def _points(o: Ordered, rule: str) -> Floats:
    """Plotting positions (r,) of the interpolating rules."""
    share, w = o.share, o.weight / o.total[o.domain]
    end = w[o.last][o.domain]
    before = share - w
    if rule == "hf4":
        return share
    if rule == "hf5":
        return share - w / 2
    if rule == "hf6":
        return share / (1 + end)
    if rule == "hf7":
        return np.divide(before, 1 - end, out=np.zeros_like(before), where=end < 1)
    if rule == "hf8":
        return (before / 3 + share * 2 / 3) / (1 + end / 3)
    return (before * 3 / 8 + share * 5 / 8) / (1 + end / 4)


RULES = ("math", "school", "shahvaish", *(f"hf{k}" for k in range(1, 10)))


def quantile_values(o: Ordered, p: Floats, qrule: str) -> Floats:
    """Return the quantile (D,) of each domain at its probability p (D,); NaN without observations or p."""
    known = (o.count > 0) & ~np.isnan(p)
    if not len(o.value):
        return np.full(len(p), np.nan)
    q = np.where(known, p, 0.5)
    # a domain without observations borrows a neighbour's position and is blanked below
    if qrule in ("math", "hf1"):
        value = _step(_safe(o), q, lambda low, up, rank: low)
    elif qrule in ("school", "hf2"):
        value = _step(_safe(o), q, lambda low, up, rank: (low + up) / 2)
    elif qrule == "hf3":
        value = _step(_safe(o), q, lambda low, up, rank: np.where(rank % 2 == 0, low, up))
    elif qrule == "shahvaish":
        value = _shah_vaish(_safe(o), q)
    else:
        value = _interpolated(_safe(o), _points(_safe(o), qrule), q)
    return np.where(known, value, np.nan)


def _safe(o: Ordered) -> Ordered:
    start = np.minimum(o.start, len(o.value) - 1)
    return Ordered(o.value, o.weight, o.domain, start, o.count, o.total)


def quantile_table(
    design: Sample,
    variables: Sequence[str],
    probabilities: Sequence[float],
    domains: Domains,
    qrule: str,
    interval: str,
    level: float,
) -> pd.DataFrame:
    """Return quantiles with Woodruff intervals; see `Design.quantile`."""
    if qrule not in RULES:
        raise UnsupportedError(f"qrule '{qrule}' is not known; choose one of {listed(RULES, 20)}")
    if interval not in INTERVALS:
        raise UnsupportedError(f"interval '{interval}' is not known for quantiles; choose one of {listed(INTERVALS)}")
    wrong = [p for p in probabilities if not 0 <= p <= 1]
    if wrong or not len(probabilities):
        raise UnsupportedError(f"probabilities must lie between 0 and 1, found {listed(wrong) or 'none'}")
    refuse_negative(design.weights, "quantile")
    y = outcomes_of(design.frame, variables)
    parts = [
        _one(design, name, y[:, j], p, domains, qrule, interval, level)
        for j, name in enumerate(variables)
        for p in probabilities
    ]
    order = np.arange(len(parts) * len(domains)).reshape(len(parts), len(domains)).T.ravel()
    return pd.concat(parts, ignore_index=True).iloc[order].reset_index(drop=True)


def _one(
    design: Sample, name: str, y: Floats, p: float, domains: Domains, qrule: str, interval: str, level: float
) -> pd.DataFrame:
    o = ordered(y, design.weights, domains, merge=qrule == "hf3")
    value = quantile_values(o, np.full(len(domains), p), qrule)
    # Woodruff (1952): an interval for the share at most the quantile, carried back by the quantile function
    below = np.where(np.isnan(y), np.nan, y <= value[np.maximum(domains.code, 0)])
    linear = mean_of(below[:, None], design.weights, domains, [name])
    se = standard_errors(design, linear)
    df = degrees_of_freedom(design, linear.presence)
    n, degrees = linear.n.astype(np.float64), df.astype(np.float64)
    low, high = proportion_interval(linear.estimate, se, n, degrees, level, INTERVALS[interval])
    lower = quantile_values(o, np.where(low < 0, np.nan, low), qrule)
    upper = quantile_values(o, np.where(high > 1, np.nan, high), qrule)
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = design_effect(se, linear.srs_variance)
        columns: dict[str, Any] = {
            "variable": name,
            "category": None,
            "probability": p,
            "estimate": value,
            "se": (upper - lower) / (2 * t_quantile(degrees, level)),
            "lower": lower,
            "upper": upper,
            "df": df,
            "n": linear.n,
            "n_effective": n / deff,
            "deff": deff,
        }
    return domains.table.reset_index(drop=True).assign(**columns)
