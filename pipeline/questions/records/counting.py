"""Sums over some records: how many, what they amount to, what they use, and on whom the sums rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.questions.records.reading import Bools, Floats, Objects, Records


@dataclass(frozen=True)
class Sum:
    """A sum over records: its value, how many records it adds up, and on whom it rests.

    contributors : persons, or places, with a part of it; the records themselves where neither is known.
    largest : largest part that one of them has, be it a person or a place.
    """

    value: float
    n: float
    contributors: float
    largest: float

    @property
    def mean(self) -> float:
        """Return the value by record; NaN without any."""
        return self.value / self.n if self.n else np.nan


def added(records: Records, values: Floats, inside: Bools) -> Sum:
    """Return the sum of values (n,) over the records ``inside`` whose value is known."""
    chosen = inside & np.isfinite(values)
    kept = values[chosen]
    known = [k for k in (records.person, records.place) if k is not None]
    keys: list[Objects | None] = [*known] or [None]
    shares = [_shares(kept, None if k is None else k[chosen]) for k in keys]
    largest = [s.max() / s.sum() for s in shares if len(s)]
    return Sum(float(kept.sum()), float(chosen.sum()), float(len(shares[0])), max(largest, default=np.nan))


def counted(records: Records, inside: Bools) -> Sum:
    """Return how many records are ``inside``."""
    return added(records, np.ones(records.n), inside)


def _shares(values: Floats, keys: Objects | None) -> Floats:
    """Return what each person or place adds, those that add something; records without a key stand for themselves."""
    if keys is None:
        return values[values > 0]
    codes, met = pd.factorize(keys)
    codes = np.where(codes < 0, len(met) + np.arange(len(codes)), codes)
    sums = np.bincount(codes, weights=values).astype(np.float64)
    return sums[sums > 0]
