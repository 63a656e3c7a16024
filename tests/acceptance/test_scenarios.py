"""Each nuisance of the simulation raises its own warning and no other; the default raises none."""

import dataclasses
from pathlib import Path

import pytest

from pipeline import results
from pipeline.analysis import analyse_folder
from pipeline.evaluation import Evaluation, load
from pipeline.export import raised
from pipeline.ingest import ingest
from pipeline.protect import Thresholds, protect_folder
from pipeline.simulate import simulate
from pipeline.simulate.parameters import load_truth
from pipeline.weighting import weight
from tests.acceptance.conftest import ROOT, copy_project

NAME = "bretagne-cybercommunes"
#: The questions whose results warn, and those that they read.
ASKED = ("demand", "comparability", "satisfaction", "label", "payment")
SCENARIOS = ("default", "mode_effect", "pretrend", "informative_closure", "refusal_of_payment", "sparse", "new_items")


#: Items that the scenario offers in the last wave only, as an instrument says so.
NEW_ITEMS = ("specialised_culture_sites", "activism_associations")


def declare_new_items(project: Path) -> None:
    """Say in the instrument which items the last wave alone offered; undeclared, missing columns are refused."""
    path = project / "surveys" / NAME / "users.yaml"
    text = path.read_text(encoding="utf-8")
    for item in NEW_ITEMS:
        assert f"{{name: {item}, column:" in text
        text = text.replace(f"{{name: {item}, column:", f'{{name: {item}, waves: ["2006"], column:')
    path.write_text(text, encoding="utf-8")


def warned(folder: Path, scenario: str) -> Evaluation:
    """Simulate a scenario and run the stages up to protect, without the questions that warn of nothing."""
    project = copy_project(folder, (NAME,))
    if scenario == "new_items":
        declare_new_items(project)
    evaluation = load(NAME, project)
    plan = [entry for entry in evaluation.settings.plan if entry.question in ASKED]
    evaluation = dataclasses.replace(evaluation, settings=evaluation.settings.model_copy(update={"plan": plan}))
    simulate(evaluation, scenario=scenario)
    for stage in ("ingest", "weight", "analyse", "protect"):
        evaluation.stage(stage).mkdir(parents=True)
    ingest(evaluation, evaluation.stage("ingest"))
    weight(evaluation, evaluation.stage("ingest"), evaluation.stage("weight"))
    analyse_folder(evaluation, evaluation.stage("analyse"))
    protect_folder(evaluation.stage("analyse"), evaluation.stage("protect"), Thresholds())
    return evaluation


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_raises_exactly_its_own_warning(scenario: str, tmp_path: Path) -> None:
    evaluation = warned(tmp_path, scenario)
    table = results.read(evaluation.stage("protect") / "results.parquet")
    if scenario == "refusal_of_payment" and not any(e.question == "payment" for e in evaluation.settings.plan):
        pytest.skip("the evaluation does not ask what users would pay")
    assert raised(table) == ([] if scenario == "default" else [scenario])


def test_every_scenario_of_the_simulation_is_examined() -> None:
    assert set(SCENARIOS) == {"default", *load_truth(load(NAME, ROOT)).scenarios}
