"""Periods of counts as people write them: each text names one period, or none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from pipeline.evaluation.periods import Period
from pipeline.ingest.periods import dated, period_of, periods
from pipeline.ingest.values import distinct

READ: list[tuple[Period, dict[Any, str | None]]] = [
    (
        "quarter",
        {
            "T1 2005": "2005-Q1",
            "2005-T2": "2005-Q2",
            "1er trimestre 2005": "2005-Q1",
            "3e trimestre de l'année 2005": "2005-Q3",
            "4T2005": "2005-Q4",
            "Q1-2006": "2006-Q1",
            "janvier à mars 2005": "2005-Q1",
            "avr.-juin 2005": "2005-Q2",
            "2005-01": "2005-Q1",
            "30/06/2005": "2005-Q2",
            dt.datetime(2005, 10, 1): "2005-Q4",
            "2005-02": None,
            "février à avril 2005": None,
            "2005": None,
            "T5 2005": None,
        },
    ),
    ("half-year", {"S1 2005": "2005-H1", "2e semestre 2005": "2005-H2", "juillet - décembre 2005": "2005-H2"}),
    ("year", {"2005": "2005", 2005.0: "2005", "Exercice 2005": "2005", "2005-12-31": "2005", "2005-06": None}),
    (
        "school-year",
        {
            "2005-2006": "2005-2006",
            "2005/06": "2005-2006",
            "Année scolaire 2005-2006": "2005-2006",
            "2005-09-01": "2005-2006",
            "2006-08": "2005-2006",
            "2005/2007": None,
            "2006-2005": None,
            "2005": None,
        },
    ),
    ("month", {"01/02/2006": "2006-02", "févr. 2006": "2006-02", "T1 2006": None}),
]


@pytest.mark.parametrize(("period", "texts"), READ)
def test_a_text_is_one_period_of_the_declared_kind_or_is_told(period: Period, texts: dict[Any, str | None]) -> None:
    clean, left = periods(distinct(pd.Series(list(texts), dtype="object")), period)
    assert [None if pd.isna(c) else c for c in clean] == list(texts.values())
    assert left.notna().tolist() == [want is None for want in texts.values()]


def test_what_a_column_is_of_is_found_where_all_its_texts_agree_and_only_there() -> None:
    agreed = {"2005|2006": "year", "T1 2005|2005 T2": "quarter", "S1 2005": "half-year", "2005-01|2005-06": "month"}
    assert {texts: period_of(texts.split("|")) for texts in agreed} == agreed
    assert period_of(["2005-2006"]) == "school-year"
    assert period_of(["2005", "T1 2005"]) is None


def test_a_part_of_a_year_takes_the_year_of_another_column() -> None:
    parts, years = (
        pd.Series(["1", "T2", "3e trimestre", "T4 2004", None]),
        pd.Series([2005, "2005", "2006", 2007, 2008]),
    )
    made = dated(parts, years, "quarter")
    read, _ = periods(distinct(made), "quarter")
    assert read.tolist()[:4] == ["2005-Q1", "2005-Q2", "2006-Q3", "2004-Q4"]
    assert pd.isna(read.iloc[4])
