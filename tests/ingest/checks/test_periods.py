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

SITE = question("lieu", "key", role="site")
QUESTIONS = [SITE, question("mois", "month", role="month"), question("visites", "count", role="visits")]


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
    content = "lieu;mois;visites\n" + "".join(f"A;{m};{100 + i}\n" for i, m in enumerate(months))
    with pytest.raises(IngestError, match=f"those of a {period}"):
        read_sources(make(QUESTIONS, content, source=source()))
    ingested = read_sources(make(QUESTIONS, content, source=source(period="month")))
    assert len(ingested.clean["users"]) == len(months)


def test_months_of_one_year_or_all_over_it_are_months(make: Make) -> None:
    content = "lieu;mois;visites\n" + "".join(f"A;{y}-{m:02d};{m}\n" for y in (2005, 2006) for m in (1, 2, 4, 7))
    assert len(read_sources(make(QUESTIONS, content, source=source())).clean["users"]) == 8
    assert len(read_sources(make(QUESTIONS, "lieu;mois;visites\nA;2006-01;5\n", source=source())).clean["users"]) == 1


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


DATED = [SITE, question("jour", "date", role="month"), question("visites", "count", role="visits")]


def by_day(*days: int) -> str:
    return "lieu;jour;visites\n" + "".join(f"A;2006-{1 + d // 28:02d}-{1 + d % 28:02d};{10 + d}\n" for d in days)


def test_counts_of_weeks_dated_by_a_day_stop_and_counts_of_days_do_not(make: Make) -> None:
    weeks = "lieu;jour;visites\n" + "".join(f"A;2006-01-{d:02d};5\n" for d in (2, 9, 16, 23, 30))
    with pytest.raises(IngestError, match="those of a week"):
        read_sources(make(DATED, weeks, source=source()))
    assert len(read_sources(make(DATED, weeks, source=source(period="month"))).clean["users"]) == 5
    assert len(read_sources(make(DATED, by_day(*range(12)), source=source())).clean["users"]) == 12


@pytest.mark.parametrize(("days", "weekly"), [((1, 8, 15, 22), True), ((1, 2, 3, 5), False)])
def test_days_read_as_their_month_are_told_where_a_month_has_several(
    make: Make, days: tuple[int, ...], weekly: bool
) -> None:
    asked = [SITE, question("jour", "month", role="month"), question("visites", "count", role="visits")]
    ingested = read_sources(make(asked, by_day(*days), source=source()))
    told = ingested.decisions[ingested.decisions["kind"] == "summed_days"]["note_en"].tolist()
    assert len(told) == 1
    assert ("weeks" in told[0]) == weekly
    apart = read_sources(make(asked, by_day(0, 28, 56), source=source()))
    assert "summed_days" not in set(apart.decisions["kind"])
