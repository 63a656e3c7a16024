"""A process ends at once with its workers, and what it wrote is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.interruption import UNWRITTEN

ROOT = Path(__file__).parents[1]
#: What ends while a worker of it would sleep for a minute: it tells the worker's number, and a line after it.
SCRIPT = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from pipeline.interruption import leave
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1)
    print(pool.submit(os.getpid).result())
    pool.submit(time.sleep, 60)
    print("last line")
    leave({code})
"""


def ended(code: str, **kept: int) -> subprocess.CompletedProcess[str]:
    kept = kept or {"stdout": subprocess.PIPE}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(code=code)],
        # lines are held back until the end, as they are where nobody looks on
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
        **kept,
    )


@pytest.mark.parametrize(("code", "status"), [("0", 0), ("None", 0), ("3", 3), ("'a message'", 1)])
def test_the_exit_code_is_given_and_no_worker_is_left(code: str, status: int) -> None:
    run = ended(code)
    worker, last = run.stdout.split("\n", 1)
    assert (run.returncode, last, run.stderr) == (status, "last line\n", "")
    # a process that has ended and that nobody has collected yet has no command line
    line = Path(f"/proc/{worker}/cmdline")
    assert not line.exists() or not line.read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_what_could_not_be_written_is_no_success() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert ended("0", stdout=full.fileno()).returncode == UNWRITTEN
