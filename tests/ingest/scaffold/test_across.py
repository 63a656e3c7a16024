"""Counts as town halls lay them out are read as the long table that they stand for, or left out with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from pipeline.errors import IngestError
from pipeline.evaluation import FileSpec, load
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.across import constants_of
from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.ingest.stage import Ingested, read_sources

TODAY = dt.date(2026, 11, 29)
MONTHS = [
    "Janvier",
    "Février",
    "Mars",
    "Avril",
    "Mai",
    "Juin",
    "Juillet",
    "Août",
    "Septembre",
    "Octobre",
    "Novembre",
    "Décembre",
]
BANDS = ["Moins de 25 ans", "25-59 ans", "60 ans et plus"]
SPACES = [f"EN{i:02d}" for i in range(1, 6)]
KEYS = ["Espace", "Mois", "Tranche d'âge"]
Rows = Sequence[Sequence[Any]]


def truth(years: Sequence[int] = (2025,)) -> pd.DataFrame:
    """Return the counts in a long table: a row a space, month (with its year) and age band."""
    rng = np.random.default_rng(4)
    rows = [
        (s, y, m, b, int(rng.integers(20, 900)))
        for s in SPACES for y in years for m in range(1, 13) for b in BANDS
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Espace", "Année", "n", "Tranche d'âge", "Visites"])


def workbook(path: Path, sheets: dict[str, Rows], merged: Sequence[tuple[int, int, int, int]] = ()) -> Path:
    """Write sheets of cells; ``merged`` are ranges (first row, column, last row, column) of every sheet."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(at, column, cell)
        for top, left, bottom, right in merged:
            sheet.merge_range(top, left, bottom, right, rows[top][left])
    book.close()
    return path


def read(folder: Path, *files: Path) -> Ingested:
    new_evaluation("essai", list(files), folder, lambda standing: False, TODAY)
    return read_sources(load("essai", folder))


def counts_of(found: Ingested) -> pd.DataFrame:
    """Return the clean counts of the one source of attendance."""
    return found.clean["attendance"].rename(columns={"site_id": "Espace"})


def assert_same(clean: pd.DataFrame, expected: pd.DataFrame, by: Sequence[str]) -> None:
    """Hold the visits of a clean table against the long table, cell by cell."""
    expected = expected.assign(month=[f"{y}-{m:02d}" for y, m in zip(expected["Année"], expected["n"], strict=True)])
    codes = dict(zip(BANDS, ("0-24", "25-59", "60+"), strict=True))
    expected = expected.assign(age_band=expected["Tranche d'âge"].map(codes))
    month = next(c for c in clean.columns if c.lower() in ("month", "mois", "periode", "p_riode"))
    visits = next(c for c in clean.columns if c.lower() == "visites")
    clean = clean.rename(columns={month: "month", visits: "Visites"})
    keys = ["Espace", "month", *by]
    a = clean.groupby(keys)["Visites"].sum().astype(int).sort_index()
    b = expected.groupby(keys)["Visites"].sum().astype(int).sort_index()
    pd.testing.assert_series_equal(a, b, check_names=False, check_index_type=False)


def wide_ages(data: pd.DataFrame, subtotals: bool = True) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
    """Return a town hall's table: a space merged down its twelve months, ages side by side, subtotals and a total."""
    rows: list[list[Any]] = [["Fréquentation des espaces numériques 2025"], [], ["Espace", "Mois", *BANDS, "Total"]]
    merged = []
    for space in SPACES:
        top = len(rows)
        own = data[data["Espace"] == space]
        for m, name in enumerate(MONTHS, 1):
            cells = [int(own[(own["n"] == m) & (own["Tranche d'âge"] == b)]["Visites"].sum()) for b in BANDS]
            rows.append([space if m == 1 else None, name, *cells, sum(cells)])
        merged.append((top, 0, top + 11, 0))
        if subtotals:
            sums = [int(own[own["Tranche d'âge"] == b]["Visites"].sum()) for b in BANDS]
            rows.append([f"Total {space}", None, *sums, sum(sums)])
    if subtotals:
        sums = [int(data[data["Tranche d'âge"] == b]["Visites"].sum()) for b in BANDS]
        rows.append(["Total général", None, *sums, sum(sums)])
    return rows, merged


