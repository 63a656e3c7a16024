"""A project of its own for end-to-end tests: the miniature that is built once, copied for each test that breaks it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEFAULT = "bretagne-cybercommunes"


@dataclass(frozen=True)
class Run:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def pipeline(project: Path, *arguments: str, env: dict[str, str] | None = None) -> Run:
    """Run the command line in ``project`` as a user would."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def copy_project(target: Path, evaluations: tuple[str, ...] = ("miniature",)) -> Path:
    """Copy what a run needs, without anything a run made."""
    target.mkdir(parents=True, exist_ok=True)
    for name in evaluations:
        shutil.copytree(ROOT / "surveys" / name, target / "surveys" / name)
    shutil.copytree(ROOT / "data" / "reference", target / "data" / "reference")
    shutil.copytree(ROOT / "reports", target / "reports", ignore=shutil.ignore_patterns("_site", ".quarto"))
    shutil.copy(ROOT / "pyproject.toml", target)
    shutil.copy(ROOT / "requirements.lock", target)
    return target


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the built project that a test may break."""
    return Path(shutil.copytree(built, tmp_path / "project", symlinks=True))
