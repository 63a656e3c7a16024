"""Answers that cannot both be true: declared pairs, age against year of birth, visits to a closed space."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.ingest.recode import ANSWERED, Recoded
from pipeline.ingest.routing import HOLDS, holds
from pipeline.instrument import Condition, Contradiction, Instrument


def contradictions(instrument: Instrument, clean: pd.DataFrame, pair: Contradiction) -> np.ndarray:
    """Return, a record, the two answers that contradict each other, or an empty text.

    A record contradicts itself when it answers every question of ``if`` as stated there, and a question of ``then``
    otherwise than stated; questions left blank, refused or not asked contradict nothing.
    """
    n = len(clean)
    stated = np.ones(n, dtype=bool)
    for condition in pair.when:
        answered, met = _met(instrument, clean, condition)
        stated &= answered & met
    texts = np.full(n, "", dtype=object)
    for condition in pair.then:
        answered, met = _met(instrument, clean, condition)
        for row in np.flatnonzero(stated & answered & ~met & (texts == "")):
            said = [_said(instrument, clean, c, int(row)) for c in (*pair.when, condition)]
            texts[row] = ", ".join(said)
    return texts


def _met(instrument: Instrument, clean: pd.DataFrame, condition: Condition) -> tuple[np.ndarray, np.ndarray]:
    """Return who answered the question of a condition, and whom the condition holds for."""
    q = instrument.question(condition.question)
    assert q is not None
    status = clean[f"{q.name}__status"].cat.codes.to_numpy()
    values = {c: clean[c] for c in q.clean_columns() if c in clean}
    return status == ANSWERED, holds(condition, q, Recoded(values, status)) == HOLDS


def _said(instrument: Instrument, clean: pd.DataFrame, condition: Condition, row: int) -> str:
    q = instrument.question(condition.question)
    assert q is not None
    if q.type == "multiple":
        boxes = {i.name: clean[f"{q.name}_{i.name}"].fillna(False) for i in q.items}
        ticked = [name for name, box in boxes.items() if box.iloc[row]]
        return f"{q.name}: {', '.join(ticked) or 'none'}"
    if q.name not in clean:
        return q.name
    value = clean[q.name].iloc[row]
    return f"{q.name}: {value:g}" if isinstance(value, float) else f"{q.name}: {value}"


def age_against_birth(age: np.ndarray, born: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return, a record, the age and year of birth that do not go together, or an empty text.

    Parameters
    ----------
    age : completed years; born : year of birth; NaN where unknown.
    first, last : years in which the fieldwork of the record's wave began and ended.

    Notes
    -----
    Whoever has not had a birthday yet is a year younger than the difference of the years.
    """
    wrong = (age < first - born - 1) | (age > last - born)
    texts = np.full(len(age), "", dtype=object)
    for row in np.flatnonzero(wrong):
        texts[row] = f"age {age[row]:g}, born {born[row]:g}"
    return texts


def while_closed(
    month: np.ndarray, visits: np.ndarray, opened: np.ndarray, closed: np.ndarray, length: int = 1
) -> np.ndarray:
    """Return, a record, the period with visits before the space opened or after it closed, or an empty text.

    Parameters
    ----------
    month, opened, closed : months counted from year 0 (`month_number`), NaN where unknown; of a period, the first of
        its ``length`` months. visits : counts.
    """
    texts = np.full(len(month), "", dtype=object)
    last = month + length - 1
    for wrong, limit, word in ((last < opened, opened, "opened"), (month > closed, closed, "closed")):
        for row in np.flatnonzero(wrong & (visits > 0)):
            when = _month(month[row]) if length == 1 else f"{_month(month[row])} to {_month(last[row])}"
            texts[row] = f"visits in {when}, {word} in {_month(limit[row])}"
    return texts


def month_number(months: pd.Series) -> np.ndarray:
    """Return months written `YYYY-MM`, or days, as months counted from year 0 (NaN where missing)."""
    codes, distinct = pd.factorize(months)
    days = pd.to_datetime(pd.Series(distinct), errors="coerce")
    numbers = (days.dt.year * 12 + days.dt.month - 1).to_numpy(dtype=float)
    return np.append(numbers, np.nan)[codes]


def _month(number: float) -> str:
    return f"{int(number) // 12}-{int(number) % 12 + 1:02d}"
