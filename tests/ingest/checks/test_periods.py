"""Counts by year, quarter or week are what they say: none is read as monthly, and what is declared monthly is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import IngestError
from pipeline.evaluation import FileSpec
from pipeline.ingest.readers.describe import describe
from pipeline.ingest.scaffold.activities import refuse_other_periods
from pipeline.ingest.stage import read_sources

from ..conftest import Make, question

QUESTIONS = [question("mois", "month", role="month"), question("visites", "count", role="visits")]


def source(**file: Any) -> dict[str, Any]:
    return {"kind": "attendance", "files": {"all": {"path": "users.csv", **file}}}


@pytest.mark.parametrize(
    ("months", "period"),
    [
        (["2005-01-01", "2006-01-01", "2007-01-01"], "year"),
        (["2005-12", "2006-12"], "year"),
        (["2005-01", "2005-07", "2006-01", "2006-07"], "half-year"),
        ([f"{y}-{m:02d}" for y in (2005, 2006) for m in (1, 4, 7, 10)], "quarter"),
    ],
)
def test_counts_dated_at_each_start_of_a_longer_period_stop_and_the_declaration_settles_it(
    make: Make, months: list[str], period: str
) -> None:
    content = "mois;visites\n" + "".join(f"{m};{100 + i}\n" for i, m in enumerate(months))
    with pytest.raises(IngestError, match=f"those of a {period}"):
        read_sources(make(QUESTIONS, content, source=source()))
    ingested = read_sources(make(QUESTIONS, content, source=source(period="month")))
    assert len(ingested.clean["users"]) == len(months)


def test_months_of_one_year_or_all_over_it_are_months(make: Make) -> None:
    content = "mois;visites\n" + "".join(f"{y}-{m:02d};{m}\n" for y in (2005, 2006) for m in (1, 2, 4, 7))
    assert len(read_sources(make(QUESTIONS, content, source=source())).clean["users"]) == 8
    assert len(read_sources(make(QUESTIONS, "mois;visites\n2006-01;5\n", source=source())).clean["users"]) == 1


@pytest.mark.parametrize(
    ("header", "value", "period"),
    [("Année", "2006", "year"), ("Trimestre", "T1", "quarter"), ("Semaine", "12", "week")],
)
def test_a_file_of_counts_by_another_period_is_no_survey(tmp_path: Path, header: str, value: str, period: str) -> None:
    path = tmp_path / "releve.csv"
    rows = "".join(f"E{i % 4};{value}{i // 4};{i}\n" for i in range(12))
    path.write_text(f"Identifiant espace;{header};Nombre de visites\n{rows}", encoding="utf-8")
    with pytest.raises(IngestError, match=f"counts of a {period}"):
        refuse_other_periods(describe(path, path.name, FileSpec(path=path.name)))


def test_a_survey_with_a_year_and_a_number_of_visits_stays_a_survey(tmp_path: Path) -> None:
    path = tmp_path / "enquete.csv"
    rows = "".join(f"{i};E{i % 4};2006;{i};{20 + i}\n" for i in range(12))
    path.write_text(f"Numéro;Espace;Année;Nombre de visites;Satisfaction\n{rows}", encoding="utf-8")
    refuse_other_periods(describe(path, path.name, FileSpec(path=path.name)))
