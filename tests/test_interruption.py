"""A process ends at once with its workers, and what it wrote is written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
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


def lives(process: str) -> bool:
    """Return whether a process runs; one that has ended and that nobody has collected yet has no command line."""
    try:
        return bool(Path(f"/proc/{process.strip()}/cmdline").read_text(encoding="utf-8"))
    except OSError:
        return False


@pytest.mark.parametrize(("code", "status"), [("0", 0), ("None", 0), ("3", 3), ("'a message'", 1)])
def test_the_exit_code_is_given_and_no_worker_is_left(code: str, status: int) -> None:
    run = ended(code)
    worker, last = run.stdout.split("\n", 1)
    assert (run.returncode, last, run.stderr) == (status, "last line\n", "")
    assert not lives(worker)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_what_could_not_be_written_is_no_success() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert ended("0", stdout=full.fileno()).returncode == UNWRITTEN


#: What has a worker that waits for work, tells its number and waits too.
WAITING = """
import os, time
from pipeline.workers import processes
if __name__ == "__main__":
    pool = processes(2)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_a_worker_ends_with_a_command_that_was_killed(tmp_path: Path) -> None:
    # a file, since the server that forks workers reads the script of its parent again
    script = tmp_path / "waiting.py"
    script.write_text(WAITING, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert run.stdout is not None
    worker = run.stdout.readline()
    assert lives(worker)
    run.kill()
    run.communicate(timeout=30)
    until = time.monotonic() + 30
    while lives(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not lives(worker)
