"""The time left of a stage: from its steps, from its last run where it has none, nothing where neither tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.stages.log import SECONDS, RunLog, run_log
from pipeline.stages.options import Options
from pipeline.stages.progress import time_left


@pytest.mark.parametrize(
    ("elapsed", "by_steps", "expected", "told"),
    [
        (3, None, 10.0, "0:07"),
        (3, 65.2, 10.0, "1:05"),
        (None, None, 10.0, "0:10"),
        (12, None, 10.0, ""),
        (12, None, None, ""),
    ],
)
def test_the_time_left_is_that_of_steps_or_else_of_the_last_run(
    elapsed: float | None, by_steps: float | None, expected: float | None, told: str
) -> None:
    assert time_left(elapsed, by_steps, expected) == told


def test_a_run_knows_how_long_stages_took_in_those_before(tmp_path: Path) -> None:
    with run_log(tmp_path, Options()) as log:
        assert log.lasted == {}
        with log.stage("ingest", "digest"):
            pass
    assert set(RunLog(tmp_path / "log.jsonl").lasted) == {"ingest"}
    (tmp_path / SECONDS).write_text("spoiled", encoding="utf-8")
    assert RunLog(tmp_path / "log.jsonl").lasted == {}
