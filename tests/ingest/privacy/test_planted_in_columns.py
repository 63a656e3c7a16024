"""Every kind of identifier planted in every column of every received text file: none is left in what ingest makes.

Prints its figure: kinds x columns, and where any was found.
"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation
from pipeline.ingest.checks import engines
from pipeline.ingest.checks.duckdb_run import failing_rows
from pipeline.ingest.stage import Ingested, Refused, read_sources

from ..test_stage import simulated
from .planted import PLANTED
from .test_planted import marks

#: Of a place, a number of its own and a name that may be that of a person it honours are no person's.
OF_A_PLACE = {"business", "full name"}
#: Records of each file before those that are planted.
KEPT = 300


def plant(path: Path, spared: set[str]) -> int:
    """Write the records of a file and, for each column, one more a kind with it in that column; return the columns."""
    raw = path.read_bytes()
    encoding = "utf-8" if _is_utf8(raw) else "cp1252"
    head, *rows = csv.reader(io.StringIO(raw.decode(encoding), newline=""), delimiter=";")
    rows = [r for r in rows[:KEPT] if len(r) == len(head)]
    planted = [
        [value if c == column else cell for c, cell in zip(head, rows[i % len(rows)], strict=True)]
        for column in head
        if column not in spared
        for i, value in enumerate(PLANTED.values())
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([head, *rows, *planted])
    path.write_bytes(text.getvalue().encode(encoding))
    return len(set(head) - spared)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read(evaluation: Evaluation) -> tuple[str, Ingested | None]:
    try:
        return "", read_sources(evaluation)
    except Refused as refused:
        return str(refused), refused.ingested
    except PipelineError as fault:
        return str(fault), None


def texts_of(said: str, made: Ingested) -> Iterator[tuple[str, str]]:
    """Yield where and what: the message, and every column of every table."""
    yield "message", said
    tables = {f"{part}.{n}": t for part in ("clean", "quarantine", "tables") for n, t in getattr(made, part).items()}
    tables |= {part: getattr(made, part) for part in ("account", "failures", "rules", "decisions")}
    for name, table in tables.items():
        for column in table.columns:
            yield f"{name}.{column}", "\n".join(map(str, table[column]))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["miniature", "bretagne-cybercommunes"])
def test_nothing_planted_in_any_column_of_any_source_is_left(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engines, "prepare", lambda: None)
    monkeypatch.setattr(
        engines.Together, "failing_rows", lambda _, seen, rules: functools.partial(failing_rows, seen, rules)
    )
    evaluation = simulated(name, tmp_path, scale=0.05 if name != "miniature" else 0.5)
    # a value of the wave column that stands for no wave stops its file, and its other columns would not be read
    waves = {f.wave_column for s in evaluation.settings.sources for f in s.files.values() if f.wave_column}
    columns = sum(plant(path, waves) for path in sorted(evaluation.data.rglob("*.csv")))
    said, made = read(evaluation)
    assert made is not None
    places = {q.name for i in evaluation.instruments.values() for q in i.all_by_role("site")}
    left: dict[str, set[str]] = {}
    for where, text in texts_of(said, made):
        allowed = OF_A_PLACE if where.rpartition(".")[2] in {*places, "name", "site_id"} else set()
        for kind, mark in marks():
            if mark in text and kind not in allowed:
                left.setdefault(where, set()).add(kind)
    with capsys.disabled():
        print(f"\n{name}: {len(PLANTED)} kinds x {columns} columns, left {left or 'nowhere'}")
    assert left == {}
