"""Nothing is invisible: what no page shows is told by `check`, and what a page shows is not."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline import results
from pipeline.evaluation import Evaluation, load
from pipeline.evaluation.settings import Fact, Question
from pipeline.figures.registry import Entry
from pipeline.results.statement import Statement
from pipeline.stages.invisible import (
    Unseen,
    hidden_in_units,
    unanswered,
    unfounded_figures,
    unnamed_facts,
    unread_sources,
    unshown,
)
from pipeline.stages.state import ANSWERS
from tests.acceptance.conftest import copy_project
from tests.acceptance.in_process import run_here

ROOT = Path(__file__).parents[2]
#: What statements are about, though no number of it was asked.
STATED = [("demand", "basic")]
LEVEL = results.Result("demand", "elaborate", "share", "users", "region", "53", "share", "sample", 0.4, wave="2006")


def table(*rows: results.Result) -> pd.DataFrame:
    return results.frame(rows or (LEVEL,))


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    """Return the miniature in a project of its own, whose state decided nothing."""
    shutil.copytree(ROOT / "surveys" / "miniature", tmp_path / "surveys" / "miniature")
    (tmp_path / "reports" / "fr").mkdir(parents=True)
    found = load("miniature", tmp_path)
    found.stage("state").mkdir(parents=True)
    (found.stage("state") / ANSWERS).write_text(json.dumps({}), encoding="utf-8")
    return found


def with_settings(evaluation: Evaluation, **changes: object) -> Evaluation:
    return dataclasses.replace(evaluation, settings=evaluation.settings.model_copy(update=changes))


def test_a_kind_of_number_is_seen_as_soon_as_one_of_its_numbers_is() -> None:
    other = dataclasses.replace(LEVEL, wave="2003")
    hidden = dataclasses.replace(LEVEL, measure="mean", unit="mean")
    made = table(LEVEL, other, hidden, dataclasses.replace(hidden, method="completed"))
    assert unshown(made, [made["result_id"].iloc[0]]) == {"demand": ["mean", "mean (completed)"]}


def test_a_suppressed_number_is_not_told_as_invisible() -> None:
    made = table()
    assert (
        unshown(results.blank(made, made["result_id"] == made["result_id"].iloc[0]).assign(quality="suppress"), [])
        == {}
    )


def told(verdict: str) -> Statement:
    rid = table()["result_id"].iloc[0]
    return Statement("demand.level@region=53", "demand", "demand", "level", "level", verdict, result_ids=(rid,))


def test_a_question_that_nothing_answers_is_named(evaluation: Evaluation) -> None:
    invented = Question(id="weather", fr="Le temps ?", en="The weather?", criterion="relevance")
    asked = [q for q in evaluation.settings.questions if q.id == "demand"] + [invented]
    found = with_settings(evaluation, questions=asked)
    assert unanswered(found, table(), [told("stated")]) == ["weather"]
    assert unanswered(found, table(), [told("withheld")]) == ["demand", "weather"]


def test_a_question_that_its_verdicts_answer_is_answered(evaluation: Evaluation) -> None:
    (evaluation.stage("state") / ANSWERS).write_text(json.dumps({"demand": {"answer": "moved"}}), encoding="utf-8")
    asked = [q for q in evaluation.settings.questions if q.id == "demand"]
    assert unanswered(with_settings(evaluation, questions=asked), table(), []) == []


def test_a_fact_that_no_document_names_is_told(evaluation: Evaluation) -> None:
    facts = [Fact(id=name, value=3, source={"fr": "Inventé"}) for name in ("nowhere", "somewhere")]
    (evaluation.folder / "chapters" / "fr" / "policy.qmd").write_text("Il y en a {{< fact somewhere >}}.")
    assert unnamed_facts(with_settings(evaluation, facts=facts)) == ["nowhere"]


def test_a_source_that_no_result_rests_on_and_nothing_names_is_told(evaluation: Evaluation) -> None:
    made = table(dataclasses.replace(LEVEL, source="users"))
    by_weights = unread_sources(evaluation, made)
    assert "users" not in by_weights
    twin = evaluation.source("register").model_copy(update={"name": "leftover"})
    found = with_settings(evaluation, sources=[*evaluation.settings.sources, twin])
    assert unread_sources(found, made) == [*by_weights, "leftover"]


def test_an_entry_of_which_every_unit_is_hidden_is_told() -> None:
    units = [dataclasses.replace(LEVEL, territory_level="pays", territory=code) for code in ("01", "02")]
    about_files = dataclasses.replace(units[0], indicator="collected", population="records")
    made = table(LEVEL, *units, about_files)
    assert hidden_in_units(made) == {}
    of_units = made["result_id"].str.contains("pays=") & made["result_id"].str.contains("elaborate")
    assert hidden_in_units(made.assign(quality=made["quality"].mask(of_units, "suppress"))) == {"demand": ["elaborate"]}
    first = of_units & made["result_id"].str.contains("pays=01")
    assert hidden_in_units(made.assign(quality=made["quality"].mask(first, "suppress"))) == {}


def test_a_figure_of_an_indicator_that_nothing_computes_or_states_is_told() -> None:
    drawn = [
        Entry(name, "levels", {"analysis": "demand", "indicator": name}) for name in ("elaborate", "moon", "basic")
    ]
    elsewhere = Entry("reach", "levels", {"analysis": "reach", "indicator": "moon"})
    found = unfounded_figures([*drawn, elsewhere, Entry("all", "map", {"analysis": "demand"})], table(), STATED)
    assert found == ["moon (demand.moon)"]


def test_each_invisible_thing_has_its_line() -> None:
    lines = list(
        Unseen(
            {"demand": ["mean"]},
            ["weather"],
            ["demand-by-moon (demand.moon)"],
            ["nowhere"],
            ["leftover"],
            {"attendance": ["visits"]},
        ).lines()
    )
    assert [line.partition(":")[0] for line in lines[::2]] == [
        "demand",
        "attendance",
        "question weather",
        "figure demand-by-moon (demand.moon)",
        "fact nowhere",
        "source leftover",
    ]
    # and below each what to do
    assert {line.partition(":")[0] for line in lines[1::2]} == {"  do"}
    assert "mean" in lines[0]


@pytest.mark.slow
def test_check_tells_what_the_pages_leave_out(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    path = project / "surveys" / "miniature" / "evaluation.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "facts:\n", 'facts:\n  - {id: forgotten, value: 7, source: {fr: "Inventé"}}\n', 1
    )
    text = text.replace(
        "questions:\n",
        'questions:\n  - {id: weather, criterion: relevance, fr: "Quel temps ?", en: "What weather?"}\n',
        1,
    )
    path.write_text(text, encoding="utf-8")
    assert run_here(project, "simulate", "miniature").code == 0
    words = project / "reports" / "fr" / "demand" / "words.yaml"
    complete = words.read_text(encoding="utf-8")
    label = '    elaborate: "Au moins un service élaboré"\n'
    assert label in complete
    words.write_text(complete.replace(label, ""), encoding="utf-8")
    run = run_here(project, "check", "miniature")
    said = " ".join((run.out + run.err).split())
    assert run.code == 1, said
    assert "label 'demand.elaborate' (fr) no label in this language" in said
    assert "under `lexicon`, `indicators`, in reports/fr/<question>/words.yaml" in said
    words.write_text(complete, encoding="utf-8")
    run = run_here(project, "check", "miniature")
    said = " ".join((run.out + run.err).split())
    assert run.code == 0, said
    assert "question weather: no statement answers it" in said
    assert "fact forgotten: no document names it" in said
    assert "question demand:" not in said
