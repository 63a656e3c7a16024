"""Whatever is told of a received text, in whatever part of a message, has passed the gate."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import IngestError
from pipeline.ingest import read_sources
from pipeline.ingest.faults import Fault
from pipeline.ingest.privacy.gate import HIDDEN, Unusable, screened_file, told
from pipeline.ingest.readers.received import Note

from ..conftest import Make, question
from .planted import PLANTED


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a@b.fr", HIDDEN), ("06.12.34.56.78", HIDDEN), (3.0, "3"), ("x" * 100, "x" * 59 + "…"), (np.float64(2.5), "2.5")],
)
def test_values_are_told_short_and_without_addresses(value: object, shown: str) -> None:
    assert told(value, private=False) == shown
    assert told(value, private=True) == HIDDEN


@pytest.mark.parametrize("value", PLANTED.values(), ids=PLANTED)
def test_faults_notes_and_errors_quote_nothing_personal_in_any_part(value: str) -> None:
    said = [str(asdict(Fault(value, value, 3, value, value, value, value)))]
    said += [str(asdict(Note("kind", value, value, value, value))), told(value)]
    said += [str(Unusable(value, where=value, found=[value, "x"], allowed=value, action=value))]
    assert not [s for s in said if value in s]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("réponses Mme Zqerbrat 2006.csv", "réponses-2006.csv"),
        ("zq.planted@exemple.invalid.xlsx", "fichier.xlsx"),
        ("reponses_Jean_Zqupont.sav", "reponses.sav"),
        ("epn_0691553722.csv", "epn.csv"),
        ("registre-0691553722.csv", "registre.csv"),
        ("users-2003.csv", "users-2003.csv"),
        ("usagers-2003.csv", "usagers-2003.csv"),
        ("a8x_-_latest_version_-_False_-_2024-05-12-10-22-33.csv",) * 2,
        ("Espace Jean Moulin.csv",) * 2,
    ],
)
def test_names_of_files_lose_what_is_personal_and_nothing_else(name: str, shown: str) -> None:
    assert screened_file(name) == shown


def test_a_declared_file_whose_name_is_personal_is_refused_until_it_is_renamed(make: Make, tmp_path: Path) -> None:
    asked, content = [question("q", "number")], "q\n1\n2\n"
    with pytest.raises(IngestError, match="name of a received file") as stopped:
        read_sources(make(asked, content, file={"path": "de Mme Zqerbrat.csv"}))
    assert "Zqerbrat" not in str(stopped.value)
    assert "as de.csv" in str(stopped.value)
    assert len(read_sources(make(asked, content, file={"path": "de.csv"})).clean["users"]) == 2
