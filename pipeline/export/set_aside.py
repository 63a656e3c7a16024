"""The list of rows that ingest set aside or flagged: where they stand and why, never what they hold.

A received row is individual data, or a figure about one space: its place in the received file is enough for whoever
sent it to find and correct it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.errors import PublishError

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

FIELDS = (
    {"name": "source", "type": "string", "title": "Source"},
    {"name": "wave", "type": "string", "title": "Vague"},
    {"name": "file", "type": "string", "title": "Fichier reçu"},
    {"name": "line", "type": "integer", "title": "Ligne du fichier reçu (numéro de cas pour un fichier SPSS)"},
    {"name": "column", "type": "string", "title": "Colonne reçue"},
    {"name": "rule", "type": "string", "title": "Règle"},
    {"name": "reason", "type": "string", "title": "Motif"},
    {"name": "severity", "type": "string", "title": "Conséquence"},
)


def write_set_aside(evaluation: Evaluation, ingest: Path, folder: Path) -> Path:
    """Write ``set-aside.csv``: the rows of ``ingest/failures.parquet`` in the order of the sources, without any value.

    Raises
    ------
    PublishError
        When ingest left no such table.
    """
    failures = read(ingest, "failures")
    columns = [f["name"] for f in FIELDS]
    order = {s.name: i for i, s in enumerate(evaluation.settings.sources)}
    table = failures[columns].sort_values(["file", "line", "rule", "column"], kind="stable")
    table = table.iloc[table["source"].map(order).argsort(kind="stable")]
    path = folder / "set-aside.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(columns)
        for row in table.itertuples(index=False):
            writer.writerow(["" if pd.isna(v) else v for v in row])
    return path


def read(ingest: Path, name: str) -> pd.DataFrame:
    """Return a table of the ingest stage by name (``account``, ``failures``, ``rules``, ``decisions``)."""
    path = ingest / f"{name}.parquet"
    if not path.is_file():
        raise PublishError("a table of the ingest stage is missing", where=str(path), action="run the stage ingest")
    return pd.read_parquet(path)
