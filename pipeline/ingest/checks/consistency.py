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


def while_closed(months: pd.Series, visits: pd.Series, opened: pd.Series, closed: pd.Series) -> np.ndarray:
    """Return, a record, the month with visits before the space opened or after it closed, or an empty text.

    Parameters
    ----------
    months : `YYYY-MM`. opened, closed : days, missing where the register has none.
    """
    some = (visits.astype("Float64") > 0).fillna(False).to_numpy(dtype=bool) & months.notna().to_numpy()
    month = months.fillna("").to_numpy(dtype=object).astype(str)
    texts = np.full(len(months), "", dtype=object)
    for day, word in ((opened, "opened"), (closed, "closed")):
        limit = day.dt.strftime("%Y-%m").fillna("").to_numpy(dtype=object).astype(str)
        wrong = some & (limit != "") & ((month < limit) if word == "opened" else (month > limit))
        texts[wrong] = [f"visits in {m}, {word} in {w}" for m, w in zip(month[wrong], limit[wrong], strict=True)]
    return texts
