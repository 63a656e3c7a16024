"""Density and reciprocity of a whole network, from the actors who answered.

Answering is taken as drawing by lot among actors of the same type: those who answered stand for the silent of their
type. Every actor who answered tells of all others, silent ones included, so that a density is a mean over actors; a
reciprocity needs both ends to have answered. Errors come from leaving out one actor at a time within types (the
stratified jackknife, with the share of actors who answered as sampling fraction).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.networks.bounds import among
from pipeline.results import one
from pipeline.survey import Design

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Types = NDArray[np.object_]


@dataclass(frozen=True)
class Estimated:
    """An estimate with its error, interval and, for a change, p-value."""

    estimate: float
    se: float
    lower: float
    upper: float
    df: float = np.nan
    p_value: float = np.nan

    def times(self, factor: float, less: float = 0.0) -> Estimated:
        """Return the estimate of a multiple of the number less a constant."""
        values = (factor * (v - less) for v in (self.estimate, self.lower, self.upper))
        estimate, lower, upper = values
        return Estimated(estimate, factor * self.se, lower, upper, self.df, self.p_value)


def sampled(types: Types, answered: Bools, values: Floats) -> Design:
    """Return the actors who answered as a sample stratified by type, with a column ``value``.

    Parameters
    ----------
    types : (n,) type of every actor. answered : (n,). values : (m,) a number of each actor who answered.
    """
    own = pd.Series(types[answered], dtype="object")
    size = own.map(pd.Series(types).value_counts()).astype("float64")
    frame = pd.DataFrame({"type": own, "size": size, "value": values})
    frame["weight"] = size / own.map(own.value_counts()).astype("float64")
    return Design(frame, weights="weight", strata="type", population_sizes=["size"])


def partners(ties: Bools, types: Types, answered: Bools) -> Estimated:
    """Estimate how many others an actor declares, on average; divided by n - 1, the density.

    Parameters
    ----------
    ties : (n, n) observed (rows of silent actors hold nothing).

    Raises
    ------
    SurveyError
        A type with silent actors has one answer only.
    """
    return _mean(sampled(types, answered, _degrees(ties, answered)))


def reciprocity(ties: Bools, types: Types, answered: Bools) -> Estimated:
    """Estimate the share of ties that are returned, from pairs of actors who both answered."""
    design = sampled(types, answered, _degrees(ties, answered))
    return _of_weights(design, _returned(ties, types, answered))


def change(first: Estimated, last: Estimated) -> Estimated:
    """Estimate how much a number of the whole network changed, from what is estimated of it at the two dates.

    It is the difference of the two levels, with the same inference: of this network, what those who answered leave
    unknown. The answers of the two dates are taken as independent, which makes the error too large rather than too
    small where the same actors answer twice. Where everybody answered both times, nothing is estimated.
    """
    value, se = last.estimate - first.estimate, float(np.hypot(first.se, last.se))
    if se == 0:
        return Estimated(value, 0.0, value, value)
    df = float(np.nanmin([first.df, last.df]))
    half = float(special.stdtrit(df, 0.975)) * se
    return _tested(value, se, value - half, value + half, df)


def _degrees(ties: Bools, answered: Bools) -> Floats:
    out: Floats = ties[answered].sum(axis=1).astype(np.float64)
    return out


def _mean(design: Design) -> Estimated:
    row = one(design.mean("value"), "value")
    return _tested(row["estimate"], row["se"], row["lower"], row["upper"], row["df"])


@dataclass(frozen=True)
class _Pairs:
    """A share of pairs of actors who answered: those counted, and those they are counted among (both (m, m))."""

    counted: Floats
    whole: Floats

    @classmethod
    def of(cls, counted: Bools, whole: Bools, own: Types, types: Types) -> _Pairs:
        """Return the pairs with the correction of those inside a type.

        Two actors of one type answer together a little more rarely than each alone twice: (n - 1) / (m - 1) stands in
        the place of n / m for the second.
        """
        kinds = pd.Series(own, dtype="object")
        n_h = kinds.map(pd.Series(types).value_counts()).to_numpy(np.float64)
        m_h = kinds.map(kinds.value_counts()).to_numpy(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            together = np.where(m_h > 1, (1 - 1 / n_h) / (1 - 1 / m_h), 1.0)
        factor = np.where(own[:, None] == own[None, :], together[:, None], 1.0)
        return cls(np.where(counted, factor, 0.0), np.where(whole, factor, 0.0))

    def share(self, weights: Floats) -> float:
        """Return the share with weights (m,) of the actors."""
        whole = float(weights @ self.whole @ weights)
        return float(weights @ self.counted @ weights) / whole if whole else float("nan")


def _returned(ties: Bools, types: Types, answered: Bools) -> _Pairs:
    inside = among(ties, answered)
    return _Pairs.of(inside & inside.T, inside, types[answered], types)


def _of_weights(design: Design, pairs: _Pairs) -> Estimated:
    """Return a share of pairs by the stratified jackknife."""

    def told(weights: Floats) -> Floats:
        return np.array([pairs.share(weights)])

    if (design.stages[0].fraction >= 1).all():  # everybody answered: nothing is estimated
        value = float(told(design.weights)[0])
        return Estimated(value, 0.0, value, value)
    row = one(design.replicates("JKn").of_weights(told), "JKn")
    return _tested(row["estimate"], row["se"], row["lower"], row["upper"], float(design.degrees_of_freedom))


def _tested(estimate: float, se: float, lower: float, upper: float, df: float) -> Estimated:
    p = float(2 * special.stdtr(df, -abs(estimate / se))) if se > 0 and df > 0 else float("nan")
    return Estimated(float(estimate), float(se), float(lower), float(upper), float(df), p)
