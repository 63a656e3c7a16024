"""Identifiers planted in cells, headers, labels and names of sheets: none is left in a draft, a table or a message.

Prints its figure: kinds x places tried, and where any was found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import load
from pipeline.ingest import ingest
from pipeline.ingest.scaffold.write import new_evaluation

from .planted import PLANTED
from .tokens import _texts

ROWS = 120
TODAY = dt.date(2026, 1, 5)


def marks() -> list[tuple[str, str]]:
    """Return kind and what betrays it, longest first: the whole, and words of it that cannot occur by chance."""
    found = [(kind, value) for kind, value in PLANTED.items()]
    for kind, value in PLANTED.items():
        words = [w.strip("();:,") for w in value.split()]
        found += [(kind, w) for w in words if "zq" in w.lower() or (len(w) >= 7 and any(c.isdigit() for c in w))]
    return list(dict.fromkeys(found))


def answers() -> pd.DataFrame:
    """Return an invented survey: a key, a box, a closed text, a text of another kind a planted row, numbers."""
    rows = range(ROWS)
    planted = list(PLANTED.values())
    texts = [planted[i % len(planted)] if i % 3 == 0 else f"motif {i % 5}" for i in rows]
    return pd.DataFrame(
        {
            "id": [f"r{i}" for i in rows],
            "date": [f"2006-11-{1 + i % 28:02d}" for i in rows],
            "satisfait": [("Oui", "Non")[i % 2] for i in rows],
            "raison": [("proche", "gratuit", "conseil")[i % 3] for i in rows],
            "autre": texts,
            "age": [20 + i % 50 for i in rows],
        }
    )


def everywhere() -> dict[str, pd.DataFrame]:
    """Return place -> a table with every kind planted in it."""
    planted, plain = list(PLANTED.values()), answers()
    once = {c: [planted[i] if i < len(planted) else v for i, v in enumerate(plain[c])] for c in plain.columns}
    closed = [planted[i % 12] if i % 2 else "proche" for i in range(ROWS)]
    headers = plain.assign(autre="x", **{f"Avis de {value}": plain["satisfait"] for value in planted})
    return {
        "one row each": pd.DataFrame(once),
        "one row each, texts": plain.assign(raison=once["raison"], satisfait=once["satisfait"]),
        "answers": plain.assign(raison=closed),
        "headers": headers,
    }


def found_in(folders: Iterable[Path], said: str = "", without: Path | None = None) -> dict[str, set[str]]:
    """Return kind -> where it is left."""
    left: dict[str, set[str]] = {}
    for folder in folders:
        for path in (p for p in folder.rglob("*") if p.is_file() and p != without):
            for text in (path.name, *_texts(path.read_bytes(), path)):
                for kind, mark in marks():
                    if mark in text:
                        left.setdefault(kind, set()).add(path.name)
    for kind, mark in marks():
        if mark in said:
            left.setdefault(kind, set()).add("message")
    return left


def tried(root: Path, received: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, set[str]]:
    """Draft an evaluation of a file, read it, and return what is left in messages, declarations and tables."""
    said = ""
    try:
        said += "\n".join(new_evaluation("essai", [received], root, lambda _: True, TODAY))
        evaluation = load("essai", root)
        ingest(evaluation, evaluation.stage("ingest"))
    except PipelineError as fault:
        said += str(fault)
    captured = capfd.readouterr()
    return found_in([root / "build", root / "surveys"], said + captured.out + captured.err)


@pytest.mark.parametrize("place", ["one row each", "one row each, texts", "answers", "headers"])
def test_nothing_planted_in_a_table_is_left(place: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reponses.csv"
    everywhere()[place].to_csv(file, sep=";", index=False)
    left = tried(tmp_path / "root", file, capfd)
    print(f"{len(PLANTED)} kinds x {place}: found {left or 'nowhere'}")
    assert left == {}


def test_nothing_planted_in_labels_is_left(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reponses.sav"
    planted = list(PLANTED.values())
    table = pd.DataFrame({"Q1": [1 + i % len(planted) for i in range(ROWS)], "Q2": [1 + i % 3 for i in range(ROWS)]})
    table = table.assign(**{f"V{i}": [1 + j % 2 for j in range(ROWS)] for i in range(len(planted))})
    labels = {"Q1": "Qui ?", "Q2": "Satisfait ?", **{f"V{i}": f"Que dire de {v} ?" for i, v in enumerate(planted)}}
    values = {"Q1": {1 + i: v for i, v in enumerate(planted)}, "Q2": {1: "oui", 2: "non", 3: planted[0]}}
    pyreadstat.write_sav(
        table,
        str(file),
        column_labels=labels,
        variable_value_labels=values,
        file_label=f"par {planted[0]}",
        note="; ".join(planted[:3]),
    )
    left = tried(tmp_path / "root", file, capfd)
    print(f"{len(PLANTED)} kinds x value and variable labels, file label, notes: found {left or 'nowhere'}")
    assert left == {}


def test_nothing_planted_in_the_names_of_sheets_is_left(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reponses.xlsx"
    with pd.ExcelWriter(file) as book:
        answers().drop(columns="autre").to_excel(book, sheet_name="zq.planted@exemple.invalid", index=False)
        answers().head(3).to_excel(book, sheet_name="06 91 55 37 21", index=False)
        book.book.set_properties({"author": PLANTED["full name"], "comments": PLANTED["telephone"]})
    assert tried(tmp_path / "root", file, capfd) == {}
