"""From answers to numbers: who was asked, what counts as yes, and what to call it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.instrument import Code, Condition, Question
from pipeline.instrument.composite_question import MET, CompositeQuestion
from pipeline.results.quantity import ANSWERED, VALUE, Codes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Event:
    """What an outcome counts and among whom, in variables and codes of the instrument.

    Parameters
    ----------
    counted : variable -> codes of those who count; empty where everybody does.
    answered : variables that must have an answer.   question : whose routing says who was asked, wave by wave.
    where : further conditions of the base.   also : further variables and codes of the base.
    """

    counted: Codes
    answered: tuple[str, ...] = ()
    question: Question | None = None
    where: tuple[Condition, ...] = ()
    also: Codes = field(default_factory=dict)

    def base(self, wave: str) -> dict[str, Iterable[object]]:
        """Return variable -> codes of those among whom it is counted in a wave."""
        conditions = [*(self.question.routing(wave) if self.question is not None else ()), *self.where]
        among: dict[str, Iterable[object]] = dict.fromkeys(self.answered, ANSWERED)
        for condition in conditions:
            among[condition.question] = [*_condition_codes(condition)]
        return {**among, **self.also}


#: Whom a total counts.
EVERYBODY = Event({})


def _condition_codes(condition: Condition) -> Iterable[object]:
    if condition.codes is not None:
        return condition.codes
    low = [f">={condition.minimum:g}"] if condition.minimum is not None else []
    return [*low, *([f"<={condition.maximum:g}"] if condition.maximum is not None else [])]


def answers_of(question: Question, codes: Sequence[object], where: Sequence[Condition] = ()) -> Event:
    """Return the event that an answer is one of ``codes``, among those asked who answered.

    A composite of boxes of one question counts what those boxes count, and is protected with them.
    """
    if isinstance(question, CompositeQuestion) and question.boxes is not None and list(codes) == [MET]:
        return ticked(*question.boxes, where=where)
    return Event({question.name: codes}, (question.name,), question, tuple(where))


def value_of(question: Question, where: Sequence[Condition] = ()) -> Event:
    """Return the answer itself as a number, among those asked who answered."""
    return Event({question.name: VALUE}, (question.name,), question, tuple(where))


def ticked(question: Question, items: Sequence[str], least: int = 1, where: Sequence[Condition] = ()) -> Event:
    """Return the event that at least ``least`` of some boxes are ticked, among those who answered the question."""
    if len(items) == 1:
        return Event({f"{question.name}.{items[0]}": [1]}, (question.name,), question, tuple(where))
    return Event({f"{question.name}~{least}_of": items}, (question.name,), question, tuple(where))


@dataclass(frozen=True)
class Outcome:
    """One variable to estimate.

    Parameters
    ----------
    indicator, measure, unit : as in the results table (unit share, mean or score).
    values : (n,) one number a row of the design's frame, NaN outside the base and where there is no answer; estimates
        take them as numbers of eight bytes.
    base : wave -> label key of who was asked; waves that did not ask are absent.
    event : what is counted among whom, in variables and codes of the instrument.
    domain : part of the domain that the outcome itself carries (the category of a distribution).
    asked : the question behind it, which says whether two waves compare; None for what no questionnaire asks.
    linearised : whether ``values`` are those of a statistic that is no mean, of which they have the estimate as their
        mean and the variance: of a share, nobody said yes or no.
    """

    indicator: str
    measure: str
    unit: str
    values: Floats
    base: Mapping[str, str]
    event: Event
    domain: Mapping[str, object] = field(default_factory=dict)
    asked: Question | None = None
    linearised: bool = False

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


def ticks(values: pd.Series, codes: Sequence[Code]) -> Floats:
    """Return what :func:`one_of` does in a quarter of the memory, for estimates alone: many answers are held."""
    return cast("Floats", one_of(values, codes).astype(np.float16))


def compact(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return outcomes for estimates alone, in a quarter of the memory where that changes none of their values."""
    return [replace(o, values=_in_two_bytes(o.values)) for o in outcomes]


def _in_two_bytes(values: Floats) -> Floats:
    with np.errstate(over="ignore"):
        small = values.astype(np.float16)
    return cast("Floats", small) if np.array_equal(small, values, equal_nan=True) else values


def any_of(columns: pd.DataFrame) -> Floats:
    """Return (n,) 1 where any box is ticked, 0 where none is, NaN where no box was answered."""
    ticks = np.column_stack([numbers(columns[c]) for c in columns])
    answered = ~np.isnan(ticks).all(axis=1)
    return np.where(answered, (np.nan_to_num(ticks) > 0).any(axis=1), np.nan)
