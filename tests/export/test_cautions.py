"""Warnings in documents: shown where they are raised, and only there; each weakens what it is about."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline import results
from pipeline.evaluation import Evaluation
from pipeline.export.cautions import cautions, checks, unknowns
from pipeline.questions import discover
from pipeline.results.statement import Statement
from pipeline.state.warnings import CONCERNS, warnings_about
from pipeline.wording.cautions import CAUTIONS

from .grounds import cells, ground
from .project import ROOT, result, rows
from .test_findings import warning


def raise_warnings(report: Any, *raised: results.Result) -> None:
    table = results.frame([*rows(), *raised])
    table = results.blank(table, table["quality"] == "suppress")
    results.write(table, report.evaluation.stage("protect") / "results.parquet")


def test_every_warning_that_weakens_findings_has_words_in_both_languages() -> None:
    assert set(CAUTIONS) == set(CONCERNS)
    for caution in CAUTIONS.values():
        assert all(set(texts) == {"fr", "en"} for texts in (caution.name, caution.looking, caution.means))


def test_a_raised_warning_stands_beside_what_it_concerns_and_in_the_list_of_unknowns(report: Any) -> None:
    raise_warnings(report, warning("mode_effect"), warning("pretrend"), warning("sparse", 0.0))
    beside = cautions(report, "satisfaction").data
    assert "mode de collecte" in beside
    assert "avant le label" not in beside
    assert unknowns(report).data.count("- **") == 2
    assert "Échantillon" not in unknowns(report).data


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
    for name, question in discover(ROOT).items():
        for spec in question.statements:
            if spec.kind == "warning":
                for lang in ("fr", "en"):
                    assert ground(evaluation, lang).word(f"{name}.{spec.name}.subject.first"), spec.name


def test_without_checks_nothing_is_shown(report: Any) -> None:
    assert cautions(report, "demand").data.strip() == unknowns(report).data.strip() == ""


def test_without_checks_there_is_no_table(evaluation: Evaluation) -> None:
    assert checks(ground(evaluation)).text == ""


@pytest.mark.parametrize(
    ("name", "changes", "weakened"),
    [
        ("mode_effect", {}, True),
        ("mode_effect", {"source": "non_users", "population": "non_users"}, False),
        ("mode_effect", {"analysis": "label", "inference": "model", "source": "attendance"}, False),
        ("pretrend", {"analysis": "label", "measure": "effect", "inference": "model"}, True),
        ("pretrend", {"analysis": "label", "measure": "count", "inference": "census"}, False),
        ("informative_closure", {"analysis": "attendance", "measure": "evolution", "inference": "census"}, True),
        ("informative_closure", {"analysis": "attendance", "measure": "count", "inference": "census"}, False),
    ],
)
def test_a_warning_weakens_what_rests_on_it_and_nothing_else(
    name: str, changes: dict[str, object], weakened: bool
) -> None:
    row = result(**changes)
    table = results.frame([row, warning(name)])
    assert (warnings_about(table, table.iloc[0]) == [name]) == weakened
