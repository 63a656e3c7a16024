"""Workers start wherever a run takes place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = """
import os, tempfile
from pipeline.workers import processes, start_server
if __name__ == "__main__":
    start_server()
    print(list(processes(1).map(abs, [-1])), tempfile.gettempdir())
"""


def test_workers_start_where_temporary_files_have_a_name_too_long_for_a_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / ("longer" * 10)
    folder.mkdir(parents=True)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    run = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr) == (f"[1] {folder}\n", "")


GARBAGE = """
import gc
from pipeline.workers import processes, start_server
if __name__ == "__main__":
    start_server(["decimal"])
    with processes(1) as pool:
        print(pool.submit(gc.isenabled).result(), pool.submit(gc.get_threshold).result()[0] > 700)
"""


def test_workers_look_for_garbage_though_their_server_does_not(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", GARBAGE], env=env, capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr) == ("True True\n", "")
