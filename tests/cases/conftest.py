"""A project that received files are tried in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import copy_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project of its own, without any evaluation."""
    project = copy_project(tmp_path_factory.mktemp("cases") / "project", ())
    (project / "surveys").mkdir()
    return project
