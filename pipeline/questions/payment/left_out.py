"""Whom an amount is about: who said yes or no to a price, and who is left out of the amounts, by reason."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.questions import estimates
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome
from pipeline.questions.payment.bids import Asked
from pipeline.questions.payment.events import Events
from pipeline.questions.payment.settings import Settings
from pipeline.results import Result

USABLE, PROTEST, UNSURE, SILENT = "usable", "protest", "dont_know", "no_answer"
#: Statuses of those whom the question was not put to.
_NOT_ASKED = ("not_asked", "routed", "not_applicable")


def whom(
    entry: Entry, settings: Settings, subject: Subject, answers: Asked, waves: Iterable[str], events: Events
) -> list[Result]:
    """Return the shares of those asked that amounts rest on, and that are left out, which add up to one.

    Protests and answers "don't know" tell no amount, and leaving them out supposes that their amounts are those of
    the others (Jorgensen and others 1999, Environmental and Resource Economics 14, 131): a reader needs their number
    to judge that, beside the amount under the other convention (method ``protest_refuses``).
    """
    use = used(subject.frame[f"{settings.answer or settings.amount}__status"], answers)
    base = dict.fromkeys(waves, "all")
    outcomes = []
    for code in (USABLE, PROTEST, UNSURE, SILENT):
        values = np.where(use.isna(), np.nan, use == code)
        domain = {} if code == USABLE else {"left_out": code}
        if code == USABLE or np.nansum(values) > 0:
            name = USABLE if code == USABLE else "left_out"
            outcomes.append(Outcome(name, "share", "share", values, base, events.used(code), domain))
    return estimates.levels(entry, subject, outcomes)


def used(status: pd.Series, answers: Asked) -> pd.Series:
    """Return (n,) what became of each answer; missing where the question was not put."""
    status = status.astype("str").reset_index(drop=True)
    use = pd.Series(SILENT, index=status.index, dtype=object)
    use = use.mask(status.eq(UNSURE), UNSURE)
    use = use.mask(answers.protest == 1, PROTEST).mask(~np.isnan(answers.zero), USABLE)
    return use.mask(status.isin(_NOT_ASKED))
