"""Every shared file of a kind that once went wrong ends as its table says: right values, or one clear stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import copy_project

from .received import (
    FOLDER,
    Expect,
    accepted,
    drafted,
    every,
    orderly,
    published,
    refused,
    said,
    try_files,
    unpublished,
)

#: Records that do not fit their header, and columns without a name.
SHAPE: dict[str, tuple[list[str], Expect]] = {
    "trailing": (["trailing.csv"], every(accepted(120), said("trailing separator"))),
    "one_more": (["one_more.csv"], every(accepted(100), said("trailing separator"))),
    "short_header": (["short_header.csv"], every(accepted(120), said("trailing separator"))),
    "cras_nulls": (["cras_nulls.csv"], refused("13 names", "40 fields", "cras_nulls.csv:2")),
    "sansnom": (["sansnom.csv"], every(accepted(100), said("column_4, column_5"))),
}
#: What files of statistical programs say of their columns.
DECLARED: dict[str, tuple[list[str], Expect]] = {
    "bad_date": (["bad_date.sav"], every(accepted(299), said("'jour'", "case 8"))),
    "mrs_real": (
        ["mrs_real.sav"],
        every(accepted(6), drafted("slots: [ca_subvar_1", "name: d,")),
    ),
    "mrs_counted0": (
        ["mrs_counted0.sav"],
        every(accepted(6), drafted("ticked: [0]", "slots: [ca_subvar_1")),
    ),
}
#: Workbooks of several sheets.
SHEETS: dict[str, tuple[list[str], Expect]] = {
    "hidden_sheet": (["hidden_sheet.xlsx"], every(accepted(60), said("hidden sheets, not read: Brouillon"))),
    "annees": (
        ["annees.xlsx"],
        every(accepted(270), accepted(80, "2021"), accepted(90, "2022"), accepted(100, "2023")),
    ),
    "feuilles": (["feuilles.xlsx", "reg4.csv"], refused("Janvier", "Février", "Mars", "Avril", "one below the other")),
    "kobo_repeat": (["kobo_repeat.xlsx"], every(accepted(80), said("no respondents, not read: membres"))),
}
#: Texts in a wrong encoding.
ENCODED: dict[str, tuple[list[str], Expect]] = {
    "moji": (["moji.csv"], every(said("encoded twice, read back"), published("très satisfait"), unpublished("Ã"))),
}
#: Periods as columns.
ACROSS: dict[str, tuple[list[str], Expect]] = {
    "chicago": (["chicago.csv"], refused("side by side, one column a month", "JANUARY")),
}
#: Other tables in the sheet of the first, and cells as spreadsheets hold them.
CELLS: dict[str, tuple[list[str], Expect]] = {
    "two_tables": (["two_tables.xlsx"], every(accepted(60), said("not read: rows 64-69"))),
    "qualtrics": (["qualtrics.csv"], every(accepted(80), drafted("Quel âge avez-vous ?"))),
    "duration": (["duration.xlsx"], every(accepted(60), said("durations of the spreadsheet, read as minutes"))),
}
CASES = ACROSS | SHAPE | DECLARED | SHEETS | ENCODED | CELLS


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project of its own, without any evaluation."""
    project = copy_project(tmp_path_factory.mktemp("cases") / "project", ())
    (project / "surveys").mkdir()
    return project


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_received_file_ends_in_right_numbers_or_in_one_clear_stop(name: str, project: Path) -> None:
    needed, expect = CASES[name]
    files = [next(iter(FOLDER.rglob(file)), FOLDER / file) for file in needed]
    if not all(f.is_file() for f in files):
        pytest.skip(f"the shared files are not here: {FOLDER}")
    ended = try_files(project, name.replace("_", "-"), files)
    assert orderly(ended) is None
    assert expect(ended) is None
