"""Next year: files of 2007 added to the miniature, every misfit refused with how to declare it, and the report made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests import next_year
from tests.acceptance.conftest import Run, pipeline

pytestmark = pytest.mark.slow
#: What is written by hand for the new wave, beside what `add` writes: at most this many lines.
BY_HAND = 15
#: The plan of the last edition as it is written to last: its contrasts by words.
BY_WORDS = {
    "wave=2003..2006": "wave=first..latest",
    "period=2003..2006": "period=first..latest",
    "users/wave=2006": "users/wave=latest",
    'contrast: ["2003", "2006"]': "contrast: [first, latest]",
    "contrast: [2003, 2006]": "contrast: [first, latest]",
}


def _declarations(project: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in (project / "surveys" / "miniature").glob("*.yaml")}


def _add(project: Path, files: dict[str, Path], *names: str) -> Run:
    return pipeline(project, "add", "miniature", *(str(files[n]) for n in names or files), "--yes")


def _write(project: Path, file: str, old: str, new: str) -> int:
    """Change a declaration by hand and return how many lines that took."""
    path = project / "surveys" / "miniature" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.count(old)


def _refused(project: Path, run: Run, *words: str) -> None:
    """The message names what does not fit, and nothing was written."""
    assert run.code == 1, run.out + run.err
    assert all(word in run.err for word in words), run.err
    assert not list((project / "data" / "raw" / "miniature").glob("*2007*"))
    assert not (project / "build" / ".add-miniature").exists()


def test_a_wave_is_added_by_files_and_a_few_lines(project: Path, tmp_path: Path) -> None:
    data = project / "data" / "raw" / "miniature"
    files = next_year.make(data, tmp_path / "received", code=True)
    for old, new in BY_WORDS.items():
        _write(project, "evaluation.yaml", old, new)
    before = _declarations(project)

    # a renamed question is told by name, and declared where it stands
    _refused(project, _add(project, files), "'Q07' (question 'visits_elsewhere')", "Q07B", "{column: NEW}")
    assert _declarations(project) == before
    old = 'waves: {"2003": {column: Q7_AUTRES'
    lines = _write(project, "users.yaml", old, old.replace("{", '{"2007": {column: Q07B}, ', 1))
    # then a new answer
    _refused(project, _add(project, files), "occupation", "A9 (52 records)", "`recode:`")
    old = '      "2006": {recode: {A1: pupil_student'
    lines += _write(project, "users.yaml", old, f'      "2007": {{recode: {{A9: employed}}}}   # apprentices\n{old}')
    # then a space that no register lists
    _refused(project, _add(project, files, "users", "fieldwork", "attendance"), next_year.NEW_SPACE, "newer register")

    by_hand = _declarations(project)
    run = _add(project, files)
    assert run.code == 0, run.out + run.err
    assert "field: [2007-11-12, 2007-12-07]" in run.out
    assert "no return of 2007-12: missing, and not zero" in run.out
    assert "old commune, CYB29-006: 29149 -> 29076" in run.out
    assert "CYB29-003" not in run.out, "what was decided in the last edition is not told again"
    # lines are added, and one file of a list is replaced by the one that continues it; nothing else moves
    after = _declarations(project)
    assert {name for name in after if after[name] != by_hand[name]} == {"evaluation.yaml"}
    kept = [line for line in by_hand["evaluation.yaml"].splitlines() if "path: register.csv" not in line]
    rest = iter(after["evaluation.yaml"].splitlines())
    assert all(line in rest for line in kept)
    assert (data / "users-2006.csv").exists()

    # the new edition: its year, the waves it compares, what the last one printed
    folder = project / "surveys" / "miniature"
    ledger = next((project / "reports" / "_site" / "miniature" / "data").glob("ledger.csv"))
    shutil.copy(ledger, folder / "ledger-2006.csv")
    edition = "edition: 2007\nprevious: [{edition: 2006, ledger: ledger-2006.csv}]\n"
    lines += _write(project, "evaluation.yaml", "edition: 2006\n", edition) + 1
    old = "activism_associations]\n      contrast: [first, latest]"
    pairs = old.replace("[first, latest]", "[[first, latest], [previous, latest]]")
    lines += _write(project, "evaluation.yaml", old, pairs)
    dates = "dates: [2003-12-31, 2006-12-31"
    lines += _write(project, "evaluation.yaml", f"{dates}]", f"{dates}, 2007-12-31]")
    assert lines <= BY_HAND
    run = pipeline(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    _check_contrasts(project)


def _check_contrasts(project: Path) -> None:
    """Both pairs of waves are computed and said, each with its years."""
    table = pd.read_parquet(project / "build" / "miniature" / "protect" / "results.parquet")
    shifts = table[(table["analysis"] == "demand") & (table["measure"] == "shift")]
    assert set(shifts["wave"]) == {"2003..2007", "2006..2007"}
    levels = table[(table["analysis"] == "demand") & (table["measure"] == "share")]
    assert not levels["result_id"].duplicated().any()
    path = project / "reports" / "_site" / "miniature" / "report.html"
    report = path.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert all(f"depuis {year}" in report for year in ("2003", "2006"))
