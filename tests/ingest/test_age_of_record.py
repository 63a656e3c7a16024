"""A date of birth gives the age on the day of a record that belongs to no wave; where there is no day, that is told."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.ingest import read_sources

from .conftest import Make, question

CONTENT = "jour;naissance;prêt\n2006-03-01;1950-12-24;3\n2006-04-01;;5\n2005-04-01;1991-01-01;2\n"
DAY = question("day", "date", role="date", column="jour")
ASKED = [
    question("born", "date", role="birth_date", column="naissance"),
    question("days", "count", role="quantity", column="prêt"),
]


def read(make: Make, asked: list[dict[str, Any]], files: str) -> Any:
    spec = {"path": "users.csv", "separator": ";"}
    return read_sources(make(asked, CONTENT, source={"kind": "records", "files": {files: spec}}))


def test_records_of_no_wave_have_the_age_reached_in_the_year_of_their_date(make: Make) -> None:
    ingested = read(make, [DAY, *ASKED], "all")
    clean = ingested.clean["users"]
    assert clean["age"].astype("object").where(clean["age"].notna(), None).tolist() == [56.0, None, 14.0]
    assert clean["age__status"].astype("str").tolist() == ["answered", "no_answer", "answered"]
    assert "no_age" not in set(ingested.decisions["kind"])


@pytest.mark.parametrize(("files", "told"), [("all", 1), ("2006", 0)])
def test_dates_of_birth_without_a_day_or_a_wave_are_told_as_lost(make: Make, files: str, told: int) -> None:
    ingested = read(make, ASKED, files)
    notes = ingested.decisions[ingested.decisions["kind"] == "no_age"]["note"].tolist()
    assert len(notes) == told
    assert all(note.startswith("2 record(s) have a date of birth and no age") for note in notes)
    assert ingested.clean["users"]["age"].notna().sum() == (0 if told else 2)
