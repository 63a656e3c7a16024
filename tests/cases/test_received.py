"""Every shared file of a kind that once went wrong ends as its table says: right values, or one clear stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from .received import (
    FOLDER,
    Expect,
    accepted,
    closed,
    counted,
    drafted,
    either,
    every,
    mean,
    never_zero,
    only_as_text,
    orderly,
    published,
    reaches_a_report,
    refused,
    said,
    try_files,
    unpublished,
    visits,
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
    "feuilles": (["feuilles.xlsx", "reg4.csv"], visits(1864)),
    "kobo_repeat": (["kobo_repeat.xlsx"], every(accepted(80), said("no respondents, not read: membres"))),
}
#: Texts in a wrong encoding.
ENCODED: dict[str, tuple[list[str], Expect]] = {
    "moji": (["moji.csv"], every(said("encoded twice, read back"), published("très satisfait"), unpublished("Ã"))),
}
#: Periods as columns.
ACROSS: dict[str, tuple[list[str], Expect]] = {
    "chicago": (["chicago.csv"], refused("side by side", "called the space", "JANUARY")),
}
#: Other tables in the sheet of the first, and cells as spreadsheets hold them.
CELLS: dict[str, tuple[list[str], Expect]] = {
    "two_tables": (["two_tables.xlsx"], every(accepted(60), said("not read: rows 64-69"))),
    "qualtrics": (["qualtrics.csv"], every(accepted(80), drafted("Quel âge avez-vous ?"))),
    "duration": (["duration.xlsx"], every(accepted(60), said("durations of the spreadsheet, read as minutes"))),
}
#: Totals beside their parts.
TOTALS: dict[str, tuple[list[str], Expect]] = {
    "act_total": (["act_total.csv", "reg.csv"], every(visits(21600), said("Total"))),
    "reg_total": (
        ["reg_total.csv", "act_total.csv"],
        every(
            counted("account.accepted.count/records/period=all/region=53/source=register", 12),
            visits(21600),
        ),
    ),
    "soustotaux": (["soustotaux.csv"], every(accepted(400), mean("nombre de visites", 5.5))),
    "totals": (["totals.xlsx"], accepted(60)),
}
#: Numbers that may be read in two ways, with units, or beside texts.
NUMBERS: dict[str, tuple[list[str], Expect]] = {
    "att_pt": (["att_pt.csv", "reg3.csv"], either(visits(34326), refused("1.000", "1000", 'thousands: "."'))),
    "rev_point": (["rev_point.csv"], either(mean("revenu", 2210.915), refused("2.050", "2050", 'thousands: "."'))),
    "rev_comma": (["rev_comma.csv"], either(mean("income", 2210.915), refused("2,050", "2050", 'thousands: ","'))),
    "point": (["point.csv", "reg4.csv"], either(visits(53112), refused("1.101", "1101", 'thousands: "."'))),
    "pct": (["pct.csv"], every(mean("part du temps", 41.1667, 0.001), mean("dépense", 25.0))),
    "textnum": (["textnum.xlsx"], every(mean("nombre de visites", 5.5), mean("revenu", 1560.0))),
}
#: Answers: not asked, spelled in several ways, with signs of mark-up, of persons.
ANSWERS: dict[str, tuple[list[str], Expect]] = {
    "boxes_two_waves": (["boxes_two_waves.csv"], every(accepted(600), never_zero("2019"))),
    "oui": (
        ["oui.csv"],
        every(closed("Avez-vous un ordinateur ?", "oui", "non", "O", "N"), drafted("N = non ?, O = oui ?")),
    ),
    "slash": (["slash.csv"], published("CDI/CDD")),
    "break": (["break.csv"], published("En emploi (salarié)")),
    "at": (["at.csv"], published("Suivez-vous @region_bretagne ?")),
    "numtitre": (["numtitre.csv"], every(mean("1. nombre de visites", 7.0), published("1. Nombre de visites"))),
    "names": (["names.csv"], every(accepted(120), unpublished("Gwenaëlle", "Nolwenn", "Loïc", "06603", "Kerbrat"))),
}
#: Dates, months, codes and formulas as people and spreadsheets write them.
WRITTEN: dict[str, tuple[list[str], Expect]] = {
    "dates": (["dates.csv"], accepted(120)),
    "moislettres": (["moislettres.csv", "reg4.csv"], visits(5064)),
    "swapped": (["swapped.xlsx"], every(accepted(120), said("swapped day and month"))),
    "errors": (["errors.xlsx"], every(accepted(60), said("a formula that failed (#N/A, #REF!", "#DIV/0!"))),
    "reg_zeros": (["reg_zeros.csv"], said("Zéro de tête rendu à un code")),
}
#: Labels that hold persons, or signs of mark-up.
LABELS: dict[str, tuple[list[str], Expect]] = {
    "names-in-labels": (
        ["names-in-labels.sav"],
        every(
            reaches_a_report,
            unpublished("soazig.tanguy", "06 77 66 55 44", "rue des Korrigans"),
        ),
    ),
    "hostile-labels": (
        ["hostile-labels.sav"],
        every(reaches_a_report, only_as_text("<script>alert", 'src="secret.txt"', "<img src=")),
    ),
}
#: Questionnaires alone: refused by name, since there are no answers to read.
FORMS: dict[str, tuple[list[str], Expect]] = {
    name: ([f"{name}.xlsx"], refused("none of the files holds data"))
    for name in ("xlsform_case_insensitivity", "xlsform_specify_other", "xlsform_yes_or_no_question")
}
CASES = TOTALS | NUMBERS | ANSWERS | WRITTEN | LABELS | FORMS | ACROSS | SHAPE | DECLARED | SHEETS | ENCODED | CELLS


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


#: Shared files that other tests read.
ELSEWHERE = {"miniature-register-space-outside-pays.csv", "README.md", "try.py"}


@pytest.mark.slow
def test_every_shared_file_has_its_expectation() -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"the shared files are not here: {FOLDER}")
    here = {p.name for folder in (FOLDER, FOLDER / "hostile") for p in folder.glob("*.*")}
    assert here - ELSEWHERE == {file for needed, _ in CASES.values() for file in needed}
