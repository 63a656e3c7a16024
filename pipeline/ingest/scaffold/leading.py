"""Which answers to a question of boxes are given most often: those that a first report answers with."""

from __future__ import annotations

from pipeline.ingest.readers.received import Received
from pipeline.ingest.recode import received_columns, recode
from pipeline.ingest.tools.draft import Draft
from pipeline.instrument import Instrument


def by_frequency(draft: Draft, wave: str, received: Received) -> list[str]:
    """Return the items of a question of boxes, the most frequent first.

    As they stand where the file calls its columns otherwise than the question does.

    Parameters
    ----------
    draft : a multiple question.
    wave : the wave of the file.
    received : the file.
    """
    items = [str(i["name"]) for i in draft.content["items"]]
    alone = {k: v for k, v in draft.content.items() if k != "asked_if"}
    instrument = Instrument.model_validate({"name": "draft", "title": {"fr": "draft"}, "questions": [alone]})
    [question] = instrument.questions
    if not set(received_columns(question, wave)) <= set(received.table.columns):
        return items
    clean = recode(instrument, wave, received, None)[draft.name].clean
    told = {i: clean.get(f"{draft.name}_{i}") for i in items}
    counts = {i: 0 if box is None else int(box.fillna(False).sum()) for i, box in told.items()}
    return sorted(items, key=lambda i: -counts[i])
