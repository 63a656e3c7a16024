"""Warnings of method weaken what folders of questions declare, whatever the plan calls their entries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline import results
from pipeline.questions import discover
from pipeline.stages.state import weakening
from pipeline.state.warnings import concerning, sources_of
from tests.publish.annex.project import result

ROOT = Path(__file__).parents[2]


def warning(name: str) -> results.Result:
    return result(
        analysis="quality_checks",
        indicator=name,
        measure="warning",
        population="records",
        unit="score",
        estimate=1.0,
    )


@pytest.mark.parametrize("entry", ["as it is", "of another name"])
@pytest.mark.parametrize(
    ("name", "changes", "weakened"),
    [
        ("mode_effect", {}, True),
        ("mode_effect", {"source": "non_users", "population": "non_users"}, False),
        ("mode_effect", {"question": "label", "inference": "model", "source": "attendance"}, False),
        ("new_items", {}, True),
        ("new_items", {"question": "adjusted"}, True),
        ("new_items", {"question": "satisfaction"}, False),
        ("pretrend", {"question": "label", "measure": "effect", "inference": "model"}, True),
        ("pretrend", {"question": "label", "measure": "count", "inference": "census"}, False),
        ("pretrend", {}, False),
        ("informative_closure", {"question": "attendance", "measure": "evolution", "inference": "census"}, True),
        ("informative_closure", {"question": "attendance", "measure": "count", "inference": "census"}, False),
        ("informative_closure", {"question": "workshops", "measure": "evolution", "inference": "census"}, False),
        ("refusal_of_payment", {"question": "payment", "measure": "median"}, True),
    ],
)
def test_a_warning_weakens_what_rests_on_it_and_nothing_else(
    name: str, changes: dict[str, object], weakened: bool, entry: str
) -> None:
    question = changes.get("question", "demand")
    made = result(**{k: v for k, v in changes.items() if k != "question"})
    table = results.frame([replace(made, analysis=str(question) if entry == "as it is" else "asked-again")])
    table = pd.concat([table.assign(question=question), results.frame([warning(name)])])
    found = concerning(sources_of(table), weakening(ROOT), table.iloc[0])
    assert found == ([name] if weakened else [])


def test_every_warning_that_a_question_tells_weakens_something() -> None:
    """One that weakens nothing is a name that was changed on one side alone."""
    told = {
        spec.rows.indicator
        for question in discover(ROOT).values()
        for spec in question.statements
        if spec.kind == "warning"
    }
    known = weakening(ROOT)
    declared = {name for names in known.results.values() for name in names} | known.answers
    assert declared == told