def months_across(data: pd.DataFrame, label: Callable[[str], str] = str) -> list[list[Any]]:
    rows: list[list[Any]] = [["Espace", *map(label, MONTHS), "Total"]]
    for space in SPACES:
        cells = [int(data[(data["Espace"] == space) & (data["n"] == m)]["Visites"].sum()) for m in range(1, 13)]
        rows.append([space, *cells, sum(cells)])
    sums = [int(data[data["n"] == m]["Visites"].sum()) for m in range(1, 13)]
    return [*rows, ["Total", *sums, sum(sums)]]


def test_a_space_merged_down_its_months_with_ages_side_by_side_is_the_long_table(tmp_path: Path) -> None:
    data = truth()
    rows, merged = wide_ages(data)
    rows.append(["Chiffres provisoires."])
    found = read(tmp_path, workbook(tmp_path / "f.xlsx", {"Relevés": rows}, merged))
    assert not found.account["reason"].isin(["missing_required", "ragged_row"]).any()
    assert_same(counts_of(found), data, ["age_band"])
    assert found.account.query("reason == 'total_row'")["n"].sum() == 6 * 3


def test_blank_cells_below_a_space_are_those_of_a_merged_one_saved_as_text(tmp_path: Path) -> None:
    data = truth()
    rows, _ = wide_ages(data, subtotals=False)
    text = "\n".join(";".join("" if c is None else str(c) for c in row) for row in rows[2:])
    (tmp_path / "releves-2025.csv").write_text(text + "\n", encoding="utf-8")
    assert_same(counts_of(read(tmp_path, tmp_path / "releves-2025.csv")), data, ["age_band"])


@pytest.mark.parametrize(
    ("name", "sheet", "title", "label"),
    [
        ("f.xlsx", "Feuil1", ["Visites de l'année 2025"], str),
        ("f.xlsx", "2025", [], str),
        ("frequentation-2025.xlsx", "Feuil1", [], str),
        ("f.xlsx", "Feuil1", [], lambda m: f"{m} 2025"),
        ("f.xlsx", "Feuil1", [], lambda m: f"{MONTHS.index(m) + 1:02d}/2025"),
    ],
)
def test_months_in_columns_take_their_year_from_where_it_stands(
    name: str, sheet: str, title: list[str], label: Callable[[str], str], tmp_path: Path
) -> None:
    data = truth()
    rows = [title, [], *months_across(data, label)] if title else months_across(data, label)
    assert_same(counts_of(read(tmp_path, workbook(tmp_path / name, {sheet: rows}))), data, [])


def test_two_years_of_months_under_their_year_are_the_long_table(tmp_path: Path) -> None:
    data = truth((2024, 2025))
    years = [months_across(data[data["Année"] == y]) for y in (2024, 2025)]
    top = ["Espace", "2024", *[None] * 11, "2025", *[None] * 11]
    rows: list[list[Any]] = [top, [None, *MONTHS, *MONTHS]]
    rows += [[SPACES[i], *years[0][i + 1][1:13], *years[1][i + 1][1:13]] for i in range(len(SPACES))]
    assert_same(counts_of(read(tmp_path, workbook(tmp_path / "f.xlsx", {"Feuil1": rows}))), data, [])


def test_sheets_that_are_years_give_their_months_the_year(tmp_path: Path) -> None:
    data = truth((2023, 2025))
    sheets = {str(y): months_across(data[data["Année"] == y]) for y in (2023, 2025)}
    assert_same(counts_of(read(tmp_path, workbook(tmp_path / "f.xlsx", sheets))), data, [])
    long = {
        str(y): [
            ["Espace", "Mois", "Visites"],
            *([s, m, int(v)] for s in SPACES for i, m in enumerate(MONTHS, 1)
              for v in [data[(data["Année"] == y) & (data["Espace"] == s) & (data["n"] == i)]["Visites"].sum()]),
        ]
        for y in (2023, 2025)
    }  # fmt: skip
    (tmp_path / "b").mkdir()
    assert_same(counts_of(read(tmp_path / "b", workbook(tmp_path / "b" / "f.xlsx", long))), data, [])


