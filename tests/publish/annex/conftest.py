"""Fixtures of the export tests: an evaluation with a few results."""

from pathlib import Path

import pytest

from pipeline.evaluation import Evaluation
from tests.publish.annex import project


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    return project.make(tmp_path)
