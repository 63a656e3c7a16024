"""Every kind of identifier, over every column of received files, all the way to the pages: none is left anywhere.

Each run prints its figure: kinds x columns, and where any was found.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pandas as pd
import pytest

from pipeline.evaluation import load
from pipeline.simulate import simulate
from tests.acceptance.conftest import copy_project, pipeline

from .planted import PLANTED
from .test_planted import answers, found_in
from .test_planted_in_columns import _is_utf8

KINDS = list(PLANTED.values())
COMMUNES = ("56260", "56121", "35238", "29232", "22278", "35288")
SPACES = 60
#: Of records, so many hold something: more would fail a rule too often, and stop the evaluation.
PLANTED_SHARE = 0.02
#: A code that stands for nothing stops the evaluation: `test_planted_in_columns` reads what is then told.
STOPPING = {"vague", "participe", "Q11B", "Q12B", *(f"Q{i:02d}" for i in (2, 3, 4, 5, 13))}
STOPPING |= {f"Q08[SQ{i:03d}]" for i in range(1, 9)}


def drafted_files(folder: Path) -> list[Path]:
    """Return a survey, a register and counts with every kind in columns, names of files, sheets and properties."""
    plain = answers()
    rows = range(len(plain))
    survey = folder / "réponses de Mme Zqerbrat 2006.xlsx"
    keys = [KINDS[i] if i < len(KINDS) else f"k{i}" for i in rows]
    reasons = [KINDS[i] if i < len(KINDS) else v for i, v in enumerate(plain["raison"])]
    shares = {f"Avis de {v}": plain["satisfait"] for v in KINDS[::7]}
    with pd.ExcelWriter(survey) as book:
        told = plain.assign(id=keys, raison=reasons, **shares)
        told.to_excel(book, sheet_name="Gwenaëlle Zqiou-Kerbrat", index=False)
        book.book.set_properties({"author": PLANTED["full name"], "comments": PLANTED["telephone"]})
    spaces = range(SPACES)
    texts = [KINDS[i] if i < len(KINDS) else "mairie" for i in spaces]
    register = pd.DataFrame(
        {
            "id_espace": [f"E{i:03d}" for i in spaces],
            "nom": [f"Espace du bourg {i}" for i in spaces],
            "code_insee": [COMMUNES[i % 6] for i in spaces],
            "postes": [3 + i % 9 for i in spaces],
            "date_ouverture": [f"200{i % 5}-03-01" for i in spaces],
            "structure": texts,
            "remarque": texts,
            "animateur": texts,
        }
    )
    register.to_csv(folder / "registre-0691553722.csv", sep=";", index=False)
    months = [(f"E{i:03d}", f"2006-{m:02d}", 100 + i + m) for i in spaces for m in range(1, 13)]
    counts = pd.DataFrame(months, columns=["id_espace", "mois", "visites"])
    counts["remarque"] = [KINDS[i] if i < len(KINDS) else "Internet" for i in range(len(counts))]
    counts.to_csv(folder / "frequentation.csv", sep=";", index=False)
    return [survey, folder / "registre-0691553722.csv", folder / "frequentation.csv"]


@pytest.mark.slow
def test_nothing_planted_in_files_that_are_drafted_reaches_the_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    received = tmp_path / "received"
    received.mkdir()
    files = drafted_files(received)
    project = copy_project(tmp_path / "project", ())
    said = ""
    for command in (
        ["new", "essai", "--yes", *map(str, files)],
        ["check", "essai"],
        ["report", "essai", "--renderer", "embedded"],
    ):
        run = pipeline(project, *command)
        said += run.out + run.err
        assert run.code == 0, said[-2000:]
    left = found_in([project / p for p in ("build", "surveys", "reports")], said)
    with capsys.disabled():
        print(f"\ndrafted: {len(KINDS)} kinds in 6 columns, headers, names of files: left {left or 'nowhere'}")
    assert left == {}


def plant(path: Path, seed: int) -> tuple[int, int]:
    """Write every kind over the columns of a file, one a copied record; return how many columns and records."""
    raw = path.read_bytes()
    encoding = "utf-8" if _is_utf8(raw) else "cp1252"
    head, *rows = csv.reader(io.StringIO(raw.decode(encoding), newline=""), delimiter=";")
    columns = [i for i, name in enumerate(head) if name not in STOPPING]
    lot = random.Random(seed)
    kinds = lot.sample(KINDS, len(KINDS))
    records = lot.sample(range(len(rows)), min(len(rows), max(len(columns), round(PLANTED_SHARE * len(rows)))))
    for n, record in enumerate(records):
        planted = list(rows[record])
        planted[columns[n % len(columns)]] = kinds[n % len(kinds)]
        rows.append(planted)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([head, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return len(columns), len(records)


@pytest.mark.slow
def test_nothing_planted_in_the_columns_of_an_evaluation_reaches_its_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = copy_project(tmp_path / "project")
    evaluation = load("miniature", project)
    simulate(evaluation)
    written = [plant(path, seed) for seed, path in enumerate(sorted(evaluation.data.rglob("*.csv")))]
    run = pipeline(project, "report", "miniature", "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    left = found_in([project / "build", project / "reports"], run.out + run.err)
    columns, records = (sum(part) for part in zip(*written, strict=True))
    with capsys.disabled():
        print(f"\nminiature: {len(KINDS)} kinds in {columns} columns, {records} records: left {left or 'nowhere'}")
    assert left == {}