def test_sheets_that_are_spaces_hold_months_by_age(tmp_path: Path) -> None:
    data = truth()
    sheets: dict[str, Rows] = {}
    for space in SPACES:
        own = data[data["Espace"] == space].pivot(index="n", columns="Tranche d'âge", values="Visites")[BANDS]
        sheets[space] = [
            ["Mois", *BANDS],
            *([f"{m:02d}/2025", *map(int, own.loc[m])] for m in range(1, 13)),
        ]
    assert_same(counts_of(read(tmp_path, workbook(tmp_path / "f.xlsx", sheets))), data, ["age_band"])


def by_space(data: pd.DataFrame, year: int) -> dict[str, Rows]:
    """Return a sheet a space, a row an age band, months without their year side by side, closed months and totals."""
    sheets: dict[str, Rows] = {"Synthèse": [["Espace", "Visites"], *([s, 1] for s in SPACES)]}
    for space in SPACES:
        own = data[(data["Espace"] == space) & (data["Année"] == year)]
        own = own.pivot(index="Tranche d'âge", columns="n", values="Visites").loc[BANDS]
        rows = [[b, *map(int, own.loc[b]), int(own.loc[b].sum())] for b in BANDS]
        if space == SPACES[1]:
            rows = [[*r[:8], "fermé", *r[9:13], r[13] - r[8]] for r in rows]
        sums = [sum(c for c in column if c != "fermé") for column in list(zip(*rows, strict=True))[1:]]
        sheets[space] = [[f"Espace {space}"], [], ["Public", *MONTHS, "Total"], *rows, ["TOTAL", *sums], [], ["vu"]]
    return sheets


def test_workbooks_of_a_year_each_hold_a_sheet_a_space_and_the_year_in_their_names(tmp_path: Path) -> None:
    data = truth((2024, 2025))
    books = [workbook(tmp_path / f"visites EPN {y}.xlsx", by_space(data, y)) for y in (2024, 2025)]
    clean = counts_of(read(tmp_path, *books))
    closed = (data["Espace"] == SPACES[1]) & (data["n"] == 8)
    assert_same(clean, data.assign(Visites=data["Visites"].where(~closed, 0)), ["age_band"])


def test_a_year_in_the_name_of_the_file_is_not_that_of_sheets_that_are_years(tmp_path: Path) -> None:
    data = truth((2023, 2025))
    sheets = {str(y): months_across(data[data["Année"] == y]) for y in (2023, 2025)}
    assert_same(counts_of(read(tmp_path, workbook(tmp_path / "visites 2025.xlsx", sheets))), data, [])


def test_a_file_a_month_takes_the_month_of_its_name(tmp_path: Path) -> None:
    data = truth()
    data = data[data["n"] < 4].replace({"Tranche d'âge": {"60 ans et plus": "25-59 ans"}})
    files = []
    for n, name in enumerate(("janvier", "février", "mars"), 1):
        own = data[data["n"] == n].groupby(["Espace", "Tranche d'âge"])["Visites"].sum().unstack()[BANDS[:2]]
        lines = [f"{s};{own.loc[s].iloc[0]};{own.loc[s].iloc[1]};{own.loc[s].sum()}" for s in SPACES]
        sums = ";".join(map(str, [*own.sum(), int(own.to_numpy().sum())]))
        head = "Espace;Moins de 25 ans;25 ans et plus;Total"
        path = tmp_path / f"visites {name} 2025.csv"
        path.write_text("\n".join([head, *lines, f"Total général;{sums}"]), encoding="utf-8")
        files.append(path)
    clean = counts_of(read(tmp_path, *files)).replace({"age_band": {"25+": "25-59"}})
    assert_same(clean, data.groupby(["Espace", "Année", "n", "Tranche d'âge"], as_index=False)["Visites"].sum(),
                ["age_band"])  # fmt: skip


@pytest.mark.parametrize("name", ["visites.csv", "visites janvier et février 2025.csv"])
def test_a_name_that_tells_no_one_month_is_refused_where_it_is_to_tell_it(name: str, tmp_path: Path) -> None:
    spec = FileSpec(path=name, period_in_name="Mois")
    with pytest.raises(Blocked, match="tells no month and no year, or several"):
        constants_of(spec, name)


def test_quarters_summed_between_the_months_are_not_counted(tmp_path: Path) -> None:
    data = truth()
    rows = months_across(data, lambda m: f"{m} 2025")
    mixed = []
    for at, row in enumerate(rows):
        cells = list(row[:1])
        for q in range(4):
            three = list(row[1 + 3 * q : 4 + 3 * q])
            cells += [*three, f"T{q + 1} 2025" if at == 0 else sum(three)]
        mixed.append([*cells, row[13]])
    assert_same(counts_of(read(tmp_path, workbook(tmp_path / "f.xlsx", {"Feuil1": mixed}))), data, [])


