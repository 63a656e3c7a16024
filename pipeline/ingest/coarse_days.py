"""Openings and closings told as a month or a year alone (« septembre 2018 »), and the day that stands for them.

A register would lose the space for the day that nobody kept.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.ingest.readers.received import Note
from pipeline.ingest.values import Distinct, dates, months, text_of
from pipeline.instrument import Question

#: Role -> whether the period stands for its last day.
_ENDS = {"opened": False, "label_date": False, "closed": True}
_YEAR = re.compile(r"(?:19|20)\d\d")


def with_days(q: Question, found: Distinct) -> tuple[Distinct, list[Note]]:
    """Return the values of an opening or a closing with a day where they tell a month or a year alone, and the note."""
    if q.role is None or q.role not in _ENDS or q.date_format is not None:
        return found, []
    alone = Distinct(np.arange(len(found.values)), found.values, pd.RangeIndex(len(found.values)))
    days, named = dates(alone, None)[0], months(alone)[0]
    values, told = list(found.values), []
    for at, (value, day, month) in enumerate(zip(values, days, named, strict=True)):
        text = text_of(value) if isinstance(value, str) and pd.isna(day) else None
        if text is None or (not _YEAR.fullmatch(text) and pd.isna(month)):
            continue
        period = pd.Period(text, "Y") if _YEAR.fullmatch(text) else pd.Period(str(month), "M")
        values[at] = f"{period.end_time if _ENDS[q.role] else period.start_time:%Y-%m-%d}"
        told.append(text)
    if not told:
        return found, []
    which = "last" if _ENDS[q.role] else "first"
    said = f"a month or a year alone stands for its {which} day"
    return replace(found, values=values), [Note("coarse_day", q.name, told[0], which, said)]
