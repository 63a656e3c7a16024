"""Both names of the command start the same way: one thread of linear algebra, set before any library reads it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: The command, but for what it does: it tells what its process was made ready with, and fails as commands do.
TOLD = """
import os, sys
import pipeline.cli
before = "numpy" in sys.modules
def main():
    import numpy
    print(os.environ["OPENBLAS_NUM_THREADS"], before)
    raise SystemExit(3)
pipeline.cli.main = main
"""


def entry() -> str:
    """Return what the installed command runs, as Python."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, function = scripts["evaluation"].partition(":")
    return f"from {module} import {function}\nsys.exit({function}())"


@pytest.mark.parametrize("name", ["evaluation", "python -m pipeline"])
def test_a_command_has_one_thread_of_linear_algebra_and_ends_with_its_code(name: str) -> None:
    runs = entry() if name == "evaluation" else "import runpy; runpy.run_module('pipeline', run_name='__main__')"
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", TOLD + runs],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.split()) == (3, ["1", "False"]), done.stderr