def test_a_row_that_does_not_add_up_is_read_as_counted_and_told(tmp_path: Path) -> None:
    rows = months_across(truth(), lambda m: f"{m} 2025")[:-1]
    more = [[f"EN{i:02d}", *[1] * 12, 12] for i in range(6, 16)]
    wrong = [*rows[:3], [*rows[3][:-1], rows[3][-1] + 100], *rows[4:], *more]
    new_evaluation("essai", [workbook(tmp_path / "f.xlsx", {"F": wrong})], tmp_path, lambda s: False, TODAY)
    found = read_sources(load("essai", tmp_path))
    assert found.decisions.query("kind == 'row_totals'")["line"].tolist() == [4]


DATED = [f"{m} 2025" for m in MONTHS]


def table(header: Sequence[str], *more: int) -> list[list[Any]]:
    """Return a table of every space with the numbers 1, 2, ... below the header, and the given ones at the end."""
    counted = len(header) - 1 - len(more)
    return [list(header), *([space, *range(1, counted + 1), *(n + i for n in more)] for i, space in enumerate(SPACES))]


BY_SEX = [f"{group} {band}" for group in ("Hommes", "Femmes") for band in BANDS]
HOSTILE: dict[str, tuple[Rows, str]] = {
    "no year anywhere": (table(["Espace", *MONTHS]), "which year"),
    "two years in the title": ([["Relevés 2024-2025"], [], *table(["Espace", *MONTHS])], "which year"),
    "a total that is none": (table(["Espace", *DATED, "Total"], 80), "not the sum"),
    "other numbers beside": (table(["Espace", *DATED, "Prêts"], 7), "not the sum"),
    "a year for some": (table(["Espace", *DATED[:3], *MONTHS[3:]]), "without their year"),
    "weeks": (table(["Espace", *(f"Semaine {i}" for i in range(1, 9))]), "a week"),
    "months by age": (
        [["Espace", "Mois", *BY_SEX], *([space, "2025-01", *range(6)] for space in SPACES)],
        "same age band",
    ),
    "nothing called a space": (table(["Quartier haut", *DATED]), "called the space"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_told_is_left_out_with_its_reason_and_the_others_are_drafted(name: str, tmp_path: Path) -> None:
    rows, reason = HOSTILE[name]
    bad = workbook(tmp_path / "bad.xlsx", {"Feuil1": rows})
    with pytest.raises(IngestError, match=reason):
        new_evaluation("seul", [bad], tmp_path, lambda standing: False, TODAY)
    answers = tmp_path / "enquete.csv"
    lines = ["Êtes-vous satisfait ?;Votre âge", *(f"{'Oui' if i % 3 else 'Non'};{20 + i}" for i in range(40))]
    answers.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = new_evaluation("essai", [bad, answers], tmp_path, lambda standing: False, TODAY)
    assert any(line.startswith("bad.xlsx: LEFT OUT") and reason in line for line in said)
    assert [s.name for s in load("essai", tmp_path).settings.sources] == ["enquete"]
    assert not (tmp_path / "data" / "raw" / "essai" / "bad.xlsx").exists()


def test_a_correction_names_one_count_of_a_line_by_its_header(tmp_path: Path) -> None:
    data = truth()
    rows = months_across(data, lambda m: f"{m} 2025")[:-1]
    workbook(tmp_path / "f.xlsx", {"Feuil1": rows})
    new_evaluation("essai", [tmp_path / "f.xlsx"], tmp_path, lambda standing: False, TODAY)
    table = tmp_path / "data" / "raw" / "essai" / "corrections.csv"
    head = "source,key,column,old,new,reason,who\n"
    table.write_text(f"{head}attendance,f.xlsx:3:Mars 2025,Visites,{rows[2][3]},7,recompté,équipe\n", encoding="utf-8")
    found = counts_of(read_sources(load("essai", tmp_path)))
    data.loc[(data["Espace"] == "EN02") & (data["n"] == 3), "Visites"] = [7, 0, 0]
    assert_same(found, data, [])
