"""The list of rows that ingest set aside or flagged: where they stand, why, and the value at fault where it is safe.

A received row is individual data, or a figure about one space: the published list never holds the rest of it. Its place
in the received file is enough for whoever sent it to find it; the whole rows, without identifiers and open text, stay
with the field manager in ``build/<evaluation>/ingest/<source>/set-aside.csv``.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.errors import PublishError
from pipeline.publish.annex.spreadsheet import safe

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

#: Columns and their types, as the data package describes them.
FIELDS = {
    **dict.fromkeys(("source", "wave", "file"), "string"),
    "line": "integer",
    **dict.fromkeys(("column", "rule", "reason", "found", "severity"), "string"),
}
#: Rules whose value at fault is an impossible number or day; in any other cell somebody may have written a name, or
#: stands a number that may be true of one space (a total that its parts do not add up to).
TOLD = ("out_of_range", "date_outside_field", "repeated_key", "missing_required")


def write_set_aside(evaluation: Evaluation, ingest: Path, folder: Path) -> Path:
    """Write ``set-aside.csv``: the records of ``ingest/failures.parquet`` in the order of the sources.

    Raises
    ------
    PublishError
        When ingest left no such table.
    """
    failures = read(ingest, "failures")
    # what a check of the whole source found has no record to point to
    failures = failures[failures["line"].notna()]
    told = failures["rule"].isin(TOLD) & failures["severity"].ne("flag")
    failures = failures.assign(found=failures["found"].where(told, ""))
    columns = list(FIELDS)
    order = {s.name: i for i, s in enumerate(evaluation.settings.sources)}
    table = failures[columns].sort_values(["file", "line", "rule", "column"], kind="stable")
    table = table.iloc[table["source"].map(order).argsort(kind="stable")]
    path = folder / "set-aside.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        writer.writerow(columns)
        for row in table.itertuples(index=False):
            writer.writerow(["" if pd.isna(v) else safe(v) if isinstance(v, str) else v for v in row])
    return path


def read(ingest: Path, name: str) -> pd.DataFrame:
    """Return a table of the ingest stage by name (``account``, ``failures``, ``rules``, ``decisions``).

    It is the same one as long as the file stays as it is: blocks ask for it source by source, and do not change it.
    """
    path = ingest / f"{name}.parquet"
    if not path.is_file():
        raise PublishError("a table of the ingest stage is missing", where=str(path), action="run the stage ingest")
    state = path.stat()
    return _kept(path, (state.st_mtime_ns, state.st_size))


@functools.lru_cache(maxsize=4)
def _kept(path: Path, stamp: tuple[int, int]) -> pd.DataFrame:
    return pd.read_parquet(path)
