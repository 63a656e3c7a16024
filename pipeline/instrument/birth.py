"""Dates of birth: the instrument declares the date, clean tables hold the age at the wave and the year of birth."""

from __future__ import annotations

from pipeline.instrument.derived import wording_of
from pipeline.instrument.model import Instrument, Question, WaveHistory

#: Ends the name of the column that reading adds beside a date of birth: no received column may be called so.
AGE = " (age at wave)"


def with_age(instrument: Instrument) -> Instrument:
    """Return the instrument with a question for the age where it has a date of birth and no age of its own."""
    birth = instrument.by_role("birth_date")
    if birth is None or instrument.by_role("age") is not None:
        return instrument
    taken = {c for q in instrument.questions for c in q.clean_columns()}
    label, wording = wording_of("age")
    age = Question(
        name="age" if "age" not in taken else "age_at_wave",
        type="number",
        role="age",
        unit="years",
        column=(birth.column or birth.name) + AGE,
        label=label,
        wording=wording,
        waves={w: WaveHistory(asked=h.asked, column=h.column and h.column + AGE) for w, h in birth.waves.items()},
    )
    return instrument.model_copy(update={"questions": [*instrument.questions, age]})
