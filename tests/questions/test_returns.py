"""Attendance counted by hand: missing is not zero, closed is not missing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.attendance import answer as attendance
from pipeline.questions.context import Context
from pipeline.questions.returns import arrange, part_open
from pipeline.results import frame
from tests.questions.conftest import entry

SITES = pd.DataFrame(
    {
        "site_id": ["A", "B", "C"],
        "pays": ["01", "01", None],
        "opened": pd.to_datetime(["2000-01-01", "2000-01-01", "2000-01-01"]),
        "closed": pd.to_datetime([None, "2006-02-10", None]),
    }
)


def rows(*visits):
    columns = ["site_id", "month", "age_band", "activity", "visits"]
    table = pd.DataFrame([(s, m, b, "open_access", v) for s, m, b, v in visits], columns=columns)
    return table.assign(visits=table["visits"].astype("Float64"))


def returns(table, zeros_recorded=True):
    return arrange(table, SITES, "53", "pays", "attendance", zeros_recorded, entry(question="attendance"))


@dataclasses.dataclass(frozen=True)
class Nowhere:
    """What attendance asks of a context, without one."""

    region: str = "53"
    level: str = "pays"
    boundaries: str | None = None
    where = Context.where


def year(table, when=2006, **options):
    made = attendance._year(Nowhere(), entry(question="attendance"), returns(table, **options), when)
    return frame(made).set_index("result_id")


TWO_YEARS = rows(
    ("A", "2003-01", "15+", 10), ("A", "2003-02", "15+", 20), ("B", "2003-01", "15+", 30), ("B", "2003-02", "15+", 40),
    ("C", "2003-01", "15+", 5), ("C", "2003-02", "15+", 5),
    ("A", "2006-01", "15+", 20), ("A", "2006-02", "15+", None), ("B", "2006-01", "15+", 15),
    ("C", "2006-01", "15+", 6), ("C", "2006-02", "15+", 0),
)  # fmt: skip


def test_totals_add_what_was_received_and_say_what_was_not():
    table = year(TWO_YEARS)
    whole = table.loc["attendance.visits.count/visits/period=2006/region=53"]
    # B closed in February, so it owed two returns; A and B sent one of two
    assert (whole["estimate"], whole["n"], whole["coverage"]) == (41, 4, pytest.approx(4 / 6))
    part = table.loc["attendance.visits.count/visits/period=2006/pays=01"]
    assert (part["estimate"], part["contributors"], part["largest_share"]) == (35, 2, pytest.approx(20 / 35))
    assert table.loc["attendance.coverage.share/spaces/period=2006/pays=01", "estimate"] == pytest.approx(2 / 4)


def test_means_are_over_received_months_and_zero_counts():
    table = year(TWO_YEARS)
    assert table.loc["attendance.visits.per_space/visits/period=2006/region=53", "estimate"] == pytest.approx(41 / 4)
    assert table["inference"].eq("census").all()
    assert table[["se", "lower", "upper"]].isna().all(axis=None)


def test_a_closed_space_owes_no_return():
    assert returns(TWO_YEARS).expected[1].tolist()[-2:] == [True, True]
    later = pd.concat([TWO_YEARS, rows(("A", "2006-03", "15+", 1))], ignore_index=True)
    assert not returns(later).expected[1, -1]


def test_evolution_compares_the_same_space_and_calendar_month():
    made = attendance._evolution(Nowhere(), entry(question="attendance"), returns(TWO_YEARS), 2003, 2006)
    table = frame(made).set_index("result_id")
    # January of A, B and C, February of C: 10 + 30 + 5 + 5 in 2003, 20 + 15 + 6 + 0 in 2006
    assert table.loc["attendance.visits.evolution/visits/period=2003..2006/region=53", "estimate"] == pytest.approx(
        41 / 50 - 1
    )
    assert table.loc["attendance.visits.evolution/visits/period=2003..2006/pays=01", "estimate"] == pytest.approx(
        35 / 40 - 1
    )


def test_absent_lines_are_missing_unless_zeros_are_not_recorded():
    table = rows(("A", "2006-01", "0-14", 4), ("A", "2006-01", "15+", 8), ("C", "2006-01", "15+", 6))
    id_ = "attendance.visits.per_space/visits/period=2006/region=53/age_band=0-14"
    assert year(table).loc[id_, "estimate"] == pytest.approx(4)
    assert year(table, zeros_recorded=False).loc[id_, "estimate"] == pytest.approx(2)


def test_shares_of_a_domain_add_to_one():
    table = year(rows(("A", "2006-01", "0-14", 4), ("A", "2006-01", "15+", 8), ("C", "2006-01", "15+", 6)))
    shares = table[(table["measure"] == "share") & table["domain"].str.startswith("age_band")]
    assert shares.groupby("territory")["estimate"].sum().to_numpy() == pytest.approx(1.0)


def test_no_count_at_all_is_said():
    with pytest.raises(AnalyseError, match="no count of visits was received"):
        returns(rows(("A", "2006-01", "15+", None)))


def test_months_without_any_visit_make_no_evolution():
    nothing = rows(("A", "2003-01", "15+", 0), ("A", "2006-01", "15+", 3))
    made = attendance._evolution(Nowhere(), entry(question="attendance"), returns(nothing), 2003, 2006)
    assert np.isnan(made[0].estimate)


def test_returns_that_are_not_split_are_told_as_a_whole_only():
    split = rows(("A", "2006-01", "15-24", 3), ("A", "2006-01", "25-44", 2))
    domains = [domain for domain, _ in attendance._slices(returns(split))]
    assert {"age_band": "15-24"} in domains
    assert {"activity": "open_access"} not in domains  # all visits are of one activity
    whole = split.drop(columns=["age_band", "activity"])
    assert [domain for domain, _ in attendance._slices(returns(whole))] == [{}]


def test_counts_of_years_and_school_years_keep_their_period_and_no_month_is_made_of_them() -> None:
    yearly = rows(("A", "2005", "15+", 10), ("A", "2006", "15+", 20), ("B", "2005", "15+", 30), ("C", "2006", "15+", 5))
    read = arrange(yearly, SITES, "53", "pays", "attendance", True, entry(question="attendance"), "year")
    assert read.counts.shape == (3, 2, 1, 1)
    assert read.counts[:, :, 0, 0].tolist()[0] == [10, 20]
    assert read.expected.tolist() == [[True, True], [True, True], [True, True]]
    assert part_open(SITES, read)[1].tolist() == [1.0, 2 / 12]
    by_school = rows(("A", "2004-2005", "15+", 10), ("A", "2005-2006", "15+", 20))
    read = arrange(by_school, SITES, "53", "pays", "attendance", True, entry(question="attendance"), "school-year")
    made = frame(attendance._year(Nowhere(), entry(question="attendance"), read, 2005))
    assert set(made["period"]) == {"2005-2006"}
    assert made.set_index("result_id")["estimate"]["attendance.visits.count/visits/period=2005-2006/region=53"] == 20


def test_an_age_that_is_known_of_nobody_splits_nothing_and_tells_no_nought():
    bands = [("0-14", 0), ("15+", 0), ("unknown", 7)]
    table = year(rows(*(("A", "2006-01", band, visits) for band, visits in bands)))
    assert set(table["domain"]) == {""}
    assert table.loc["attendance.visits.count/visits/period=2006/region=53", "estimate"] == 7
    known = year(rows(("A", "2006-01", "15+", 2), ("A", "2006-01", "unknown", 7)))
    assert {"age_band=15+", "age_band=unknown"} <= set(known["domain"])


def complete(table, sites=SITES):
    made_for = entry(question="attendance")
    return arrange(table, sites, "53", "pays", "visits", True, made_for, complete=True)


def test_a_month_without_a_record_is_a_zero_where_every_visit_is_recorded():
    read = complete(rows(("A", "2006-01", "15+", 4), ("A", "2006-03", "15+", 2), ("B", "2006-01", "15+", 1)))
    assert read.counts[0, :, 0, 0].tolist() == [4, 0, 2]
    assert read.counts[1, :2, 0, 0].tolist() == [1, 0]
    assert not read.expected[1, 2]  # closed in February
    assert not read.expected[2].any()  # C is in no record
    made = attendance._year(Nowhere(), entry(question="attendance"), read, 2006)
    assert {row.indicator for row in made} == {"visits"}  # no share of returns received
    assert next(r.estimate for r in made if r.measure == "per_space" and not r.domain) == pytest.approx(7 / 5)


def test_a_space_whose_opening_nobody_dates_is_open_from_its_first_record_on():
    undated = SITES.assign(opened=pd.NaT)
    read = complete(rows(("A", "2006-02", "15+", 4), ("C", "2006-01", "15+", 2), ("C", "2006-03", "15+", 2)), undated)
    assert read.expected[:, :].tolist() == [[False, True, True], [False] * 3, [True, True, True]]


def test_a_year_in_which_nobody_sent_a_return_was_not_asked():
    read = returns(rows(("A", "2003-12", "15+", 4), ("A", "2005-01", "15+", 2), ("C", "2005-02", "15+", 2)))
    of_2004 = np.asarray(read.months.year == 2004)
    assert of_2004.sum() == 12
    assert not read.expected[:, of_2004].any()
    assert read.expected[0].sum() == 3


@pytest.mark.parametrize(
    ("months", "told"),
    [(("2006-01", "2006-10"), {"from": 1, "until": 10}), (("2006-11", "2006-11"), {"during": 11}),
     (("2006-01", "2006-12"), {})],
)  # fmt: skip
def test_a_year_that_was_not_collected_whole_says_from_when_to_when(months, told):
    read = returns(rows(*(("A", month, "15+", 4) for month in dict.fromkeys(months))))
    made = list(attendance._collected(Nowhere(), entry(question="attendance"), read, 2006))
    assert {r.measure: r.estimate for r in made if r.territory == "53"} == told
