"""Numbers, dates and months: read as declared, or kept apart."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.values import dates, distinct, months, number_of, numbers, spellings, text_of, texts


def column(*values: object) -> pd.Series:
    return pd.Series(list(values), dtype=object)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("3,5", ",", 3.5),
        ("1 234,5", ",", 1234.5),
        ("1\u202f234", ",", 1234),
        ("25.0000", ",", 25),
        ("1.234", ",", None),  # may be a thousand and more
        ("1.234", ".", 1.234),
        ("3,5", None, None),  # a comma needs its declaration
        ("-2", None, -2),
        ("1e3", None, 1000),
        ("douze", ",", None),
        ("", ",", None),
    ],
)
def test_numbers_are_read_with_their_declared_mark_or_not_at_all(
    text: str, decimal: str | None, value: float | None
) -> None:
    assert number_of(text, decimal) == value


def test_what_is_no_number_is_kept_as_text() -> None:
    clean, left = numbers(distinct(column("12", "x", "", None, "inf")), None, whole=False)
    assert clean.tolist()[0] == 12
    assert clean.isna().tolist() == [False, True, True, True, True]
    assert left.fillna("-").tolist() == ["-", "x", "-", "-", "inf"]


def test_counts_refuse_fractions() -> None:
    clean, left = numbers(distinct(column(2.0, 2.5, "3")), None, whole=True)
    assert clean.dtype == "Int64"
    assert clean.tolist()[::2] == [2, 3]
    assert left.tolist()[1] == "2.5"


@given(
    st.lists(
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(-(10**9), 10**9))
    )
)
def test_numbers_received_as_numbers_come_back(values: list[float | None]) -> None:
    clean, left = numbers(distinct(pd.Series(values, dtype="float64")), ",", whole=False)
    expected = pd.Series(values, dtype="float64")
    assert np.array_equal(clean.to_numpy(dtype=float, na_value=np.nan), expected.to_numpy(), equal_nan=True)
    assert left.isna().all()


def test_dates_of_every_kind_come_back_as_days() -> None:
    day = dt.datetime(2006, 11, 13)
    raw = column("2006-11-13", "2006-11-13 09:02:13", "13/11/2006", day, "13.11.2006", "31/02/2006", "demain")
    clean, left, day_first = dates(distinct(raw), None)
    assert clean.tolist()[:5] == [pd.Timestamp(day)] * 5
    assert left.tolist()[5:] == ["31/02/2006", "demain"]
    assert day_first


def test_a_declared_date_format_is_the_only_one_read() -> None:
    clean, left, day_first = dates(distinct(column("11/13/2006", "2006-11-13")), "%m/%d/%Y")
    assert clean.tolist()[0] == pd.Timestamp("2006-11-13")
    assert (left.tolist()[1], day_first) == ("2006-11-13", False)


def test_months_are_written_one_way() -> None:
    clean, left = months(
        distinct(column("2003-01", "200301", "1/2003", "2003-01-31", "01-2003", "01.2003", "2003/01", "2003-13"))
    )
    assert clean.tolist()[:7] == ["2003-01"] * 7
    assert left.tolist()[7] == "2003-13"


def test_texts_lose_outer_blanks_and_blanks_are_missing() -> None:
    assert texts(distinct(column(" a ", "  ", 12.0, None))).fillna("-").tolist() == ["a", "-", "12", "-"]


def test_a_code_is_known_under_its_spellings() -> None:
    assert spellings("01") == ["01", "1"]
    assert spellings("9" * 6000) == ["9" * 6000]
    assert spellings("1,0")[-1] == spellings("1.0000")[-1] == "1"
    assert spellings("A1") == ["A1"]
    assert text_of(float("nan")) is None


def test_categories_of_other_rows_are_not_looked_at() -> None:
    whole = pd.Series(["1", "x", "2"], dtype="category")
    cut = distinct(whole.iloc[[0, 2]].reset_index(drop=True))
    assert cut.values == ["1", "2"]
    assert texts(cut).tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("janvier 2006", "2006-01"),
        ("Févr. 2006", "2006-02"),
        ("janv.-06", "2006-01"),
        ("Aug-98", "1998-08"),
        ("December 2006", "2006-12"),
        ("2006 août", "2006-08"),
        ("juin2006", "2006-06"),
        ("printemps 2006", None),
        ("janvier", None),
    ],
)
def test_months_by_name_are_read_in_french_and_english(text: str, month: str | None) -> None:
    clean, left = months(distinct(column(text)))
    assert (clean.tolist()[0] if month else left.tolist()[0]) == (month or text)


def test_whole_numbers_beyond_what_a_file_can_hold_are_unreadable() -> None:
    clean, unreadable = numbers(distinct(pd.Series([3.0, 1e300, -(2.0**63)])), None, whole=True)
    assert clean.isna().tolist() == [False, True, True]
    assert unreadable.notna().tolist() == [False, True, True]


@pytest.mark.parametrize("text", ["2024/11/05 10:12:33 AM UTC+1", "2024/11/05 1:02:03 PM UTC-1"])
def test_the_moment_that_google_forms_writes_is_its_day(text: str) -> None:
    read, left, _ = dates(distinct(pd.Series([text], dtype="str")), None)
    assert read.dt.strftime("%Y-%m-%d").tolist() == ["2024-11-05"]
    assert left.isna().all()
