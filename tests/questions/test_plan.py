"""The plan: what it answers, and what it says of a wrong setting."""

from __future__ import annotations

import dataclasses
import importlib
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.evaluation import load
from pipeline.questions import plan
from pipeline.questions.discovery import names
from pipeline.questions.entry import entries
from pipeline.questions.plan import analyse, one_cause_once
from pipeline.stages.state import asked
from tests.questions.conftest import ROOT, planned

WRONG = [
    ("demand", {"services": "wishes"}, ["plan.0.settings.services", "wishes", "wants", "no such question"]),
    ("demand", {"services": "sex"}, ["plan.0.settings.services", "is of type single", "wants"]),
    ("demand", {"elaborate": ["help_at_home", "teleport"]}, ["settings.elaborate", "teleport", "help_at_home"]),
    ("demand", {"contrast": ["2003", "2009"]}, ["settings.contrast", "2009", "2003, 2006"]),
    ("demand", {"by": ["age_band", "shoe_size"]}, ["settings.by.1", "shoe_size", "age_band"]),
    ("demand", {"bye": ["age_band"]}, ["settings.bye", "not known", "contrast"]),
    ("demand", {"elaborate": []}, ["settings.elaborate", "at least 1"]),
    ("profile", {"variables": ["hair"]}, ["settings.variables.0", "hair", "occupation"]),
    ("satisfaction", {"items": ["sat_overall", "sat_food"]}, ["settings.items.1", "sat_food", "sat_quiet"]),
    ("satisfaction", {"satisfied": [6]}, ["settings.satisfied", "6", "1, 2, 3, 4, 5"]),
    ("satisfaction", {"recommend": "wants"}, ["settings.recommend", "is of type multiple"]),
    ("attendance", {"contrast": [2003, 2012]}, ["settings.contrast", "2012", "2006"]),
    ("spaces", {"dates": ["someday"]}, ["settings.dates.0", "someday"]),
    ("prevalence", {"indicators": [{"name": "x", "question": "sex"}]}, ["indicators.0", "exactly one of codes"]),
    ("prevalence", {"indicators": [{"name": "x", "question": "wants", "item": "z"}]}, ["indicators.0.item", "email"]),
    ("prevalence", {"indicators": [{"name": "x", "question": "sex", "codes": [3]}]}, ["indicators.0.codes", "1, 2"]),
]


@pytest.mark.parametrize(("question", "settings", "said"), WRONG)
def test_a_wrong_setting_is_named_with_its_place_and_what_is_allowed(miniature, question, settings, said):
    context = miniature.with_plan(question, **settings)
    with pytest.raises(AnalyseError) as raised:
        answered(context)
    message = str(raised.value)
    assert "surveys/miniature/evaluation.yaml" in message
    assert [t for t in said if t not in message] == []


def answered(context):
    entry = entries(context.evaluation)[0]
    return importlib.import_module(f"pipeline.questions.{entry.question}.answer").answer(context, entry)


def test_an_unknown_question_is_named():
    evaluation = planned(load("miniature", ROOT), "astrology")
    with pytest.raises(
        AnalyseError, match=r"plan\.0\.question: there is no such question[\s\S]*astrology[\s\S]*demand"
    ):
        analyse(evaluation)


def test_an_earlier_stage_that_did_not_run_is_named(tmp_path):
    evaluation = planned(load("miniature", ROOT), "spaces")
    with pytest.raises(AnalyseError, match="run the ingest stage"):
        analyse(evaluation, tmp_path, tmp_path)


@pytest.mark.parametrize("name", sorted(p.parent.name for p in Path(ROOT / "surveys").glob("*/evaluation.yaml")))
def test_every_plan_of_the_project_has_settings_that_its_questions_take(name):
    found = entries(load(name, ROOT))
    for entry in found:
        assert entry.question in names(ROOT)
        module = importlib.import_module(f"pipeline.questions.{entry.question}.answer")
        assert entry.checked(module.Settings) is not None
    assert found


def test_results_do_not_depend_on_the_number_of_processes(miniature):
    context = miniature.context
    kept = [p for p in context.evaluation.settings.plan if p.question in ("attendance", "spaces")]
    evaluation = dataclasses.replace(
        context.evaluation, settings=context.evaluation.settings.model_copy(update={"plan": kept})
    )
    alone = plan.analyse(evaluation, context.ingest, context.weight)
    together = plan.analyse(evaluation, context.ingest, context.weight, workers=2)
    pd.testing.assert_frame_equal(alone, together, check_exact=True)


@pytest.mark.parametrize("question", ["label", "comparability"])
def test_checks_of_a_question_asked_twice_are_told_apart(question: str) -> None:
    """The first keeps the plain result_id, which statements of other questions name."""
    evaluation = load("bretagne-cybercommunes", ROOT)
    first = next(e for e in evaluation.settings.plan if e.question == question)
    settings = evaluation.settings.model_copy(update={"plan": [first, first.model_copy(update={"id": "second"})]})
    twice = dataclasses.replace(evaluation, settings=settings)
    assert [e.apart for e in entries(twice)] == [{}, {"entry": "second"}]
    picked = [{p.domain for spec in each.specs for p in [spec.rows] if p.measure == "warning"} for each in asked(twice)]
    assert picked == [{""}, {"entry=second"}]


def test_what_one_cause_keeps_from_being_estimated_is_told_once() -> None:
    def fault(question: str, cause: str, action: str | None = "merge strata") -> AnalyseError:
        return AnalyseError(f"the question '{question}' cannot be estimated: {cause}", where=question, action=action)

    alone = AnalyseError("the setting is unknown", where="plan.3")
    told = one_cause_once([fault("profile", "one unit"), fault("demand", "one unit"), alone, fault("use", "no rows")])
    assert [(f.problem, f.where, f.found) for f in told] == [
        ("2 questions cannot be estimated: one unit", "profile", "profile, demand"),
        ("the setting is unknown", "plan.3", None),
        ("the question 'use' cannot be estimated: no rows", "use", None),
    ]
