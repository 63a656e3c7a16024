"""What evaluation.yaml promises to tell and nothing computes stops a report too, not `check` alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import results
from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation, load
from pipeline.publish.annex.promises import unfounded
from pipeline.stages import state
from pipeline.stages.order import Options
from pipeline.stages.progress import Progress
from tests.questions.made_up import ROOT, table


def promising(folder: Path, *indicators: str) -> Evaluation:
    shutil.copytree(ROOT / "surveys" / "miniature", folder / "surveys" / "miniature")
    evaluation = load("miniature", folder)
    first = evaluation.settings.questions[0].model_copy(
        update={"indicators": indicators, "statements": (), "answers": {}, "verdicts": ()}
    )
    return replace(evaluation, settings=evaluation.settings.model_copy(update={"questions": [first]}))


def test_an_indicator_that_nothing_computes_is_told_with_its_key(tmp_path: Path) -> None:
    made = table()
    asked = promising(tmp_path, "demand.elaborate", "demand.total")
    faults = [f for f in unfounded(asked, made) if "questions.0" in str(f)]
    assert [("questions.0.indicators.1" in str(f), "demand.total" in str(f)) for f in faults] == [(True, True)]


def test_a_report_stops_where_check_does(tmp_path: Path) -> None:
    asked = promising(tmp_path, "demand.total")
    folder = asked.stage("protect")
    folder.mkdir(parents=True)
    results.write(table(), folder / "results.parquet")
    with pytest.raises(PipelineError, match=r"demand\.total"):
        state.run(asked, tmp_path, Options(), Progress())
