"""Who was asked what: bases come from the routing, never from blanks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.ingest.recode import ANSWERED, NO_ANSWER, NOT_ASKED, ROUTED, Recoded
from pipeline.instrument import Condition, Instrument, Question

#: Joined conditions: the smallest state wins.
FAILS, UNKNOWN, HOLDS = 0, 1, 2


def route(instrument: Instrument, wave: str | None, recoded: dict[str, Recoded]) -> dict[str, Recoded]:
    """Return the questions with status `routed` where the routing passed them by.

    A row is routed past when a condition is known to fail (a refusal or a « don't know » on the filter is known), when
    the filter question was itself passed by, or when filter and question are both blank: the base holds those who are
    known to have been asked. A filter that the wave did not ask routes nobody. An answer to a question that was
    passed by is kept in ``past`` for the expectations and blanked.

    Raises
    ------
    ValueError
        Two questions route each other in a circle.
    """
    done: dict[str, Recoded] = {}
    open_now: list[str] = []

    def settle(q: Question) -> Recoded:
        if q.name in done:
            return done[q.name]
        if q.name in open_now:
            raise ValueError(" -> ".join([*open_now[open_now.index(q.name) :], q.name]))
        open_now.append(q.name)
        asked = np.full(len(recoded[q.name].status), HOLDS, dtype=np.int8)
        for condition in q.routing(wave):
            filter_question = instrument.question(condition.question)
            assert filter_question is not None
            asked = np.minimum(asked, holds(condition, filter_question, settle(filter_question)))
        open_now.pop()
        blank = recoded[q.name].status == NO_ANSWER
        done[q.name] = _passed(recoded[q.name], (asked == FAILS) | ((asked == UNKNOWN) & blank))
        return done[q.name]

    return {q.name: settle(q) for q in instrument.questions}


def holds(condition: Condition, q: Question, r: Recoded) -> np.ndarray:
    """Return, a row, whether a condition on a question `HOLDS`, `FAILS` or is `UNKNOWN`."""
    values = next(iter(r.clean.values()), None)
    if q.type == "multiple":
        names = [f"{q.name}_{c}" for c in condition.codes or []]
        met = np.zeros(len(r.status), dtype=bool)
        for name in names:
            met |= r.clean[name].fillna(False).to_numpy(dtype=bool)
    elif values is None:
        met = r.status == ANSWERED
    elif condition.codes is not None:
        met = values.astype("str").isin([str(c) for c in condition.codes]).to_numpy()
    else:
        number = pd.to_numeric(values).astype("Float64")
        met = np.ones(len(number), dtype=bool)
        if condition.minimum is not None:
            met &= (number >= condition.minimum).fillna(False).to_numpy(dtype=bool)
        if condition.maximum is not None:
            met &= (number <= condition.maximum).fillna(False).to_numpy(dtype=bool)
    known = np.where(met, HOLDS, FAILS)
    state = np.where(r.status == ANSWERED, known, FAILS)
    state = np.where(r.status == NO_ANSWER, UNKNOWN, state)
    return np.where(r.status == NOT_ASKED, HOLDS, state).astype(np.int8)


def _passed(r: Recoded, passed: np.ndarray) -> Recoded:
    passed = passed & (r.status != NOT_ASKED)
    if not passed.any():
        return r
    against = passed & (r.status == ANSWERED)
    past = None
    if against.any():
        first = next(iter(r.clean.values()), None)
        shown = first.astype("str") if first is not None else pd.Series("", index=r.seen.index)  # type: ignore[union-attr]
        past = shown.where(against).astype("category")
    clean = {name: values.mask(passed) for name, values in r.clean.items()}
    return replace(r, clean=clean, status=np.where(passed, ROUTED, r.status).astype(np.int8), past=past)
