"""Counts by year, quarter or week are what they say: none is read as monthly, and what is declared monthly is."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import IngestError
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
    with pytest.raises(IngestError, match=f"those of a {period}") as stopped:
        read_sources(make(QUESTIONS, content, source=source()))
    assert f"`period: {period}`" in str(stopped.value)
    followed = read_sources(make(QUESTIONS, content, source=source(period=period)))
    assert followed.clean["users"]["mois"].nunique() == len(months)
    ingested = read_sources(make(QUESTIONS, content, source=source(period="month")))
    assert len(ingested.clean["users"]) == len(months)


def test_months_of_one_year_or_all_over_it_are_months(make: Make) -> None:
    content = "lieu;mois;visites\n" + "".join(f"A;{y}-{m:02d};{m}\n" for y in (2005, 2006) for m in (1, 2, 4, 7))
    assert len(read_sources(make(QUESTIONS, content, source=source())).clean["users"]) == 8
    assert len(read_sources(make(QUESTIONS, "lieu;mois;visites\nA;2006-01;5\n", source=source())).clean["users"]) == 1


@pytest.mark.parametrize(("period", "other"), [("month", "2005"), ("quarter", "2005"), ("year", "T1 2005")])
def test_a_count_of_another_period_stops_with_its_line(make: Make, period: str, other: str) -> None:
    own = {"month": "2005-{:02d}", "quarter": "T{} 2005", "year": "200{}"}[period]
    lines = [f"A;{own.format(n)};5\n" for n in range(1, 4)] + [f"A;{other};15\n"]
    with pytest.raises(IngestError, match=f"stand among those of a {period}") as stopped:
        read_sources(make(QUESTIONS, "lieu;mois;visites\n" + "".join(lines), source=source(period=period)))
    assert "users.csv:5" in str(stopped.value)


def test_years_that_an_open_space_did_not_send_are_told_and_none_before_it_opened(make: Make) -> None:
    register = (
        {"kind": "sites", "files": {"all": {"path": "sites.csv"}}},
        [SITE, question("opened", "date", role="opened")],
        "lieu;opened\nA;2003-05-01\nB;2005-05-01\n",
    )
    content = "lieu;mois;visites\nA;2003;5\nA;2004;5\nA;2006;5\nB;2005;5\nB;2006;5\nA;2002;5\n"
    made = make(QUESTIONS, content, source=source(period="year"), more={"register": register})
    ingested = read_sources(made)
    missing = ingested.rules[ingested.rules["rule"] == "missing_month"]
    assert missing["failing"].tolist() == [1]
    assert missing["unit"].tolist() == ["year"]
    closed = ingested.failures[ingested.failures["rule"] == "visits_while_closed"]["found"].tolist()
    assert closed == ["visits in 2002-01 to 2002-12, opened in 2003-05"]


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
    told = ingested.decisions[ingested.decisions["kind"] == "summed_days"]["note"].tolist()
    assert len(told) == 1
    assert ("weeks" in told[0]) == weekly
    apart = read_sources(make(asked, by_day(0, 28, 56), source=source()))
    assert "summed_days" not in set(apart.decisions["kind"])
