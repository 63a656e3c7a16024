"""Sheets that go back to spaces, in the evaluation's language, and that `corrections` takes back as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.evaluation import Evaluation
from pipeline.ingest.checks.kinds import KINDS
from pipeline.stages.correction_sheets import COLUMNS
from pipeline.stages.corrections import corrections
from pipeline.stages.progress import Progress
from pipeline.wording import words
from tests.ingest.conftest import Make, codes, make, question  # noqa: F401

ROOT = Path(__file__).parents[2]
SILENT = Progress(say=lambda text: None)
ASKED: list[dict[str, Any]] = [
    question("site", "key", role="site"),
    question("age", "number", range=[0, 99], label={"fr": "Âge", "en": "Age"}),
    question("Q", "single", codes=codes("a", "b")),
    question("day", "date", role="date"),
]
CONTENT = "site;age;Q;day\n" + "".join(f"E{1 + i % 2};{20 + i};a;2006-11-14\n" for i in range(60))
ASIDE = "E1;-4;a;2006-11-14\nE1;30;c;2006-11-14\nE1;30;a;2007-01-01\nE2;30;a\n"
REGISTER = (
    {"kind": "sites", "files": {"all": {"path": "register.csv"}}},
    [question("id", "key", role="site"), question("pays", "text")],
    "id;pays\nE1;nord\nE2;sud\n",
)


@pytest.fixture
def evaluation(make: Make, tmp_path: Path) -> Evaluation:  # noqa: F811
    (tmp_path / "reports").symlink_to(ROOT / "reports")
    return make(ASKED, CONTENT + ASIDE, more={"register": REGISTER})


def sheet(evaluation: Evaluation, name: str) -> Path:
    return evaluation.build / "to-correct" / "sheets" / name


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")


def test_a_sheet_says_in_french_what_was_found_what_is_expected_and_where(evaluation: Evaluation) -> None:
    corrections(evaluation, [], SILENT)
    table = read(sheet(evaluation, "E1.csv"))
    assert len(table.columns) == len(COLUMNS)
    said = table[["fichier et ligne", "intitulé", "valeur reçue", "constat", "attendu"]].to_numpy().tolist()
    assert said == [
        ["users.csv:63", "Q", "c", "Code inconnu de l'instrument : c", "codes déclarés (a = libellé a, b = libellé b)"],
        ["users.csv:62", "Âge", "-4", "Valeur hors limites : -4", "valeur dans 0 – 99"],
        [
            *("users.csv:64", "day", "2007-01-01", "Date hors de la période d'enquête : 2007-01-01"),
            "date dans la période de collecte de la vague (du 13 novembre 2006 au 8 décembre 2006)",
        ],
    ]


def test_a_workbook_holds_the_same_as_texts_that_no_spreadsheet_rewrites(evaluation: Evaluation) -> None:
    corrections(evaluation, [], SILENT)
    rows = list(load_workbook(sheet(evaluation, "E1.xlsx")).active.iter_rows())  # type: ignore[union-attr]
    plain = [[str(cell.value or "") for cell in row] for row in rows]
    expected = read(sheet(evaluation, "E1.csv"))
    assert plain[0] == list(expected.columns)
    assert plain[1:] == [[c.removeprefix("'") for c in row] for row in expected.to_numpy().tolist()]
    assert {cell.number_format for cell in rows[1]} == {"@"}


def test_a_filled_workbook_comes_back_into_the_corrections_and_its_record_counts(evaluation: Evaluation) -> None:
    corrections(evaluation, [], SILENT)
    path = sheet(evaluation, "E1.xlsx")
    book = load_workbook(path)
    rows = book.active
    assert rows is not None
    for column, value in (("new", 44), ("reason", "signe"), ("who", "accueil")):
        rows.cell(3, COLUMNS.index(column) + 1).value = value  # type: ignore[union-attr]
    returned = path.with_name("E1 (2).xlsx")
    book.save(returned)
    said = corrections(evaluation, [returned], SILENT, yes=True)
    assert "1 corrections: 1 records come in, 3 stay set aside (2 lines came back without a correction)" in said
    assert pd.read_csv(evaluation.corrections, dtype=str)[["old", "new"]].to_numpy().tolist() == [["-4", "44"]]
    corrections(evaluation, [], SILENT)
    assert len(read(sheet(evaluation, "E1.csv"))) == 2


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_action_is_about_a_rule_and_another_language_has_it_too(lang: str) -> None:
    told, other = (
        {k for k in words.load(ROOT / "reports" / name, name, [], None, {}).texts if k.startswith("_corrections.")}
        for name in (lang, "fr")
    )
    assert told == other
    assert {k.rpartition(".")[2] for k in told if ".actions." in k} - {"other"} <= set(KINDS)
    assert {k.rpartition(".")[2] for k in told if ".columns." in k} == set(COLUMNS)
