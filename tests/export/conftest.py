"""Fixtures of the export tests: an evaluation with a few results, and the report that cells would open on it."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation import Evaluation
from tests.export import project


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    return project.make(tmp_path)


@pytest.fixture
def report(evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> Any:
    from pipeline.render import open_report

    monkeypatch.setenv("EVALUATION_PROJECT", str(evaluation.root))
    return open_report("miniature", "region", "fr")


@pytest.fixture
def sheet(evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> Any:
    from pipeline.render import open_report

    monkeypatch.setenv("EVALUATION_PROJECT", str(evaluation.root))
    return open_report("miniature", "20", "fr")
