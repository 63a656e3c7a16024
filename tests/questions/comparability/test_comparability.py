"""Each scenario that spoils a comparison of waves raises its own warning, and the default none."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.questions.comparability import answer as comparability
from pipeline.questions.comparability.answer import adjusted, central
from pipeline.questions.context import Context
from pipeline.questions.demand import answer as demand
from pipeline.questions.entry import Entry, entries
from pipeline.questions.parts import About
from pipeline.results import Result, id_of
from tests.questions.conftest import Known, entry, known

SETTINGS = {"of": "demand", "battery": "satisfaction", "contrast": ["2003", "2006"]}


def _warned(context: Context) -> dict[str, float]:
    rows = comparability.answer(context, entry(SETTINGS, "comparability"))
    return {r.indicator: r.estimate for r in rows if r.measure == "warning"}


def _planned(context: Context, question: str) -> Entry:
    return next(e for e in entries(context.evaluation) if e.question == question)


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


def test_asked_twice_its_checks_and_those_of_models_have_ids_of_their_own(brittany: Known) -> None:
    first = entry(SETTINGS, "comparability")
    second = dataclasses.replace(entry(SETTINGS, "comparability", "again"), again=True)
    rows = [r for e in (first, second) for r in comparability.answer(brittany.context, e)]
    subject, outcomes = demand.outcomes(brittany.context, _planned(brittany.context, "demand"))
    rows += [About(e, e.name, outcomes[0].indicator, subject, "all").not_estimable("adjusted", "2003..2006")
             for e in (first, second)]  # fmt: skip
    ids = [id_of(r) for r in rows]
    assert len(set(ids)) == len(ids)
    assert sum("entry=again" in i for i in ids) == len(ids) / 2


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["sparse", "mode_effect", "new_items"])
def test_each_scenario_raises_its_warning_alone(scenario: str, tmp_path: Path) -> None:
    made = known("bretagne-cybercommunes", tmp_path, scenario=scenario)
    late = tuple(made.population.truth.demand.offered_from)
    context = _offered_late(made.context, late) if late else made.context
    assert {name for name, value in _warned(context).items() if value} == {scenario}


def _mode(context: Context) -> dict[str, Result]:
    rows = comparability.answer(context, entry(SETTINGS, "comparability"))
    return {r.measure: r for r in rows if r.indicator == "mode_effect"}


def test_only_items_that_the_plan_counts_nowhere_show_a_mode(brittany: Known) -> None:
    """e_administration is in the wider index of the plan, and its demand really grows."""
    told = {**SETTINGS, "neutral": ["printing_scanning", "job_search"]}
    plan, declared = (
        [(r.measure, r.estimate) for r in comparability.answer(brittany.context, entry(s, "comparability"))]
        for s in (SETTINGS, told)
    )
    assert plan == declared


def test_a_neutral_item_that_was_not_asked_is_refused(brittany: Known) -> None:
    with pytest.raises(AnalyseError, match="no such item"):
        comparability.answer(brittany.context, entry({**SETTINGS, "neutral": ["printing"]}, "comparability"))


def test_the_default_says_what_it_could_have_seen(brittany: Known) -> None:
    rows = _mode(brittany.context)
    assert set(rows) == {
        "warning", "notes", "notes_detectable", "boxes", "boxes_detectable", "boxes_detectable_share"
    }  # fmt: skip
    # an error between these bounds is what some 2 700 answers a wave in some 220 spaces give
    assert 0.04 < rows["boxes_detectable"].estimate < 0.08
    assert rows["boxes"].p_value > 0.05
    assert abs(rows["boxes"].estimate) < rows["boxes_detectable"].estimate


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ticks_alone_raise_the_warning(seed: int, tmp_path: Path) -> None:
    made = known("bretagne-cybercommunes", tmp_path, seed=seed, scenario="mode_ticks")
    rows = _mode(made.context)
    print({m: (round(r.estimate, 3), round(r.p_value, 4)) for m, r in rows.items()})
    assert rows["warning"].estimate == 1
    assert rows["notes"].p_value > 0.05
    # each of two neutral items is ticked by 8 % of the some 82 % who would not have ticked it
    assert rows["boxes"].estimate == pytest.approx(2 * 0.08 * 0.82, abs=3 * rows["boxes_detectable"].estimate / 2.8)


def test_the_adjustment_takes_away_who_answers_and_leaves_the_wave() -> None:
    rng = np.random.default_rng(3)
    n = 4000
    wave, space = np.repeat(["a", "b"], n // 2), np.tile(np.arange(50), n // 50)
    old = rng.uniform(size=n) < np.where(wave == "a", 0.3, 0.6)
    frame = pd.DataFrame({"wave": wave, "site_id": space, "age_band": np.where(old, "60+", "15-59")})
    ticks = pd.Series(1.0 * old + 0.5 * (wave == "b") + rng.normal(0, 0.1, n))
    left = adjusted(frame, ticks, ("age_band", "absent")).groupby(wave).mean()
    assert left["b"] - left["a"] == pytest.approx(0.5, abs=0.02)


def test_a_change_as_large_as_the_detectable_one_is_seen_four_times_in_five() -> None:
    rng = np.random.default_rng(7)
    weights = np.ones(60)
    size = comparability.Move(0.0, 1 / np.sqrt(60), 59, 0.5).detectable(0.025)
    seen = [comparability.paired(rng.normal(size, 1, 60), weights).p < 0.025 for _ in range(4000)]
    # binomial error of 4000 trials at 80 %: 0.6 point
    assert np.mean(seen) == pytest.approx(0.8, abs=0.025)
