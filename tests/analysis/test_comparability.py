"""Each scenario that spoils a comparison of waves raises its own warning, and the default none."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from pipeline.analysis import comparability
from pipeline.analysis.comparability import central
from pipeline.analysis.context import Context

from .conftest import Known, entry, known

SETTINGS = {"of": "demand", "battery": "satisfaction", "contrast": ["2003", "2006"]}


def _warned(context: Context) -> dict[str, float]:
    rows = comparability.answer(context, entry(SETTINGS, "comparability"))
    return {r.indicator: r.estimate for r in rows if r.measure == "warning"}


def _offered_late(context: Context, items: tuple[str, ...]) -> Context:
    """Return the context whose instrument declares items as offered in the last wave only."""
    evaluation = context.evaluation
    users = evaluation.instruments["users"]
    wants = users.question("wants")
    assert wants is not None
    late = [i.model_copy(update={"waves": ["2006"]}) if i.name in items else i for i in wants.items]
    questions = [q.model_copy(update={"items": late}) if q.name == "wants" else q for q in users.questions]
    instruments = {**evaluation.instruments, "users": users.model_copy(update={"questions": questions})}
    return dataclasses.replace(context, evaluation=dataclasses.replace(evaluation, instruments=instruments))


def test_the_default_evaluation_raises_no_warning(brittany: Known) -> None:
    assert _warned(brittany.context) == {"new_items": 0, "sparse": 0, "mode_effect": 0}


def test_a_service_offered_in_one_wave_only_is_named_and_leaves_the_index(brittany: Known) -> None:
    context = _offered_late(brittany.context, ("activism_associations",))
    rows = comparability.answer(context, entry(SETTINGS, "comparability"))
    assert [r.domain for r in rows if r.measure == "item"] == [{"item": "activism_associations"}]
    assert _warned(context)["new_items"] == 1


def test_the_items_that_moved_most_do_not_decide_whether_all_moved() -> None:
    moved = pd.Series({"a": -0.4, "b": -0.1, "c": 0.0, "d": 0.02, "e": 0.03, "f": 0.05, "g": 0.06, "h": 0.9})
    assert central(moved) == ["c", "d", "e", "f"]


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["sparse", "mode_effect", "new_items"])
def test_each_scenario_raises_its_warning_alone(scenario: str, tmp_path: Path) -> None:
    made = known("bretagne-cybercommunes", tmp_path, scenario=scenario)
    late = tuple(made.population.truth.demand.offered_from)
    context = _offered_late(made.context, late) if late else made.context
    assert {name for name, value in _warned(context).items() if value} == {scenario}
