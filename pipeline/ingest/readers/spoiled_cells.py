"""Cells and labels whose UTF-8 was once read as Windows-1252 (« trÃ¨s »), read back as text files are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import pandas as pd

from pipeline.ingest.readers.encoding import mended
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.values import distinct

#: Parts the texts that are looked at together; none holds it.
_MARK = "\x1e"
_K = TypeVar("_K")


def mended_texts(texts: Sequence[str]) -> tuple[dict[str, str], list[Note]]:
    """Return the texts that are read back, each with how it reads, and the record of it."""
    joined = _MARK.join(texts)
    out, notes = mended(joined)
    read = out.split(_MARK)
    if len(read) != len(texts):
        return {}, []
    changed = {a: b for a, b in zip(texts, read, strict=True) if a != b}
    return changed, [replace(n, line=None) for n in notes]


def without_spoiled_cells(received: Received) -> Received:
    """Return a file whose cells and labels are read back where most of their accents are spoiled, with a note."""
    said, table = received.documented, received.table
    columns = {c: v for c in table.columns if (v := _texts(table[c]))}
    labels = [*said.labels.values(), *(t for values in said.values.values() for t in values.values())]
    changed, notes = mended_texts(list(dict.fromkeys([*labels, *(t for texts in columns.values() for t in texts)])))
    if not notes:
        return received
    spoiled = [c for c, texts in columns.items() if any(t in changed for t in texts)]
    table = table.assign(**{str(c): table[c].map(lambda v: changed.get(v, v)) for c in spoiled}) if spoiled else table
    return replace(
        received,
        table=table,
        documented=replace(
            said, labels=_read(said.labels, changed), values={c: _read(v, changed) for c, v in said.values.items()}
        ),
        notes=[*received.notes, *notes],
    )


def _texts(column: pd.Series) -> list[str]:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return []
    return [v for v in distinct(column).values if isinstance(v, str)]


def _read(labels: Mapping[_K, str], changed: Mapping[str, str]) -> dict[_K, str]:
    return {key: changed.get(text, text) for key, text in labels.items()}
