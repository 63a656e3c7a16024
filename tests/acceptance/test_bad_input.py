"""Wrong input gives one clear message with its place, exit code 1 and no traceback; the last good site stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.provenance import tree_digests
from tests.acceptance.conftest import pipeline
from tests.acceptance.in_process import run_here

Change = Callable[[Path], None]


def edit(file: str, old: str, new: str) -> Change:
    """Return a change of one text in a file of the project."""

    def change(project: Path) -> None:
        path = project / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def edit_raw(file: str, old: bytes, new: bytes) -> Change:
    """Return a change of bytes in a received file."""

    def change(project: Path) -> None:
        path = project / "data/raw/miniature" / file
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new, 1))

    return change


def remove(file: str) -> Change:
    """Return the removal of a file."""
    return lambda project: (project / file).unlink()


def truncate(file: str, size: int) -> Change:
    """Return the truncation of a received file."""

    def change(project: Path) -> None:
        path = project / "data/raw/miniature" / file
        path.write_bytes(path.read_bytes()[:size])

    return change


YAML, USERS = "surveys/miniature/evaluation.yaml", "surveys/miniature/users.yaml"
SEMICOLON = 'format: limesurvey, encoding: cp1252, separator: ";"'
CASES: dict[str, tuple[Change, list[str]]] = {
    "missing file": (remove("data/raw/miniature/attendance.csv"), ["attendance.csv", "missing"]),
    "unreadable sav": (truncate("users-2003.sav", 900), ["users-2003.sav"]),
    "sav that is text": (
        lambda project: (project / "data/raw/miniature/users-2003.sav").write_bytes(b"not a file of SPSS") and None,
        ["users-2003.sav"],
    ),
    "empty file": (truncate("users-2006.csv", 0), ["users-2006.csv", "empty"]),
    "unknown column": (
        edit(USERS, "column: Q1_AGE", "column: Q1_AGES"),
        ["Q1_AGES", "Q1_AGE", "users-2003.sav"],
    ),
    "unknown key": (edit(YAML, "synthetic: true", "synthetic: true\nsintetic: 1"), ["evaluation.yaml:", "sintetic"]),
    "unknown code in evaluation.yaml": (
        edit(YAML, "level: pays", "level: pays_"),
        ["territory.level", "pays_", "'pays'"],
    ),
    "unknown analysis": (edit(YAML, "- question: satisfaction", "- question: satisfactions"), ["satisfactions"]),
    "unknown item in the plan": (
        edit(YAML, "elaborate: [help_at_home,", "elaborate: [help_at_work,"),
        ["help_at_work"],
    ),
    "instrument names a column twice": (
        edit(USERS, "column: Q2_SEXE", "column: Q1_AGE"),
        ["users.yaml", "Q1_AGE", "twice"],
    ),
    "recipe names an absent column": (edit(YAML, "cells: [stratum]", "cells: [quarter]"), ["quarter", "stratum"]),
    "margin of an absent variable": (edit(YAML, "attendance:age_band", "attendance:sexe"), ["sexe"]),
    "YAML that is none": (edit(YAML, "edition: 2006", "edition: [2006"), ["evaluation.yaml:"]),
    "another separator": (edit(YAML, SEMICOLON, SEMICOLON.replace(";", "|")), ["users-2006.csv"]),
}


#: The case for which the command is started as a user starts it: it fails while other processes load their libraries.
STARTED = "unreadable sav"


@pytest.mark.parametrize("name", CASES)
def test_wrong_input_gives_one_message_and_leaves_the_site(name: str, project: Path) -> None:
    change, words = CASES[name]
    before = tree_digests(project / "reports/_site/miniature", ["."])
    assert "index.html" in before
    change(project)
    run = (pipeline if name == STARTED else run_here)(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 1, run.out + run.err
    message = run.err
    assert message.startswith("error ("), message
    assert message.count("error (") == 1
    assert "Traceback" not in message + run.out
    for word in words:
        assert word in message, message
    assert tree_digests(project / "reports/_site/miniature", ["."]) == before


def test_an_unknown_evaluation_is_bad_input_and_an_unknown_option_is_usage(project: Path) -> None:
    run = pipeline(project, "report", "bretagne")
    assert (run.code, "miniature" in run.err) == (1, True)
    run = pipeline(project, "report", "miniature", "--colour")
    assert (run.code, "Traceback" in run.err) == (2, False)
