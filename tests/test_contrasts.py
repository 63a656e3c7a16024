"""Contrasts by words: they follow the waves of the source, several at once, and say when there are too few."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import EvaluationError
from pipeline.evaluation import Evaluation, PlanEntry, load
from pipeline.evaluation.contrasts import are_named, with_named_waves
from pipeline.questions import discover
from pipeline.questions.entry import entries
from pipeline.results.statement import Pick, StatementSpec
from pipeline.stages.state import asked, with_further
from pipeline.state import state
from pipeline.wording import en, fr
from pipeline.wording.values import Wave

ROOT = Path(__file__).parents[1]


def planned(*plan: PlanEntry, about: str = "", waves: tuple[str, ...] = ("2003", "2006", "2007")) -> Evaluation:
    """Return the default evaluation with other waves and another plan, and one thing asked about."""
    read = load("bretagne-cybercommunes", ROOT)
    first = read.settings.waves[0]
    of_waves = [first.model_copy(update={"name": w, "period": 2000 + i}) for i, w in enumerate(waves)]
    users = read.settings.sources[0]
    files = dict.fromkeys(waves, users.files["2006"])
    sources = [users.model_copy(update={"files": files}), *read.settings.sources[1:]]
    question = read.settings.questions[0]
    statement = question.statements[0].model_copy(update={"about": about or question.statements[0].about})
    update = {
        "waves": of_waves,
        "sources": sources,
        "plan": list(plan),
        "questions": [question.model_copy(update={"statements": [statement]})],
    }
    return dataclasses.replace(read, settings=read.settings.model_copy(update=update))


def named(evaluation: Evaluation) -> Evaluation:
    return with_named_waves(evaluation, {n: q.contrasts for n, q in discover(ROOT).items()})


def settings_of(contrast: Any, question: str = "demand", **more: Any) -> Any:
    made = named(planned(PlanEntry(question=question, settings={"contrast": contrast, **more})))
    return made.settings.plan[0]


@pytest.mark.parametrize(
    ("contrast", "pair"),
    [
        (["first", "latest"], ["2003", "2007"]),
        (["previous", "latest"], ["2006", "2007"]),
        (["2003", "previous"], ["2003", "2006"]),
        ([2003, 2006], [2003, 2006]),
    ],
)
def test_words_stand_for_waves_of_the_source(contrast: list[Any], pair: list[Any]) -> None:
    assert settings_of(contrast).settings["contrast"] == pair


def test_questions_of_calendar_years_take_the_years_of_the_waves() -> None:
    assert settings_of(["first", "latest"], "attendance").settings["contrast"] == [2000, 2002]


def test_a_source_that_a_wave_left_out_has_the_waves_it_has() -> None:
    """The mailing survey of the default evaluation was made once; the non-users were asked in 2006 alone."""
    with pytest.raises(EvaluationError, match="mean no two waves") as fault:
        settings_of(["first", "latest"], source="non_users")
    assert "plan.0.settings.contrast" in str(fault.value)


def test_several_pairs_are_one_contrast_and_further_ones() -> None:
    entry = settings_of([["first", "latest"], ["previous", "latest"]])
    assert entry.settings["contrast"] == ["2003", "2007"]
    assert pickle.loads(pickle.dumps(entry)).further == (("2006", "2007"),)
    again = entries(named(planned(entry)))[0]
    assert again.contrasting(("2006", "2007")).settings["contrast"] == ["2006", "2007"]


def test_lists_of_contrasts_and_what_was_asked_follow_too() -> None:
    entry = PlanEntry(question="prevalence", settings={"indicators": [{"contrasts": [["previous", "latest"]]}]})
    made = named(planned(entry, about="demand.elaborate.shift/users/wave=first..latest"))
    assert made.settings.plan[0].settings["indicators"][0]["contrasts"] == [["2006", "2007"]]
    assert made.settings.questions[0].statements[0].about == "demand.elaborate.shift/users/wave=2003..2007"
    of_years = named(planned(entry, about="attendance.visits.evolution/visits/period=previous..latest/age_band=60-74"))
    assert of_years.settings.questions[0].statements[0].about.endswith("period=2001..2002/age_band=60-74")


def test_a_plan_by_names_alone_is_left_as_it_is() -> None:
    read = load("bretagne-cybercommunes", ROOT)
    assert are_named(read)
    assert named(read).settings == read.settings


def _shift(first: str, last: str, value: float) -> dict[str, Any]:
    return {
        "result_id": f"demand.elaborate.shift/users/wave={first}..{last}/region=53", "analysis": "demand",
        "question": "demand", "indicator": "elaborate", "measure": "shift", "method": "", "population": "users",
        "inference": "sample", "wave": f"{first}..{last}", "period": "", "order": 1.0, "territory_level": "region",
        "territory": "53", "domain": "", "unit": "point", "estimate": value, "se": 1.0, "lower": value - 2,
        "upper": value + 2, "p_value": 0.001, "p_adjusted": 0.001, "confirmatory": True, "quality": "publish",
        "reason": "", "source": "users", "base": "all", "n": 900.0, "quantity": "", "family": "",
    }  # fmt: skip


def test_each_further_pair_has_a_statement_that_says_its_years() -> None:
    evaluation = named(
        planned(PlanEntry(question="demand", settings={"services": "wants", "elaborate": ["email"], "contrast": [
            ["first", "latest"], ["previous", "latest"], ["first", "previous"]]}))
    )  # fmt: skip
    every = with_further(evaluation, asked(evaluation))
    assert [a.contrast for a in every] == [("2003", "2007"), ("2006", "2007"), ("2003", "2006")]
    pick = StatementSpec("change", "change", Pick("elaborate", "shift", at="change"), of="whole")
    alone = [dataclasses.replace(each, specs=[pick]) for each in every]
    table = pd.DataFrame([_shift("2003", "2007", 9.0), _shift("2006", "2007", 5.0), _shift("2003", "2006", 4.0)])
    made = state(table, alone, {}, "region=53")
    assert [s.id.partition("@")[0] for s in made] == [
        "demand.change", "demand.change~2006..2007", "demand.change~2003..2006"
    ]  # fmt: skip
    since = [Wave(str(s.arguments["since"][1]), fr).said("depuis") for s in made]  # type: ignore[arg-type]
    assert since == ["depuis 2003", "depuis 2006", "entre 2003 et 2006"]


def test_waves_that_are_no_years_are_called_waves() -> None:
    assert Wave("V1..V3", fr).said("depuis") == "entre les vagues V1 et V3"  # type: ignore[arg-type]
    assert Wave("V1..V3", en).said("since") == "between waves V1 and V3"  # type: ignore[arg-type]
