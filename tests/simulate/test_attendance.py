"""Attendance and survey come from the same visits."""

import numpy as np
import pandas as pd
import pytest

from pipeline.simulate import Population
from pipeline.simulate.attendance import draw_attendance, field_visits


@pytest.fixture(scope="module")
def attendance(brittany: Population) -> pd.DataFrame:
    table = draw_attendance(brittany)
    return table.assign(year=table["month"].str[:4])


@pytest.mark.parametrize("wave", ["2003", "2006"])
def test_individual_visits_of_the_field_month_are_the_visits_of_the_users_of_each_space(
    brittany: Population, attendance: pd.DataFrame, wave: str
) -> None:
    month = brittany.evaluation.wave(wave).attendance_month
    rows = attendance[(attendance["month"] == month) & (attendance["activity"] != "group")]
    adults = rows[rows["age_band"] != "0-14"]
    by_space = adults.groupby("space")["visits"].sum().reindex(range(len(brittany.spaces)), fill_value=0)
    users = np.bincount(
        brittany.waves[wave].links["space"], weights=brittany.waves[wave].links["here"], minlength=len(brittany.spaces)
    )
    assert (by_space.to_numpy() == users).all()
    persons, visits = brittany.waves[wave].persons, brittany.waves[wave].visits.person
    older = adults[adults["age_band"].isin(["60-74", "75+"])]["visits"].sum()
    assert older == (persons["age_band"].to_numpy()[visits] == "60+").sum()


def test_rows_cover_the_open_months_of_each_space_and_no_other(brittany: Population, attendance: pd.DataFrame) -> None:
    months = attendance.drop_duplicates(["space", "month"])
    span = months.groupby("space")["month"].agg(["min", "max", "size"])
    opened = brittany.spaces["opened"].dt.strftime("%Y-%m").clip(lower="2003-01")
    closed = brittany.spaces["closed"].dt.strftime("%Y-%m").fillna("2006-12")
    assert (span["min"].to_numpy() == opened.to_numpy(dtype=object)).all()
    assert (span["max"].to_numpy() == closed.to_numpy(dtype=object)).all()
    assert (attendance.groupby(["space", "month"]).size() == 6 * 4).all()


def test_totals_are_the_sums_over_ages_before_errors(attendance: pd.DataFrame) -> None:
    sums = attendance.groupby(["space", "month", "activity"])["visits"].transform("sum")
    assert (sums == attendance["total"]).all()


def test_missing_months_are_about_four_in_a_hundred_and_whole(attendance: pd.DataFrame) -> None:
    by_month = attendance.groupby(["space", "month"])["received"].agg(["min", "max"])
    assert (by_month["min"] == by_month["max"]).all()
    # 17,700 space-months: three standard errors are 0.4 points.
    assert 1 - by_month["min"].mean() == pytest.approx(0.04, abs=0.005)


def test_visits_of_2003_are_near_a_million_and_shares_by_age_near_the_table(attendance: pd.DataFrame) -> None:
    year = attendance[attendance["year"] == "2003"]
    # The order of magnitude of the source is 1,020,000; the users of the field month decide.
    assert year["visits"].sum() == pytest.approx(1_020_000, rel=0.10)
    told = {"0-14": 0.150, "15-24": 0.318, "25-44": 0.253, "45-59": 0.150, "60-74": 0.105, "75+": 0.024}
    shares = year.groupby("age_band")["visits"].sum() / year["visits"].sum()
    for band, share in told.items():
        assert shares[band] == pytest.approx(share, abs=0.012)


def test_the_young_come_less_and_the_older_more(attendance: pd.DataFrame) -> None:
    by_year = attendance.pivot_table(index="year", columns="age_band", values="visits", aggfunc="sum")
    change = by_year.loc["2006"] / by_year.loc["2003"]
    assert change["15-24"] < 0.9
    assert change["60-74"] > 1.2


def test_seasons_rise_in_autumn_and_fall_in_august(attendance: pd.DataFrame) -> None:
    by_month = attendance.groupby(attendance["month"].str[5:])["visits"].sum()
    assert by_month.idxmin() == "08"
    assert by_month.idxmax() in ("10", "11")


def test_labelled_spaces_gain_about_the_effect_of_the_table(brittany: Population, attendance: pd.DataFrame) -> None:
    by_space = (
        attendance[attendance["year"].isin(["2003", "2006"])].groupby(["space", "year"])["visits"].mean().unstack()
    )
    labelled = brittany.spaces["label_date"].notna() & (brittany.spaces["label_date"] < pd.Timestamp("2005-01-01"))
    steady = brittany.spaces["label_date"].isna() & brittany.spaces["closed"].isna()
    growth = np.log(by_space["2006"] / by_space["2003"])
    gains = growth[labelled.to_numpy()].mean() - growth[steady.to_numpy()].mean()
    # Fourteen spaces with shocks of their pays of 0.08 a year and noise of months: a standard error of about 0.05.
    assert gains == pytest.approx(brittany.truth.label.effect_log_visits, abs=0.15)


def test_field_visits_keep_every_visit(brittany: Population) -> None:
    wave = brittany.waves["2006"]
    table = field_visits(wave, ["15-24", "25-44", "45-59", "60-74", "75+"], len(brittany.spaces))
    assert table.sum() == len(wave.visits.person)
