"""Builds that many tests read: each is made once a session, by the first worker that needs it, and changed by none."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import DEFAULT, copy_project, pipeline

#: The survey of fifteen waves, whose real answers stand in a folder of their own.
BAROMETRE = "barometre-numerique"
#: A project whose default evaluation was published before the tests, by the same code and from files as fresh.
BUILT_BEFORE = "PIPELINE_DEFAULT_BUILD"


def once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """Return a folder that all workers of a session share: the first one fills it while the others wait."""
    base = factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = common / name, common / f"{name}.done"
    with (common / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            done.touch()
    return folder


def publish(project: Path, name: str, *options: str) -> None:
    """Publish an evaluation as a user does: in a process of its own."""
    run = pipeline(project, "report", name, "--renderer", "embedded", *options)
    assert run.code == 0, run.out + run.err


def publish_miniature(project: Path) -> None:
    """Simulate and publish the miniature evaluation."""
    publish(copy_project(project), "miniature")


def publish_barometre(project: Path) -> None:
    """Publish the Baromètre du numérique from its real answers."""
    publish(copy_project(project, (BAROMETRE,)), BAROMETRE, "--data", os.environ["PIPELINE_REAL_DATA"])


def publish_default(project: Path) -> None:
    """Publish the default evaluation; of a build that was made before, what is up to date by its digests stays."""
    copy_project(project, (DEFAULT,))
    before = os.environ.get(BUILT_BEFORE)
    for part in ("data/raw", "build", "reports/_site") if before else ():
        shutil.copytree(Path(str(before)) / part / DEFAULT, project / part / DEFAULT)
    publish(project, DEFAULT)
