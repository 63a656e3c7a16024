"""Item nonresponse: of those who were asked, how many did not answer. The base comes from the routing."""

from __future__ import annotations

import pandas as pd

from pipeline.ingest.recode import coded, free_text
from pipeline.instrument import Instrument, Question
from pipeline.instrument.composite_question import CompositeQuestion

#: Statuses of someone who was asked and did not answer.
SILENT = ("no_answer", "refused", "dont_know")
COLUMNS = ["wave", "question", "records", "asked", "answered", "silent", "routed"]
#: Keys, identifiers and what the pipeline needs of every record are no questions to a respondent.
NOT_ASKED_OF_PEOPLE = (
    "respondent", "identifier", "open_text", "site", "site_name", "aliases", "weight", "date", "month", "inclusion",
    "population_size", "stratum", "mode", "birth_date",
)  # fmt: skip


def looked_at(instrument: Instrument) -> list[Question]:
    """Return the questions put to people whose answers are codes, boxes or numbers."""
    return [
        q
        for q in instrument.questions
        if q.role not in NOT_ASKED_OF_PEOPLE
        and not isinstance(q, CompositeQuestion)
        and not free_text(q)
        and (coded(q) or q.type in ("likert", "multiple", "number", "count"))
    ]


def nonresponse(instrument: Instrument, clean: pd.DataFrame) -> pd.DataFrame:
    """Return one row a question and wave that asked it: records, those asked, answers, silences, those routed past."""
    rows = []
    for wave, part in clean.groupby(clean["wave"].fillna(""), sort=False):
        for q in looked_at(instrument):
            n = part[f"{q.name}__status"].value_counts()
            answered, routed = int(n.get("answered", 0)), int(n.get("routed", 0))
            silent = sum(int(n.get(s, 0)) for s in SILENT)
            if answered + silent:
                rows.append((str(wave), q.name, len(part), answered + silent, answered, silent, routed))
    return pd.DataFrame(rows, columns=COLUMNS)
