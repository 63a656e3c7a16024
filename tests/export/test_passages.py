"""Passages: the evaluation's own prose, whose figures are declared facts and nothing else."""

import re

import pytest

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation, load
from pipeline.export import has_passage, passage
from tests.export.project import ROOT


def write(evaluation: Evaluation, text: str) -> None:
    (evaluation.folder / "texts" / "fr" / "trial.md").write_text(text, encoding="utf-8")


def test_a_fact_is_written_by_the_report(evaluation: Evaluation) -> None:
    write(evaluation, "Il y a {fact spaces} projets.\n")
    assert "Il y a <spaces> projets." in passage(evaluation, "trial", "fr", lambda name: f"<{name}>").data


def test_an_undeclared_fact_is_refused_with_file_and_line(evaluation: Evaluation) -> None:
    write(evaluation, "Une ligne.\n\nIl y a {fact moons} lunes.\n")
    with pytest.raises(PublishError, match=r"trial\.md:3") as fault:
        passage(evaluation, "trial", "fr", str)
    assert "spaces" in str(fault.value)


def test_a_missing_passage_is_empty(evaluation: Evaluation) -> None:
    assert not has_passage(evaluation, "nowhere", "fr")
    assert passage(evaluation, "nowhere", "fr", str).data == ""


@pytest.mark.parametrize("name", ["bretagne-cybercommunes", "miniature"])
def test_committed_passages_type_no_digit_but_waves(name: str) -> None:
    evaluation = load(name, ROOT)
    waves = {w.name for w in evaluation.settings.waves}
    for path in sorted((evaluation.folder / "texts").rglob("*.md")):
        text = re.sub(r"\{fact [^}]+\}|\{#[^}]*\}|\{\.[^}]*\}", "", path.read_text(encoding="utf-8"))
        assert set(re.findall(r"\d+", text)) <= waves, path
