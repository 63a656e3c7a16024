"""What evaluation.yaml promises to tell and nothing computes stops a report too, not `check` alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import results
from pipeline.errors import PipelineError
from pipeline.evaluation import Evaluation, load
from pipeline.evaluation.settings import FigureEntry
from pipeline.publish.annex.promises import figures_of_nobody, unfounded
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


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"analysis": "satisfaction", "population": "respondents"}, "figures.0.settings.population"),
        ({"analysis": "satisfaction", "populations": ["respondents"]}, "figures.0.settings.populations"),
        ({"analysis": "satisfaction", "populations": ["respondents", "users"]}, None),
        ({"analysis": "satisfaction"}, None),
        ({"analysis": "not_studied", "population": "respondents"}, None),
    ],
)
def test_a_figure_of_a_population_without_results_is_told(tmp_path: Path, settings: Any, key: str | None) -> None:
    """It would vanish from the report: whom results are about is told, with the key."""
    made = table()
    made = made.assign(analysis="satisfaction", population="users")
    asked = promising(tmp_path)
    figure = FigureEntry(name="means", figure="items-table", settings=settings)
    asked = replace(asked, settings=asked.settings.model_copy(update={"figures": [figure]}))
    folder = asked.stage("protect")
    folder.mkdir(parents=True)
    results.write(made, folder / "results.parquet")
    if key:
        with pytest.raises(PipelineError, match="figures"):
            state.run(asked, tmp_path, Options(), Progress())
    told = [str(f) for f in figures_of_nobody(asked, made)]
    assert [key in t and "respondents" in t and "users" in t for t in told if key] == ([True] if key else [])
    assert len(told) == (1 if key else 0)
