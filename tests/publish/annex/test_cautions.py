"""Warnings in documents: shown where they are raised, and only there; each weakens what it is about."""

from dataclasses import replace

import pytest

from pipeline.evaluation import Evaluation
from pipeline.publish.annex.cautions import checks
from pipeline.questions import discover
from pipeline.results.statement import Statement

from .grounds import cells, ground
from .project import ROOT


def looked_for(name: str, question: str, verdict: str) -> Statement:
    """Return what a question states of a warning."""
    return Statement(
        f"{question}.{name}@region=53", question, question, name, "warning", verdict, result_ids=(f"checks.{name}",)
    )


@pytest.mark.parametrize(
    ("lang", "found"), [("fr", ["Alerte levée", "Rien de tel"]), ("en", ["Warning raised", "Nothing"])]
)
def test_the_table_of_checks_tells_those_that_found_nothing_too(
    evaluation: Evaluation, lang: str, found: list[str]
) -> None:
    stated = (
        looked_for("mode_effect", "comparability", "raised"),
        looked_for("sparse", "comparability", "quiet"),
        looked_for("diverging", "label", "withheld"),
    )
    block = checks(ground(evaluation, lang, statements=stated))
    assert [row[1] for row in cells(block.text)] == found
    assert all(row[0] for row in cells(block.text))
    assert block.result_ids == ("checks.mode_effect", "checks.sparse")


def test_a_warning_that_two_questions_look_at_is_told_once(evaluation: Evaluation) -> None:
    one = looked_for("closing", "label", "quiet")
    other = replace(looked_for("closures", "attendance", "quiet"), result_ids=one.result_ids)
    assert len(cells(checks(ground(evaluation, statements=(one, other))).text)) == 1


def test_every_warning_says_what_is_looked_for(evaluation: Evaluation) -> None:
    grounds = [ground(evaluation, lang) for lang in ("fr", "en")]
    for name, question in discover(ROOT).items():
        for spec in question.statements:
            if spec.kind == "warning":
                for made in grounds:
                    assert made.word(f"{name}.{spec.name}.subject.first"), spec.name


def test_without_checks_there_is_no_table(evaluation: Evaluation) -> None:
    assert checks(ground(evaluation)).text == ""
