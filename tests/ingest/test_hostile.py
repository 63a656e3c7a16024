"""Damaged files end in a table or in one message, never in a fault of a library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.received import Received, choose_columns, read_received
from pipeline.ingest.recode import recode
from pipeline.ingest.routing import route
from pipeline.instrument import Instrument

from .conftest import codes, question

QUESTIONS = [
    question("k", "key", role="respondent"),
    question("q", "single", codes=codes(1, 2), missing={9: "refused"}),
    question("n", "number"),
    question("d", "date"),
    question("t", "open"),
    question("r", "count", asked_if=[{"question": "q", "codes": [1]}]),
]
INSTRUMENT = Instrument.model_validate({"name": "i", "title": {"fr": "i"}, "questions": QUESTIONS})


def intact(tmp_path: Path, kind: str) -> bytes:
    days = pd.to_datetime(["2003-11-17"] * 40)
    table = pd.DataFrame(
        {
            "k": [f"Q{i}" for i in range(40)],
            "q": [float(i % 2 + 1) for i in range(40)],
            "n": [i / 2 for i in range(40)],
            "d": days,
            "t": ["été; « là »\nfin" if i % 3 == 0 else "" for i in range(40)],
            "r": [float(i) for i in range(40)],
        }
    )
    path = tmp_path / f"intact.{kind}"
    if kind == "sav":
        pyreadstat.write_sav(table, str(path), missing_ranges={"q": [9]}, variable_format={"d": "DATE10"})
    else:
        table.to_csv(path, sep=";", decimal=",", index=False, encoding="cp1252")
    return path.read_bytes()


def mutated(raw: bytes, rng: np.random.Generator) -> bytes:
    data = bytearray(raw)
    how = rng.integers(5)
    if how == 0:
        return bytes(data[: rng.integers(len(data))])
    if how == 1:
        for at in rng.integers(len(data), size=rng.integers(1, 30)):
            data[at] = rng.integers(256)
        return bytes(data)
    at, n = int(rng.integers(len(data))), int(rng.integers(1, 200))
    if how == 2:
        return bytes(data[:at] + rng.bytes(n) + data[at:])
    if how == 3:
        return bytes(data[:at] + data[at + n :])
    return bytes(data[:at] + data[at : at + n] * 50 + data[at:])


def read(path: Path, spec: FileSpec) -> Received | Blocked:
    names = dict.fromkeys([str(q["name"]) for q in QUESTIONS], "x")
    try:
        return read_received(path, spec.path, spec, choose_columns("f", names))
    except Blocked as blocked:
        return blocked


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "sav"])
def test_a_mutated_file_ends_in_a_table_or_a_message(tmp_path: Path, kind: str) -> None:
    raw = intact(tmp_path, kind)
    spec = FileSpec(path=f"f.{kind}", encoding=None if kind == "sav" else "cp1252", decimal=",")
    path = tmp_path / spec.path
    rng = np.random.default_rng(20061113)
    outcomes = {"table": 0, "message": 0}
    for _ in range(250):
        path.write_bytes(mutated(raw, rng))
        received = read(path, spec)
        if isinstance(received, Blocked):
            assert all(f.problem and f.file for f in received.faults)
            outcomes["message"] += 1
            continue
        recoded = route(INSTRUMENT, None, recode(INSTRUMENT, None, received, ","))
        assert {len(r.status) for r in recoded.values()} == {len(received.lines)}
        outcomes["table"] += 1
    # Both endings occur, so that neither half of the test is idle.
    assert min(outcomes.values()) > 3, outcomes
