"""Findings: declared statements become graded lines that cite their results, and nothing else."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import results
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation, Statement
from pipeline.export import findings, raised, statements, write_findings
from pipeline.export.findings import graded

from .project import result, rows

SHIFT = "demand.elaborate.shift/users/wave=2003..2006"
VISITS = "attendance.visits.evolution/visits/period=2003..2006"


def warning(name: str, estimate: float = 1.0) -> results.Result:
    return result(analysis="quality_checks", indicator=name, measure="warning", unit="score", estimate=estimate)


def asking(evaluation: Evaluation, *statements: Statement) -> Evaluation:
    question = evaluation.settings.questions[0].model_copy(update={"statements": list(statements)})
    settings = evaluation.settings.model_copy(update={"questions": [question]})
    return Evaluation(evaluation.name, evaluation.root, evaluation.data, settings, evaluation.instruments)


def test_a_statement_cites_its_number_and_what_it_was_compared_with(report: Any) -> None:
    evaluation = asking(report.evaluation, Statement(about=SHIFT, agrees=[f"-{VISITS}"]))
    (found,) = findings(evaluation, results.frame(rows()))
    assert found.grade.direction == "rise"
    assert "agreement" in found.grade.reasons
    assert found.result_ids == (
        "demand.elaborate.shift/users/wave=2003..2006/region=53",
        "attendance.visits.evolution/visits/period=2003..2006/region=53",
    )


def test_a_suppressed_result_is_never_cited(report: Any) -> None:
    table = results.frame([result(measure="shift", unit="point", wave="2003..2006", quality="suppress", reason="ns_n")])
    (found,) = findings(asking(report.evaluation, Statement(about=SHIFT)), table)
    assert (found.grade.strength, found.result_ids) == ("", ())


def test_a_raised_warning_weakens_what_it_concerns_and_is_cited(report: Any) -> None:
    table = results.frame([*rows(), warning("mode_effect"), warning("pretrend"), warning("sparse", 0.0)])
    evaluation = asking(report.evaluation, Statement(about=SHIFT), Statement(about=VISITS))
    survey, count = findings(evaluation, table)
    assert raised(table) == ["mode_effect", "pretrend"]
    calm = graded(report.evaluation, results.frame(rows()), survey.row)
    assert survey.grade.reasons == (*calm.reasons, "warning_mode_effect")
    assert survey.result_ids[-1].startswith("quality_checks.mode_effect")
    assert not any("warning" in r for r in count.grade.reasons)


def test_a_statement_about_no_result_is_refused_with_its_key(report: Any) -> None:
    evaluation = asking(report.evaluation, Statement(about="demand.elaborated.shift/users/wave=2003..2006"))
    with pytest.raises(PublishError, match=r"questions\.0\.statements\.0\.about"):
        findings(evaluation, results.frame(rows()))


def test_the_annex_holds_every_statement_with_its_grade(report: Any, tmp_path: Path) -> None:
    evaluation = asking(report.evaluation, Statement(about=SHIFT), Statement(about=VISITS, margin=0.1))
    written = write_findings(evaluation, results.frame(rows()), tmp_path)
    entries = json.loads(written[0].read_text(encoding="utf-8"))
    assert [e["direction"] for e in entries] == ["rise", "stable"]
    with written[1].open(encoding="utf-8") as handle:
        lines = list(csv.DictReader(handle, delimiter=";"))
    assert [line["about"] for line in lines] == [e["about"] for e in entries]
    assert lines[0]["estimate"] == "9,4"


def test_the_table_of_statements_has_a_row_a_question_with_numbers_and_strengths(
    report: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation = asking(report.evaluation, Statement(about=SHIFT))
    monkeypatch.setattr(type(report), "evaluation", evaluation)
    text = statements(report, "Les constats", "statements").data
    assert text.count("row-header") == 1
    assert "en hausse" in text
    assert 'data-result="demand.elaborate.shift/users/wave=2003..2006/region=53"' in text
    assert "*probable*" in text
