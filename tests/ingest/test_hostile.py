"""Hostile files end in a table or in one message: no library's fault, no hang, no file written elsewhere."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers.received import choose_columns, read_received
from pipeline.ingest.recode import recode
from pipeline.ingest.routing import route
from pipeline.ingest.stage import ingest
from pipeline.instrument import Instrument

from .conftest import Make, codes, question
from .hostile_files import SEED, Hostile, hostile, intact, mutated, repacked

QUESTIONS = [
    question("k", "key", role="respondent"),
    question("q", "single", codes=codes(1, 2), missing={9: "refused"}),
    question("n", "number"),
    question("d", "date"),
    question("t", "open"),
    question("r", "count", asked_if=[{"question": "q", "codes": [1]}]),
]
INSTRUMENT = Instrument.model_validate({"name": "i", "title": {"fr": "i"}, "questions": QUESTIONS})
#: The bar of a hostile file.
SECONDS, KILOBYTES = 30, 1 << 20


def questions_for(name: str) -> list[dict[str, Any]]:
    """Return the questions with the names that a format gives their columns."""
    if name.endswith(".por"):
        return [{**q, "column": q["name"].upper()} for q in QUESTIONS]
    if name.endswith(".sas7bdat"):
        received = {"k": "ID", "q": "Q", "n": "N", "d": "JOUR", "t": "TXT", "r": "M"}
        return [{**q, "column": received[q["name"]]} for q in QUESTIONS]
    return QUESTIONS


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise in the main thread when the time is over, so that a hang fails the test."""

    def over(*_: object) -> None:
        raise AssertionError(f"no end after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Memory:
    """The memory that one file takes (kB), whatever the test process holds from the tests before it.

    What the process grows by is counted on top of what a fresh process holds once ingestion is imported; a child counts
    when it is larger than every child before.
    """

    def __init__(self) -> None:
        told = subprocess.run(
            [sys.executable, "-c", "import pipeline.ingest; print(open('/proc/self/status').read())"],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
        self.fresh = kilobytes(told.stdout, "VmHWM")

    def start(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")
        self.held = kilobytes(Path("/proc/self/status").read_text(), "VmRSS")
        self.children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

    def taken(self) -> int:
        grown = kilobytes(Path("/proc/self/status").read_text(), "VmHWM") - self.held
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return max(self.fresh + grown, child if child > self.children else 0)


def kilobytes(status: str, key: str) -> int:
    return int(next(line for line in status.splitlines() if line.startswith(key)).split()[1])


def files_below(folder: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file() and "build" not in p.parts}


def outcome(make: Make, case: Hostile, tmp_path: Path) -> str:
    """Run ingest on one file as its only source; return "table" or the first line of the message."""
    path = case.spec.get("path", case.name)
    try:
        target = tmp_path / "project" / "data" / "raw" / "essai" / case.name
        target.parent.mkdir(parents=True, exist_ok=True)
        evaluation = make(questions_for(case.name), None, file={"path": path, **case.spec})
        (tmp_path / "data" / "raw" / "essai" / case.name).write_bytes(case.raw)
        before = files_below(tmp_path)
        out = tmp_path / "build"
        try:
            ingested = ingest(evaluation, out)
        finally:
            assert files_below(tmp_path) == before, f"{case.what}: a file was written outside the build folder"
        account = ingested.account
        received = account.loc[account["kind"] == "received", "n"].sum()
        assert received == account.loc[account["kind"].isin(["accepted", "set_aside"]), "n"].sum()
        return "table"
    except PipelineError as message:
        return str(message)


@pytest.mark.slow
def test_500_hostile_files_end_in_a_table_or_one_message(make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    slowest, largest = (0.0, ""), (0, "")
    memory = Memory()
    for case in hostile(folder, 500):
        label = f"{case.name}: {case.what}"
        memory.start()
        start = time.monotonic()
        try:
            with within(SECONDS):
                end = outcome(make, case, tmp_path)
        except Exception as fault:
            # All of them are told at the end: the same run shows every hole.
            wrong.append(f"{label}: {type(fault).__name__}: {fault}")
            continue
        slowest = max(slowest, (time.monotonic() - start, label))
        largest = max(largest, (memory.taken(), label))
        first, *rest = end.splitlines()
        assert first, label
        assert "Traceback" not in end, label
        assert len(rest) <= 30, (label, end)
        ends["table" if end == "table" else "message"] += 1
    print(f"{sum(ends.values())} files: {dict(ends)}; slowest {slowest}; largest {largest}")
    assert not wrong, "\n".join(wrong)
    assert largest[0] < KILOBYTES, largest
    # Both endings occur, so that neither half of the test is idle.
    assert sum(ends.values()) == 500
    assert min(ends["table"], ends["message"]) > 50, ends


def test_a_few_hostile_files_of_every_kind_end_in_a_table_or_one_message(tmp_path: Path) -> None:
    rng = np.random.default_rng(SEED)
    untold: list[tuple[str, str]] = []
    ends: Counter[str] = Counter()
    for name, raw in intact(tmp_path).items():
        inside = name.endswith((".xlsx", ".xlsb", ".ods", ".zip"))
        # Programs that read statistical files take longest to start.
        several = 3 if "csv" in name or "tsv" in name else 2 if inside or name.endswith("parquet") else 1
        for what, damaged in ((repacked if inside and i else mutated)(raw, rng) for i in range(several)):
            (tmp_path / name).write_bytes(damaged)
            spec = FileSpec(path=name, decimal=",")
            instrument = Instrument.model_validate(
                {"name": "i", "title": {"fr": "i"}, "questions": questions_for(name)}
            )
            wanted = {c: q.name for q in instrument.questions for c in q.columns(None).values()}
            try:
                with within(SECONDS):
                    received = read_received(tmp_path / name, name, spec, choose_columns(name, wanted))
            except Blocked as blocked:
                untold += [(name, what) for f in blocked.faults if not (f.problem and f.file)]
                ends["message"] += 1
                continue
            recoded = route(instrument, None, recode(instrument, None, received, ","))
            assert {len(r.status) for r in recoded.values()} == {len(received.lines)}
            ends["table"] += 1
    assert not untold
    assert sum(ends.values()) == 26
    # Both endings occur, so that neither half of the test is idle.
    assert min(ends["table"], ends["message"]) > 1, ends
