"""Each nuisance of the simulation raises its own warning and no other; the default raises none."""

import dataclasses
import re
from pathlib import Path

import pytest

from pipeline import results
from pipeline.evaluation import Evaluation, load
from pipeline.ingest import ingest
from pipeline.protect import Thresholds, protect_folder
from pipeline.questions.plan import analyse_folder
from pipeline.results.statement import Statement
from pipeline.simulate import simulate
from pipeline.simulate.parameters import load_truth
from pipeline.stages.documents import Library
from pipeline.stages.state import state_folder
from pipeline.state.warnings import raised
from pipeline.weighting import weight
from tests.acceptance.conftest import ROOT, copy_project
from tests.acceptance.edited_site import edit, published
from tests.acceptance.in_process import run_here
from tests.attack.site import found_nothing
from tests.ingest.test_stage import check_planted

NAME = "bretagne-cybercommunes"
#: The questions whose results warn, and those that they read.
ASKED = ("demand", "comparability", "satisfaction", "label", "payment")
SCENARIOS = (
    "mode_effect",
    "mode_ticks",
    "pretrend",
    "informative_closure",
    "refusal_of_payment",
    "sparse",
    "new_items",
)
#: Warnings of the scenarios that do not bear the name of theirs.
WARNINGS = {"mode_ticks": ["mode_effect"]}


#: What the miniature does not ask by itself.
COMPARED = {
    "question": "comparability",
    "settings": {"of": "demand", "battery": "satisfaction", "contrast": ["2003", "2006"]},
}


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
    """Simulate a scenario and run the stages up to state, without the questions that warn of nothing.

    All errors planted in the received files are found on the way, and no clean row is set aside.
    """
    project = copy_project(folder, (NAME,))
    if scenario == "new_items":
        declare_new_items(project)
    evaluation = load(NAME, project)
    plan = [entry for entry in evaluation.settings.plan if entry.question in ASKED]
    evaluation = dataclasses.replace(evaluation, settings=evaluation.settings.model_copy(update={"plan": plan}))
    simulate(evaluation, scenario=scenario)
    for stage in ("ingest", "weight", "analyse", "protect", "state"):
        evaluation.stage(stage).mkdir(parents=True)
    check_planted(evaluation, ingest(evaluation, evaluation.stage("ingest")), f"{NAME}, {scenario}")
    weight(evaluation, evaluation.stage("ingest"), evaluation.stage("weight"))
    analyse_folder(evaluation, evaluation.stage("analyse"))
    protect_folder(evaluation.stage("analyse"), evaluation.stage("protect"), Thresholds())
    state_folder(evaluation, evaluation.stage("state"))
    return evaluation


def plain(text: str) -> str:
    """Return the letters of a text: what typesetting changes says nothing."""
    return re.sub(r"[\W_]+", "", text.lower())


def told_by_documents(evaluation: Evaluation) -> list[str]:
    """Return the warnings that the report says where they matter; report and brief list all among the unknown."""
    library = Library(evaluation, "fr")
    folder = ROOT / "reports" / "fr"
    for document in ("report", "brief"):
        assert "{{< show alerts >}}" in (folder / f"{document}.qmd").read_text(encoding="utf-8"), document
    told = set()
    for made in (s for s in library.made if s.kind == "warning" and s.verdict == "raised" and is_whole(s)):
        assert library.speaker.say([made]), made.id
        chapter = (folder / made.question / "report.qmd").read_text(encoding="utf-8")
        told |= {made.result_ids[0].split(".")[1]} if re.search(rf"say [^>]*\.{made.name}\b", chapter) else set()
    return sorted(told)


def is_whole(made: Statement) -> bool:
    """Return whether a statement is about the perimeter."""
    return made.place.startswith("region=")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_raises_exactly_its_own_warning(scenario: str, tmp_path: Path) -> None:
    evaluation = warned(tmp_path, scenario)
    table = results.read(evaluation.stage("protect") / "results.parquet")
    if scenario == "refusal_of_payment" and not any(e.question == "payment" for e in evaluation.settings.plan):
        pytest.skip("the evaluation does not ask what users would pay")
    expected = WARNINGS.get(scenario, [scenario])
    assert raised(table) == expected
    assert told_by_documents(evaluation) == sorted(expected)


@pytest.mark.slow
def test_the_default_evaluation_raises_no_warning(default: Path) -> None:
    evaluation = load(NAME, default)
    assert raised(results.read(evaluation.stage("protect") / "results.parquet")) == []
    assert told_by_documents(evaluation) == []


def test_every_scenario_of_the_simulation_is_examined() -> None:
    assert {"default", *SCENARIOS} == set(load_truth(load(NAME, ROOT)).scenarios)


@pytest.mark.slow
def test_a_raised_warning_stands_in_the_published_pages(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    edit(project, "evaluation.yaml", lambda content: content["plan"].append(COMPARED))
    done = run_here(project, "simulate", "miniature", "--scenario", "sparse")
    assert done.code == 0, done.err
    site = published(project)
    table = results.read(project / "build" / "miniature" / "protect" / "results.parquet")
    found = raised(table)
    assert "sparse" in found
    for page in ("report.html", "brief.html", "methods.html"):
        words = "Alerte levée" if page == "methods.html" else "Le nombre d'espaces enquêtés est faible"
        assert plain(words) in plain(site.text(page)), page
    found_nothing(project, "miniature")
