"""What an entry of the plan says when the evaluation lacks what it needs: what there is, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.questions.entry import Entry

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def evaluation():
    return load("miniature", ROOT)


@pytest.fixture(scope="module")
def entry():
    return Entry("miniature", 2, "workshops", "workshops", False, {})


def test_a_source_that_is_not_declared_is_asked_for_with_its_kind(entry, evaluation) -> None:
    fault = entry.no_source(evaluation, "framework", "source", None, "or something else")
    text = str(fault)
    assert "workshops needs a source of kind framework" in text
    assert all(f"{s.name} ({s.kind})" in text for s in evaluation.settings.sources)
    assert "`kind: framework`" in text
    assert "or something else" in text


def test_a_source_of_another_name_is_told_beside_those_of_its_kind(entry, evaluation) -> None:
    [own, *_] = evaluation.sources("attendance")
    text = str(entry.no_source(evaluation, "attendance", "source", "elsewhere"))
    assert "elsewhere" in text
    assert own.name in text


def test_a_role_that_is_lacking_is_named_apart_from_what_was_found(entry, evaluation) -> None:
    [own, *_] = evaluation.sources("attendance")
    said = entry.no_roles(evaluation, own.name, ["training_hours"])
    problem, _, found = str(said).partition("found:")
    assert "no question with role training_hours" in problem
    assert "training_hours" not in found
    assert all(q.name in found for q in evaluation.instruments[own.name].questions[:2])
