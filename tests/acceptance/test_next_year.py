"""Next year: files of 2007 added to the miniature, every misfit refused with how to declare it, and the report made."""

from __future__ import annotations

import csv
import json
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
    site = project / "reports" / "_site" / "miniature"
    _publish(site)
    shutil.copy(site / "data" / "ledger.csv", folder / "ledger-2006.csv")
    shutil.copy(site / "manifest.json", folder / "manifest-2006.json")
    published = _bytes(site)
    files_of = "ledger: ledger-2006.csv, manifest: manifest-2006.json"
    edition = f"edition: 2007\nprevious: [{{edition: 2006, {files_of}}}]\n"
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
    _check_edition_kept(project, published)


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


def _publish(site: Path) -> None:
    """Have the site of the shared build say since when it is published, as its declaration would have."""
    path = site / "manifest.json"
    made = json.loads(path.read_text(encoding="utf-8"))
    made["settings"]["published"] = "2007-06-01"
    path.write_text(json.dumps(made), encoding="utf-8")


def _bytes(site: Path) -> dict[str, bytes]:
    return {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*") if p.is_file()}


def _check_edition_kept(project: Path, published: dict[str, bytes]) -> None:
    """The edition before stands whole beside this one, pages lead to it, and what became of its numbers is told."""
    site = project / "reports" / "_site" / "miniature"
    assert _bytes(site / "editions" / "2006") == published
    assert 'href="editions/2006/index.html"' in (site / "editions.html").read_text(encoding="utf-8")
    assert 'href="editions.html"' in (site / "index.html").read_text(encoding="utf-8")
    assert "dans l’édition 2006 et repris dans celle-ci" in (site / "methods.html").read_text(encoding="utf-8")
    with (site / "data" / "revisions.csv").open(encoding="utf-8", newline="") as handle:
        changes = list(csv.DictReader(handle, delimiter=";"))
    # the waves before were received again as they were: what changed is what the guard hides or the numbers say
    assert {line["printing"] for line in changes} <= {"2006"}
    assert {line["cause"] for line in changes} <= {"data", "boundaries", "population", "settings", "code", "several"}
    told = pipeline(project, "verify", "miniature", "--edition", "2006")
    assert told.code == 0, told.err
    assert "all as they were published" in told.out
