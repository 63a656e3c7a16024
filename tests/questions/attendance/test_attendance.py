"""Yearly visits and their rates on the simulated programme: completed, they are those that took place."""

from __future__ import annotations

import pytest

from pipeline.questions.attendance.answer import answer
from pipeline.results.quantity import parse
from tests.questions.attendance_panel import counted
from tests.questions.conftest import entry

#: Seventeen thousand counts of the default evaluation.
pytestmark = pytest.mark.slow
#: Largest relative gap to the truth that a published rate may have: region, units.
REGION, UNIT = 0.01, 0.025


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return counted(tmp_path_factory.mktemp("attendance"))


@pytest.fixture(scope="module")
def rows(made):
    settings = {"contrast": [2003, 2006], "population_years": [2003, 2006]}
    return answer(made.context, entry(settings, question="attendance"))


def completed(rows, measure):
    return [r for r in rows if r.method == "completed" and r.measure == measure and not r.domain]


def truth_by_unit(made):
    level = made.context.level
    register = made.context.by_role("register", (), ("site_id", level)).set_index("site_id")
    table = made.truth.assign(unit=made.truth["site_id"].map(register[level]), year=made.truth["month"].str[:4])
    whole = table.groupby("year")["visits"].sum()
    units = table.groupby(["year", "unit"])["visits"].sum()
    return {**{(y, "53"): v for y, v in whole.items()}, **dict(units.items())}


@pytest.mark.parametrize("measure", ["count", "per_inhabitant"])
def test_completed_visits_are_those_that_took_place(rows, made, measure, capsys):
    truth = truth_by_unit(made)
    people = {(r.period, r.territory): r.estimate for r in rows if r.indicator == "population"}
    gaps = {}
    for row in completed(rows, measure):
        at = (row.period, row.territory)
        by = people[at] if measure == "per_inhabitant" else 1.0
        gaps[at] = row.estimate * by / truth[at] - 1
    largest = [max((g for g in gaps if (g[1] == "53") == of), key=lambda g: abs(gaps[g])) for of in (True, False)]
    region, unit = (gaps[g] for g in largest)
    with capsys.disabled():
        print(f"\n{measure}: largest gap {region:+.2%} in the region, {unit:+.2%} in a unit {largest[1]}")
    assert len(gaps) > 20
    assert abs(region) <= REGION
    assert abs(unit) <= UNIT


def test_completed_visits_are_not_below_those_received_and_hold_the_truth(rows, made):
    truth = truth_by_unit(made)
    plain = [r for r in rows if r.method is None and r.indicator == "visits" and r.measure == "count" and not r.domain]
    received = {(r.period, r.territory): r.estimate for r in plain}
    region = [r for r in completed(rows, "count") if r.territory == "53"]
    assert region
    for row in region:
        assert received[row.period, "53"] < row.lower
        # 99.7 % of errors of four years' totals
        assert abs(row.estimate - truth[row.period, "53"]) < 3 * row.se


def test_rates_by_inhabitant_are_made_of_completed_counts_only(rows):
    rates = [r for r in rows if r.measure == "per_inhabitant"]
    assert rates
    for row in rates:
        assert row.method == "completed"
        assert row.coverage is not None
        assert row.coverage <= 1
        assert parse(row.quantity.text).of[0].method == "completed"


def test_inhabitants_are_told_once_in_the_year_whose_population_they_are(made):
    settings = {"contrast": [2003, 2006], "population_years": [2003, 2004]}
    told = answer(made.context, entry(settings, question="attendance"))
    people = [r.period for r in told if r.analysis == "territory" and r.territory_level == "region"]
    assert people == ["2003"]
    rates = {r.period for r in told if r.measure == "per_inhabitant" and r.territory_level == "region"}
    assert rates == {"2003", "2004"}
