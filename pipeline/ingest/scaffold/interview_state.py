"""Which column says that a response was completed, or that a booking was honoured, and what it says of those."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.ingest.lexicon import folded, lexicon, patterns
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.words import matches
from pipeline.ingest.values import text_of
from pipeline.instrument.affirmation import NO, YES

#: States that a column tells apart, at most.
MOST_STATES = 5
#: Columns at the end of a file that unfinished responses leave blank, where the header does not say a state.
LAST = 3
_STATES: dict[str, list[str]] = lexicon("states")
_HEADERS: Mapping[str, str] = patterns("states")["headers"]


def finished_of(described: Described) -> tuple[str, list[str]] | None:
    """Return the column that tells finished responses from those that were but begun, and what it says of the former.

    None where no column says both. Its header says a state, or what was begun leaves the last questions blank: how far
    somebody has come with something is an answer too.
    """
    for column in described.columns:
        read = _read(column, "finished", "begun")
        if read is None:
            continue
        finished, begun = read
        if any(matches(words, column.name, column.label) for words in _HEADERS.values()) or _breaks_off(
            described, column, begun
        ):
            return column.name, finished
    return None


def came_of(described: Described) -> tuple[str, list[str]] | None:
    """Return the column that tells bookings whose person came from others, of whom less is known; None elsewhere."""
    for column in described.columns:
        read = _read(column, "came", "missed")
        if read is None:
            continue
        came, missed = (_is_in(column, values) for values in read)
        others = [c.examples.map(text_of).notna() for c in described.columns if c is not column]
        held = pd.concat(others, axis=1).sum(axis=1).to_numpy() if others else np.zeros(len(came))
        if held[missed].mean() < held[came].mean():
            return column.name, read[0]
    return None


def _read(column: Column, whole: str, part: str) -> tuple[list[str], list[str]] | None:
    """Return the values of a column that say each of two states; None where one of them says neither, or one alone."""
    texts = column.examples.map(text_of).dropna().unique().tolist()
    if not 2 <= len(texts) <= MOST_STATES:
        return None
    said = {t: folded(_label(column, t)) for t in texts}
    states = {t: word in _STATES[whole] for t, word in said.items() if word in _STATES[whole] or word in _STATES[part]}
    if whole == "finished" and not states:
        states = _marks(column, texts)
    found = [t for t in texts if states.get(t)], [t for t in texts if states.get(t) is False]
    return found if all(found) and len(states) == len(texts) else None


def _marks(column: Column, texts: list[str]) -> dict[str, bool]:
    """Return yes and no (1, true, oui) as finished or not, by what the header says that they mark."""
    said = (column.name, column.label)
    marks = {t: t.casefold() in YES for t in texts if t.casefold() in YES | NO}
    if matches(_HEADERS["complete"], *said):
        return marks
    return {t: not yes for t, yes in marks.items()} if matches(_HEADERS["draft"], *said) else {}


def _label(column: Column, text: str) -> str:
    return next((label for value, label in column.values.items() if text_of(value) == text), text)


def _is_in(column: Column, values: list[str]) -> np.ndarray:
    return column.examples.map(text_of).isin(values).to_numpy(dtype=bool)


def _breaks_off(described: Described, column: Column, begun: list[str]) -> bool:
    """Return whether unfinished responses leave blank the last questions, which most others answer."""
    unfinished = _is_in(column, begun)
    last = [c for c in described.columns if c is not column][-LAST:]
    blank = [c.examples.map(text_of).isna().to_numpy(dtype=bool) for c in last]
    return all(b[unfinished].all() for b in blank) and any(2 * b[~unfinished].mean() <= 1 for b in blank)
