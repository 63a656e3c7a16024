"""From answers to numbers: who was asked, what counts as yes, and what to call it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.instrument import Code, Condition, Question

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """One variable to estimate.

    Parameters
    ----------
    indicator, measure, unit : as in the results table (unit share, mean or score).
    values : (n,) one number a row of the design's frame, NaN outside the base and where there is no answer.
    base : wave -> label key of who was asked; waves that did not ask are absent.
    domain : part of the domain that the outcome itself carries (the category of a distribution).
    asked : the question behind it, which says whether two waves compare; None for what no questionnaire asks.
    """

    indicator: str
    measure: str
    unit: str
    values: Floats
    base: Mapping[str, str]
    domain: Mapping[str, object] = field(default_factory=dict)
    asked: Question | None = None

    def compares(self, first: str, last: str) -> bool:
        """Return whether two waves asked it, and in words that compare."""
        same = self.asked is None or self.asked.comparable(first, last)
        return same and first in self.base and last in self.base


def condition_text(condition: Condition) -> str:
    """Return a routing condition as a label key: ``home_computer=yes``, ``AGE>=18``."""
    if condition.codes is not None:
        return f"{condition.question}={','.join(map(str, condition.codes))}"
    low = f"{condition.question}>={condition.minimum:g}" if condition.minimum is not None else ""
    high = f"{condition.question}<={condition.maximum:g}" if condition.maximum is not None else ""
    return "+".join(t for t in (low, high) if t)


def base_of(question: Question, waves: Iterable[str], more: Sequence[Condition] = ()) -> dict[str, str]:
    """Return wave -> label key of the base, for the waves that asked the question; ``all`` without routing."""
    bases = {}
    for wave in waves:
        if question.asked(wave):
            conditions = [*question.routing(wave), *more]
            bases[wave] = "+".join(dict.fromkeys(condition_text(c) for c in conditions)) or "all"
    return bases


def holds(frame: pd.DataFrame, conditions: Sequence[Condition]) -> NDArray[np.bool_]:
    """Return (n,) whether every condition holds; a missing answer does not hold."""
    inside = np.ones(len(frame), dtype=bool)
    for c in conditions:
        values = frame[c.question]
        if c.codes is not None:
            inside &= values.isin(list(c.codes)).to_numpy(dtype=bool, na_value=False)
        number = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        if c.minimum is not None:
            inside &= number >= c.minimum
        if c.maximum is not None:
            inside &= number <= c.maximum
    return inside


def numbers(values: pd.Series) -> Floats:
    """Return (n,) numbers, NaN where missing."""
    return pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)


def one_of(values: pd.Series, codes: Sequence[Code]) -> Floats:
    """Return (n,) 1 where the answer is one of ``codes``, 0 where it is another, NaN without an answer."""
    hit = values.isin(list(codes)).to_numpy(dtype=np.float64, na_value=0.0)
    return np.where(values.isna().to_numpy(), np.nan, hit)


def any_of(columns: pd.DataFrame) -> Floats:
    """Return (n,) 1 where any box is ticked, 0 where none is, NaN where no box was answered."""
    ticks = np.column_stack([numbers(columns[c]) for c in columns])
    answered = ~np.isnan(ticks).all(axis=1)
    return np.where(answered, (np.nan_to_num(ticks) > 0).any(axis=1), np.nan)
