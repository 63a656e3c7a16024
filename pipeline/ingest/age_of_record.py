"""Ages of records that belong to no wave: those of persons on the day of a visit, a loan or an enrolment."""

from __future__ import annotations

import pandas as pd

from pipeline.ingest.clean_table import Assembled
from pipeline.ingest.readers.received import Note
from pipeline.instrument import Instrument


def with_ages_of_records(instrument: Instrument, assembled: Assembled) -> Assembled:
    """Return the records with an age where a date of birth stands beside the date of the record.

    A survey has the age on the first day of its wave (`reading.without_personal_data`). A record of no wave has the one
    that its person reaches in the year of its own date: of a date of birth no more than the year is kept. The
    expectations see these ages as they do those that were typed.
    """
    birth, day, age = (instrument.by_role(role) for role in ("birth_date", "date", "age"))
    if birth is None or day is None or age is None:
        return assembled
    clean, seen = assembled.clean, assembled.seen
    years = clean[day.name].dt.year.astype("Float64") - clean[birth.name].astype("Float64")
    ages = clean[age.name].astype("Float64")
    ages = ages.where(ages.notna() | clean["wave"].notna(), years)
    status = clean[f"{age.name}__status"]
    told = status.where(ages.isna() | (status != "no_answer"), "answered")
    clean = clean.assign(**{age.name: ages.astype(clean[age.name].dtype), f"{age.name}__status": told})
    return Assembled(clean, seen.assign(**{age.name: pd.Series(ages, index=seen.index)}), assembled.parts)


def without_ages(instrument: Instrument, assembled: Assembled) -> list[Note]:
    """Return a note where dates of birth give no age: their records have neither a wave nor a date."""
    birth, day = instrument.by_role("birth_date"), instrument.by_role("date")
    if birth is None or day is not None:
        return []
    clean = assembled.clean
    lost = int((clean[birth.name].notna() & clean["wave"].isna()).sum())
    if not lost:
        return []
    said = f"{lost} record(s) have a date of birth and no age: an age is that of a wave or of the day of a record"
    return [
        Note("no_age", birth.name, "", "", f"{said}; declare the question with `role: date`, or the wave of the file")
    ]
