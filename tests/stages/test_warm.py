"""The server of workers starts before this process has loaded its libraries, and loads those of the plan."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.stages import warm
from pipeline.stages.loading import load_planned

ROOT = Path(__file__).parents[2]
NAME = "bretagne-cybercommunes"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "surveys" / NAME, tmp_path / "surveys" / NAME)
    return tmp_path


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    found: list[list[str]] = []

    def start(libraries: Iterable[str]) -> None:
        found.append(list(libraries))

    monkeypatch.setattr(warm, "start_server", start)
    monkeypatch.setattr(warm, "settle_environment", lambda root: None)
    return found


def test_what_is_loaded_at_once_is_what_the_plan_asks_for(project: Path, loaded: list[list[str]]) -> None:
    warm.warm_at_once(project, NAME)
    warm.warm(load_planned(NAME, project), "ingest")
    assert loaded[0] == loaded[1]
    assert "pipeline.questions.attendance.answer" in loaded[0]
    for module in loaded[0]:
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file() or not module.startswith("pipeline.questions")


def test_a_server_starts_at_once_only_where_all_is_to_be_made(project: Path, loaded: list[list[str]]) -> None:
    warm.warm_at_once(project, "unknown")
    (project / "build" / NAME / "ingest").mkdir(parents=True)
    warm.warm_at_once(project, NAME)
    shutil.rmtree(project / "build")
    (project / "surveys" / NAME / "evaluation.yaml").write_bytes(b"plan:\n- question: reach\n\xff")
    warm.warm_at_once(project, NAME)
    assert loaded == []


def test_the_command_line_loads_no_tables_before_the_server_starts() -> None:
    script = "import sys, pipeline.cli, pipeline.stages.warm; print({'numpy', 'pandas', 'pydantic'} & set(sys.modules))"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=60)
    assert run.stdout == "set()\n", run.stderr
