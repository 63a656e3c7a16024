"""The census of spaces on days around an opening, a closing and a label."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.questions.register import open_at
from pipeline.questions.spaces.answer import Settings, _facts, _results

SITES = pd.DataFrame(
    {
        "opened": pd.to_datetime(["2001-05-01", "2004-03-01", "1999-01-01", "2000-01-01"]),
        "closed": pd.to_datetime([None, None, "2006-12-31", "2005-06-30"]),
        "label_date": pd.to_datetime(["2005-01-01", None, "2004-10-01", "2004-10-01"]),
        "posts": pd.array([4, None, 9, 2], dtype="Int64"),
        "hours": [10.0, 20.0, 30.0, 40.0],
        "equipment_year": [2001, 2002, 1999, 1999],
        "equipment_year_2003": [1998, 2000, 1999, 1999],
        "facilitator_2006": ["permanent", "volunteer", "permanent", "permanent"],
    }
)
DATE = dt.date(2006, 12, 31)


def facts(previous, date, latest):
    found = list(_facts(SITES, previous, date, latest, Settings(dates=[date])))
    return {(f.indicator, f.measure, *f.domain.values()): f for f in found}


def test_a_space_is_not_open_on_the_evening_it_closes():
    assert open_at(SITES, DATE).tolist() == [True, True, False, False]
    assert open_at(SITES, dt.date(2006, 12, 30)).tolist() == [True, True, True, False]


def test_openings_and_closings_count_since_the_previous_date():
    now = facts(dt.date(2003, 12, 31), DATE, True)
    assert now["opened", "count"].values.sum() == 1
    assert now["closed", "count"].values.sum() == 2


def test_the_first_date_has_no_date_before_it_to_count_from():
    first = facts(None, dt.date(2003, 12, 31), False)
    assert ("open", "count") in first
    assert not {("opened", "count"), ("closed", "count")} & set(first)


def test_only_open_spaces_hold_a_label_or_posts():
    now = facts(None, DATE, True)
    assert now["labelled", "count"].values.sum() == 1
    assert now["posts", "count"].values.sum() == 4
    assert now["hours", "mean"].values.mean() == pytest.approx(15)


def test_a_unit_of_one_space_has_no_mean_beside_its_number():
    context, entry = SimpleNamespace(boundaries="2023"), SimpleNamespace(name="spaces", confirmatory=False)
    for sites, told in ((SITES, {"count"}), (SITES.assign(posts=[4, 6, 9, 2]), {"count", "mean"})):
        found = [f for f in _facts(sites, None, DATE, True, Settings(dates=[DATE])) if f.indicator in ("open", "posts")]
        units = pd.Series(["01", "01", "02", "02"])
        made = _results(context, entry, found, open_at(sites, DATE), units, "pays", DATE, "register")
        assert {r.measure for r in made if (r.indicator, r.territory) == ("posts", "01")} == told


def test_equipment_is_old_after_five_years_and_read_for_its_own_year():
    now, before = facts(None, DATE, True), facts(None, dt.date(2003, 12, 31), False)
    np.testing.assert_array_equal(now["equipment_over_5", "share"].values, [1, 0, np.nan, np.nan])
    np.testing.assert_array_equal(before["equipment_over_5", "share"].values, [1, np.nan, 0, 0])
    assert ("posts", "count") not in before


def test_status_of_facilitators_is_told_for_the_region_only():
    now = facts(None, DATE, True)
    assert now["facilitator", "share", "permanent"].region_only
    assert not now["posts", "mean"].region_only


def test_a_register_without_openings_says_so_and_claims_none():
    assert ("undated", "count") not in facts(None, DATE, True)
    found = list(_facts(SITES.assign(opened=pd.NaT), None, DATE, True, Settings(dates=[DATE])))
    undated = next(f for f in found if f.indicator == "undated")
    assert undated.values.sum() == next(f for f in found if f.indicator == "open").values.sum() > 0
