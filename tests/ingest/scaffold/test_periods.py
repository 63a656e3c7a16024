"""What a file of counts is of: found in its headers and values, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import FileSpec
from pipeline.ingest.readers.describe import describe
from pipeline.ingest.scaffold.periods import Counted, counted


def when(folder: Path, header: str, *values: str) -> Counted | None:
    path = folder / "releve.csv"
    rows = "".join(f"E{i % 3};{value};{i}\n" for i, value in enumerate(v for v in values for _ in range(3)))
    path.write_text(f"Identifiant espace;{header};Nombre de visites\n{rows}", encoding="utf-8")
    return counted(describe(path, path.name, FileSpec(path=path.name)))


@pytest.mark.parametrize(
    ("header", "values", "found"),
    [
        ("Année", ("2005", "2006"), Counted("Année", None, "year")),
        ("Mois", ("2005", "2006"), Counted("Mois", None, "year")),
        ("Période", ("T1 2005", "T2 2005"), Counted("Période", None, "quarter")),
        ("Année;Trimestre", ("2005;1", "2005;2"), Counted("Trimestre", "Année", "quarter")),
        ("Année;Semestre", ("2005;S1", "2005;S2"), Counted("Semestre", "Année", "half-year")),
        ("Année;Mois", ("2005;1", "2005;12"), Counted("Mois", "Année", "month")),
        ("Année;Mois", ("2005;janvier", "2005;mars"), Counted("Mois", "Année", "month")),
        ("Année scolaire", ("2005-2006", "2006-2007"), Counted("Année scolaire", None, "school-year")),
        ("Mois", ("2005-01", "2005-02"), Counted("Mois", None, "month")),
    ],
)
def test_the_period_of_counts_is_found(tmp_path: Path, header: str, values: tuple[str, ...], found: Counted) -> None:
    assert when(tmp_path, header, *values) == found


@pytest.mark.parametrize(
    ("header", "values", "words"),
    [
        ("Période", ("T1 2005", "2005"), "releve.csv:5.*counts of several periods"),
        ("Trimestre", ("T1", "T2"), "counts of a quarter, and nothing says of which"),
        ("Semaine", ("12", "13"), "counts of a week"),
    ],
)
def test_what_cannot_be_told_stops(tmp_path: Path, header: str, values: tuple[str, ...], words: str) -> None:
    with pytest.raises(IngestError, match=words):
        when(tmp_path, header, *values)


def test_a_survey_with_a_year_and_a_number_of_visits_stays_a_survey(tmp_path: Path) -> None:
    assert when(tmp_path, "Année;Satisfaction", "2006;3", "2005;4") is None
