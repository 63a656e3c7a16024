"""Nothing that is hidden on a published site can be worked out of what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import copy_project, pipeline
from tests.attack import on
from tests.attack.score import Score, judged, scores

NAME = "miniature"


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["", "sparse"])
def test_no_hidden_number_of_few_is_found_exactly_or_nearly(scenario: str, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    if scenario:
        made = pipeline(project, "simulate", NAME, "--scenario", scenario)
        assert made.code == 0, made.out + made.err
    run = pipeline(project, "report", NAME, "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    rows, found = on(project / "reports" / "_site" / NAME)
    table = judged(rows, found, project / "build" / NAME / "analyse" / "results.parquet")
    score = scores(table)["primary"]
    assert score.hidden > 0
    assert score == Score(score.hidden, exact=0, near=0, few=0)
