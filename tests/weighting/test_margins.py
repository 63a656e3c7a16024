"""Calibration margins: missing space-months are imputed and said, closed spaces are not."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import WeightError
from pipeline.weighting.margins import field_month, fold_age_bands

LIMITS = [15, 25, 45, 60]


def attendance(rows: list[tuple[str, str, str, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["site_id", "month", "age_band", "activity", "visits"])
    return table.assign(month=pd.to_datetime(table["month"]))


def register(**closed: str) -> pd.DataFrame:
    ids = ["A", "B", "C"]
    return pd.DataFrame(
        {
            "site_id": ids,
            "opened": pd.to_datetime(["2000-01-01"] * 3),
            "closed": pd.to_datetime([closed.get(i) for i in ids]),
            "pays": ["01", "01", None],
        }
    )


COMPLETE = [
    (site, f"2003-{m}-01", band, activity, visits * level)
    for site, level in (("A", 1.0), ("B", 2.0), ("C", 3.0))
    for m, season in (("10", 1.0), ("11", 2.0), ("12", 1.0))
    for band, activity, visits in (
        ("0-14", "open_access", 5 * season),
        ("15-24", "open_access", 10 * season),
        ("60-74", "workshop", 4 * season),
        ("75+", "workshop", 1 * season),
        ("15-24", "group", 50 * season),
    )
]


def test_margin_counts_individual_visits_of_people_over_15_in_the_month() -> None:
    month = field_month(attendance(COMPLETE), register(), "2003-11", "individual visits 15+", LIMITS)
    assert month.margin("age_band").to_dict() == {"15-24": 120.0, "60+": 60.0}
    assert month.margin("pays").to_dict() == {"01": 90.0, "none": 90.0}
    assert not month.cells["imputed"].any()


def test_a_missing_space_month_takes_its_neighbours_times_the_season() -> None:
    rows = [r for r in COMPLETE if not (r[0] == "C" and r[1] == "2003-11-01")]
    month = field_month(attendance(rows), register(), "2003-11", "individual visits 15+", LIMITS)
    # space C had 30 + 15 visits in October and in December; November is twice as high everywhere else
    assert month.margin("pays")["none"] == pytest.approx(90.0)
    assert month.imputed_share("pays").to_dict() == {"01": 0.0, "none": 1.0}


def test_an_empty_count_is_missing_and_not_zero() -> None:
    rows = [(*r[:4], np.nan) if r[0] == "C" and r[1] == "2003-11-01" else r for r in COMPLETE]
    month = field_month(attendance(rows), register(), "2003-11", "individual visits 15+", LIMITS)
    assert month.margin("pays")["none"] == pytest.approx(90.0)


def test_a_space_closed_before_the_month_is_not_imputed() -> None:
    rows = [r for r in COMPLETE if not (r[0] == "C" and r[1] >= "2003-11-01")]
    month = field_month(attendance(rows), register(C="2003-10-15"), "2003-11", "individual visits 15+", LIMITS)
    assert month.margin("pays").to_dict() == {"01": 90.0}


def test_a_month_without_any_visit_is_refused() -> None:
    with pytest.raises(WeightError, match="no visit in 2005-01"):
        field_month(attendance(COMPLETE), register(), "2005-01", "individual visits 15+", LIMITS)


def test_unknown_words_in_where_are_refused() -> None:
    with pytest.raises(WeightError, match="individual visits 15"):
        field_month(attendance(COMPLETE), register(), "2003-11", "everybody", LIMITS)


def test_bands_that_straddle_a_limit_are_refused() -> None:
    with pytest.raises(WeightError, match="straddles"):
        fold_age_bands(pd.Series(["15-24", "20-39"]), LIMITS)


def test_a_margin_says_how_many_spaces_it_rests_on_and_what_the_largest_holds() -> None:
    month = field_month(attendance(COMPLETE), register(), "2003-11", "individual visits 15+", LIMITS)
    assert month.spaces("pays").to_dict() == {"01": 2, "none": 1}
    # space B has twice the visits of space A
    assert month.largest_share("pays").to_dict() == pytest.approx({"01": 2 / 3, "none": 1.0})
