"""Composites of a wave: worked out from the recoded and routed answers to their parts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.ingest.recode import ANSWERED, NO_ANSWER, NOT_ASKED, ROUTED, STATUSES, Recoded
from pipeline.ingest.routing import HOLDS, UNKNOWN, holds
from pipeline.instrument import Instrument, Question
from pipeline.instrument.composite_question import MET, UNMET, CompositeQuestion

#: Statuses of an answer that somebody who was asked did not give: whether it counts is not known.
_UNKNOWN = [STATUSES.index(s) for s in ("no_answer", "refused", "dont_know")]


def received_alone(instrument: Instrument) -> Instrument:
    """Return the instrument without its composites, which no file holds."""
    kept: list[Question] = [q for q in instrument.questions if not isinstance(q, CompositeQuestion)]
    return instrument.model_copy(update={"questions": kept}) if len(kept) < len(instrument.questions) else instrument


def with_composites(instrument: Instrument, wave: str | None, recoded: dict[str, Recoded]) -> dict[str, Recoded]:
    """Return the questions with the composites of the instrument, in its order.

    Yes where at least the number of parts asked for is known to hold, no where it can no longer be reached, else
    missing: a known yes decides, whatever else was left blank.
    """
    made = dict(recoded)
    for q in instrument.questions:
        if isinstance(q, CompositeQuestion):
            made[q.name] = _composite(q, wave, made)
    return made


def _composite(q: CompositeQuestion, wave: str | None, recoded: dict[str, Recoded]) -> Recoded:
    parts = [(part, other, recoded[other.name]) for part, other in q.of_parts]
    n = len(parts[0][2].status)
    statuses = np.array([r.status for _, _, r in parts])
    states = np.array([holds(part, other, r) for part, other, r in parts])
    states = np.where(np.isin(statuses, _UNKNOWN), UNKNOWN, states)
    known, open_still = (states == HOLDS).sum(axis=0), (states == UNKNOWN).sum(axis=0)
    met, unmet = known >= q.rule.least, known + open_still < q.rule.least
    status = np.full(n, NO_ANSWER)
    status[met | unmet] = ANSWERED
    # passed by is who was passed by on every part, where all were put to the same people
    if q.routing(wave):
        status[(statuses == ROUTED).all(axis=0)] = ROUTED
    # a wave without one of the parts does not have the composite: yes could be told, and no could not
    status[(statuses == NOT_ASKED).any(axis=0) | (not q.asked(wave))] = NOT_ASKED
    values = np.full(n, None, dtype=object)
    answered = status == ANSWERED
    values[answered & met], values[answered & unmet] = MET, UNMET
    return Recoded({q.name: pd.Series(values, dtype="str")}, status.astype(np.int8))
