"""Ctrl-C: every process of a run ends, and the command says it in one line and in its exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import INTERRUPTED, STOPPED
from tests.acceptance.conftest import ROOT, copy_project


def _hears() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "until"),
    [
        (["report", "miniature", "--renderer", "embedded"], "renderer:"),
        (["report", "miniature", "--renderer", "embedded"], "analyse"),
        (["report", "miniature", "--renderer", "embedded"], "state"),
        (["check", "miniature"], "simulate"),
    ],
)
def test_an_interrupted_command_says_so_and_exits_130(command: list[str], until: str, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    run = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *command, "--project", str(project)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
        # tests that run in the background ignore Ctrl-C, and so would what they start
        preexec_fn=_hears,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.stdout is not None
    for line in run.stdout:
        if line.startswith(until):
            break
    # the terminal sends it to every process of the group
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == INTERRUPTED, said
    assert said.strip().splitlines() == [STOPPED]
    assert not (project / "reports" / "_site" / "miniature").exists()


def test_the_exit_code_stands_where_ctrl_c_meets_code_that_was_compiled_from_text(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(
        "from pipeline import cli\n"
        "def app(standalone_mode):\n"
        "    exec('raise KeyboardInterrupt')\n"
        "cli.app = app\n"
        "cli.main()\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == INTERRUPTED
    assert done.stderr == f"{STOPPED}\n"
