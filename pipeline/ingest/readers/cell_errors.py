"""Formulas that failed (« #REF! », « #N/A »): their cells hold no answer, and that is told, never silently missing."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.ingest.faults import some
from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.readers.sheet_marks import SheetMarks
from pipeline.ingest.values import distinct


def is_error(text: str) -> bool:
    """Return whether a text is what a spreadsheet program writes in a cell whose formula failed."""
    words, whole = folded(text), _whole()
    return words in whole or any(
        words.startswith(start) and words.removeprefix(start).strip().isdigit()
        for start in lexicon("cell_errors")["numbered"]
    )


def _may_be_error(text: str) -> bool:
    """Return whether a text begins as errors do, which is quick to tell of millions of keys."""
    first = text.lstrip()[:1]
    return first in "#eE" if first.isascii() else folded(text[:9])[:1] in ("#", "e")


@functools.cache
def _whole() -> frozenset[str]:
    return frozenset(map(folded, lexicon("cell_errors")["whole"]))


def with_errors(rows: Sequence[tuple[int, list[object]]], first_column: int, marks: SheetMarks) -> None:
    """Write what failed formulas show into their cells, which a reader returned blank.

    Parameters
    ----------
    rows : numbers and cells of the filled rows of a sheet, changed in place.
    first_column : column of the sheet that the first cells stand in.
    """
    cells = dict(rows)
    for (row, column), text in marks.errors.items():
        at = column - first_column
        if row in cells and 0 <= at < len(cells[row]) and cells[row][at] is None:
            cells[row][at] = text


def without_errors(received: Received) -> Received:
    """Return a file whose failed formulas are missing values, with a note for each column that holds some."""
    table = received.table
    notes: list[Note] = []
    read: dict[str, pd.Series] = {}
    for column in table.columns:
        if pd.api.types.is_numeric_dtype(table[column]) or pd.api.types.is_datetime64_any_dtype(table[column]):
            continue
        found = distinct(table[column])
        texts = [v for v in found.values if isinstance(v, str) and _may_be_error(v) and is_error(v)]
        if not texts:
            continue
        failed = table[column].isin(texts).to_numpy(dtype=bool)
        read[str(column)] = table[column].where(~failed, None)
        notes.append(_note(str(column), texts, received.lines[failed]))
    return replace(received, table=table.assign(**read), notes=[*received.notes, *notes]) if notes else received


def _note(column: str, texts: Sequence[str], lines: np.ndarray) -> Note:
    n, shown, first = len(lines), some(t.strip() for t in texts), int(lines[0])
    said = f"'{column}': {n} cell(s) hold a formula that failed ({shown}; the first in row {first}), read as missing"
    return Note("cell_errors", column, shown, "missing", said, first)
