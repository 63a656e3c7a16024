"""Header lines below the first, as Qualtrics writes them: the wordings, then the identifiers of the import."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.values import text_of

_IMPORT = re.compile(r'\{\s*"ImportId"\s*:.*\}', re.S)


def without_second_header(received: Received) -> Received:
    """Return a Qualtrics export without its second and third lines, whose wordings become labels of the columns.

    The third line holds ``{"ImportId": ...}`` in every column; nothing else is taken for it.
    """
    table = received.table
    if len(table) < 3 or not len(table.columns):
        return received
    third = [text_of(table[c].iloc[1]) for c in table.columns]
    if not all(t is not None and _IMPORT.fullmatch(t.strip()) for t in third):
        return received
    wordings = {str(c): t for c in table.columns if (t := text_of(table[c].iloc[0]))}
    said = replace(received.documented, labels={**wordings, **received.documented.labels})
    fr = "lignes 2 et 3 de l’export Qualtrics : libellés des questions et identifiants, non des réponses"
    en = "lines 2 and 3 of the Qualtrics export are the wordings and the identifiers, and no answers"
    note = Note("second_header", "", "", "Qualtrics", fr, en, int(received.lines[0]))
    kept = table.iloc[2:].reset_index(drop=True)
    for column in kept.select_dtypes("category"):
        kept[column] = kept[column].cat.remove_unused_categories()
    return replace(
        received,
        table=kept,
        lines=received.lines[2:],
        documented=said,
        notes=[*received.notes, note],
    )
