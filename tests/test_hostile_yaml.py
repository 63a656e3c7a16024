"""Hostile declarations end as an evaluation or as one message, within 30 seconds and 1 GB, whatever they hold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import InstrumentError
from pipeline.instrument.load import DEEPEST, LARGEST, MOST_TOLD, read_yaml

from .hostile_yaml import SECONDS, SIZE

ROOT = Path(__file__).parents[1]


def ends(project: Path) -> tuple[dict[int, dict[str, object]], list[str]]:
    """Return how each case ended, and the cases in which the process died (it is started again after each)."""
    found: dict[int, dict[str, object]] = {}
    died: list[str] = []
    first = 0
    while first < SIZE:
        command = [sys.executable, "-m", "tests.hostile_yaml", str(project), str(first), str(SIZE)]
        run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        rows = [json.loads(line) for line in run.stdout.splitlines()]
        begun = {r["case"]: r["what"] for r in rows if "what" in r}
        assert begun, run.stderr
        found |= {r["case"]: {**r, "what": begun[r["case"]]} for r in rows if "end" in r}
        first = max(begun) + 1
        if max(begun) not in found:
            died.append(f"{begun[max(begun)]} (exit {run.returncode})")
    return found, died


@pytest.mark.slow
def test_hostile_declarations_load_or_are_one_message(tmp_path: Path) -> None:
    found, died = ends(tmp_path)
    assert not died
    assert len(found) == SIZE
    faults = [f"{e['what']}: {e['end']}" for e in found.values() if str(e["end"]).startswith("FAULT")]
    assert not faults, "\n".join(faults)
    assert max(float(str(e["seconds"])) for e in found.values()) < SECONDS
    told = [e for e in found.values() if e["end"] != "loaded"]
    # Both endings occur, so that neither half of the test is idle.
    assert len(told) > SIZE // 2
    assert len(found) - len(told) > 10
    for e in told:
        assert e["end"], e
        assert int(str(e["length"])) < 20_000, e
        assert len(str(e["end"]).splitlines()) <= MOST_TOLD + 10, e


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: " + "[" * 5000, f"more than {DEEPEST} deep"),
        ("a: " + "- " * 5000 + "x", "not readable YAML"),
        ("a: &a [*a]", "aliases"),
        ("a: 2006-02-31", "not readable YAML"),
        ("a: " + "x" * LARGEST, "larger than declarations"),
        ("a: " + "9" * 5000, "not readable YAML"),
    ],
)
def test_declarations_that_could_end_a_reader_are_one_short_message(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(InstrumentError, match=words) as told:
        read_yaml(tmp_path / "f.yaml", InstrumentError)
    assert len(str(told.value)) < 1000
