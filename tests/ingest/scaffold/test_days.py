"""Counts of a day: a sheet a space, days in words, parts of the day with their total, totals of months left blank."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.ingest.values import dates, distinct, months

from .drafting import drafted, kinds, questions
from .test_across import MONTHS, read, workbook

DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
PLACES = ["Fontbouillant", "Bien-Assis", "Ville Gozet"]
REGISTER = [
    ["Code", "Nom", "Adresse", "Ouverture", "Nombre de postes", "Heures / semaine"],
    *([f"EM{i}", s, "3 rue de la Paix", dt.date(2004 + i, 9, 1), 6 + i, 20] for i, s in enumerate(PLACES)),
]


def sheet(place: int) -> tuple[list[list[Any]], int]:
    """Return the sheet of a space, as it is kept by hand over a year, and the visits of that year."""
    rows: list[list[Any]] = [
        [f"Espace : {PLACES[place]}"],
        [],
        ["Date", "Matin", "Après-midi", "Total", "Observations"],
    ]
    whole = 0
    for m, name in enumerate(MONTHS, 1):
        for d in (2, 9, 16):
            day = f"{DAYS[dt.date(2025, m, d).weekday()]} {d} {name.lower()} 2025"
            morning, afternoon = 3 + place + m, 5 + d
            closed = (m, d) == (8, 9)
            rows.append([day, None, None, None, "fermé"] if closed else
                        [day, "n.c." if d == 16 else morning, afternoon, morning + afternoon, None])  # fmt: skip
            whole += 0 if closed else morning + afternoon
        rows.append([f"TOTAL {name.lower()}", None, None, None, None])
    return [*rows, ["TOTAL ANNUEL", None, None, whole, None]], whole


def test_a_sheet_a_space_of_days_in_words_is_counts_of_visits(tmp_path: Path) -> None:
    sheets = {"Lisez-moi": [["Un onglet par espace"]], **{p: sheet(i)[0] for i, p in enumerate(PLACES)}}
    found = read(
        tmp_path,
        workbook(tmp_path / "Suivi 2025.xlsx", sheets),
        workbook(tmp_path / "espaces.xlsx", {"Espaces": REGISTER}),
    )
    clean = found.clean["attendance"]
    assert clean["Total"].sum() == sum(sheet(i)[1] for i in range(3))
    assert sorted(clean["site_id"].unique()) == ["EM0", "EM1", "EM2"]
    assert sorted(clean["Date"].unique()) == [f"2025-{m:02d}" for m in range(1, 13)]
    assert found.account.query("reason == 'total_row'")["n"].sum() == 3 * 13


def test_days_of_loans_are_no_counts_of_visits(tmp_path: Path) -> None:
    rows = [f"EM{i % 3};0{1 + i % 9}/03/2025;{('portable', 'tablette')[i % 2]};{i % 4}" for i in range(40)]
    made = drafted(tmp_path, {"prets.csv": ["Espace;Date;Matériel;Total", *rows]})
    assert "attendance" not in kinds(made).values()
    assert questions(made)["Date"]["type"] == "date"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("jeudi 2 janvier 2025", "2025-01-02"),
        ("1er mars 2025", "2025-03-01"),
        ("Monday, March 3, 2025", "2025-03-03"),
        ("dim. 31 août 2025", "2025-08-31"),
        ("total 2 janvier 2025", None),
        ("31 février 2025", None),
    ],
)
def test_a_day_in_words_is_read_and_nothing_else_is(text: str, day: str | None) -> None:
    values = distinct(pd.Series([text], dtype=object))
    read_day, month = dates(values, None)[0], months(values)[0]
    assert read_day.notna().iloc[0] == month.notna().iloc[0] == (day is not None)
    if day is not None:
        assert (f"{read_day.iloc[0]:%Y-%m-%d}", month.iloc[0]) == (day, day[:7])
