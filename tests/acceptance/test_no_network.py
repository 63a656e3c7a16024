"""A run reaches no other machine: it goes through where there is no network at all, not even the loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import provenance

from .conftest import ROOT

#: A namespace of its own without interfaces; `-r` gives the right to make one where users may.
ALONE = ("unshare", "-r", "-n")
pytestmark = pytest.mark.slow


def _alone(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*ALONE, *command], cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module", autouse=True)
def namespace() -> None:
    """Skip, aloud, where the system does not give a process a network of its own."""
    try:
        made = _alone("true").returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("this system lets no process have an empty network: run as root, or allow user namespaces")


def test_there_is_no_network_in_it() -> None:
    reach = "import socket; socket.create_connection(('127.0.0.1', 9), 2)"
    met = _alone(sys.executable, "-c", reach)
    assert met.returncode != 0
    assert "Network is unreachable" in met.stderr


def test_a_report_made_anew_without_a_network_is_the_same_to_the_byte(project: Path) -> None:
    site = project / "reports" / "_site" / "miniature"
    before = provenance.tree_digests(site, ["."])
    run = _alone(
        sys.executable, "-m", "pipeline", "report", "miniature", "--again", "--renderer", "embedded", cwd=project
    )
    assert run.returncode == 0, run.stderr
    assert "up to date" not in run.stdout
    assert provenance.tree_digests(site, ["."]) == before
