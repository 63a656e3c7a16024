"""Checks of cycles of workshops, enrolments and other records: numbers and dates of one that cannot all be true."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.ingest.checks.kinds import Rule, rule
from pipeline.instrument import Instrument, Question, Role


def contradicted(instrument: Instrument, clean: pd.DataFrame) -> Iterator[tuple[Rule, np.ndarray]]:
    """Yield each rule whose questions the instrument has, with the text of every failing record (empty for others).

    A blank number or date contradicts nothing.
    """
    yield from _larger(
        instrument,
        clean,
        ("attended", "enrolled"),
        "attended_over_enrolled",
        ("present", "no more present than enrolled"),
        "{0:g} attended, {1:g} enrolled",
    )
    yield from _larger(
        instrument,
        clean,
        ("enrolled", "places"),
        "enrolled_over_places",
        ("enrolled", "no more enrolled than places"),
        "{0:g} enrolled, {1:g} places",
    )
    yield from _larger(
        instrument,
        clean,
        ("used", "offered"),
        "used_over_offered",
        ("used", "no more used than offered"),
        "{0:g} used, {1:g} offered",
    )
    pair = _pair(instrument, ("starts", "ends"))
    if pair is not None:
        start, end = (pd.to_datetime(clean[q.name]) for q in pair)
        wrong = (end < start).to_numpy(dtype=bool)
        texts = np.full(len(clean), "", dtype=object)
        for row in np.flatnonzero(wrong):
            texts[row] = f"from {start.iloc[row].date()} to {end.iloc[row].date()}"
        yield rule("ends_before_start", pair[1], "blank", (), "ends", "a cycle that ends after its start"), texts


def _pair(instrument: Instrument, roles: tuple[Role, Role]) -> tuple[Question, Question] | None:
    first, second = (instrument.by_role(role) for role in roles)
    return None if first is None or second is None else (first, second)


def _larger(
    instrument: Instrument,
    clean: pd.DataFrame,
    roles: tuple[Role, Role],
    name: str,
    said: tuple[str, str],
    text: str,
) -> Iterator[tuple[Rule, np.ndarray]]:
    """Yield the rule that the number of the first role is at most that of the second."""
    pair = _pair(instrument, roles)
    if pair is None:
        return
    small, large = (pd.to_numeric(clean[q.name]).to_numpy(dtype=float, na_value=np.nan) for q in pair)
    texts = np.full(len(clean), "", dtype=object)
    for row in np.flatnonzero(small > large):
        texts[row] = text.format(small[row], large[row])
    yield rule(name, pair[0], "blank", (), *said), texts
