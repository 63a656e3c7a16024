"""The validation page: failing checks first, every rule named, each number traced to its table or result."""

import re
from pathlib import Path

import pytest

import pipeline.ingest
from pipeline.evaluation import Evaluation
from pipeline.ingest.checks.kinds import KINDS
from pipeline.publish.annex import validation
from pipeline.publish.annex.blocks import Ground
from pipeline.publish.documents.expansion import marked
from tests.publish.annex.grounds import changed, ground
from tests.publish.annex.project import result


@pytest.fixture
def french(evaluation: Evaluation) -> Ground:
    return ground(evaluation)


def test_only_broken_rules_are_listed_as_failing(french: Ground) -> None:
    text = validation.failing(french).text
    assert "Valeur hors limites ([Âge]{.declared})" in text
    assert "sexe" not in text.lower()
    assert 'data-record="rules/users/out_of_range/age/failing"' in text
    assert "straight_lining" not in text


def test_every_rule_is_listed_by_column(french: Ground) -> None:
    text = validation.rules(french).text
    assert "Âge" in text
    assert "Sexe" in text
    assert "[valeur dans 15 – 99]{.declared}" in text


def test_corrections_are_counted_by_kind(french: Ground) -> None:
    assert '[2]{.record data-record="decisions/register/alias"}' in validation.decisions(french).text


def test_a_source_without_failure_has_no_table(french: Ground) -> None:
    assert "{#tbl-failing-users}" in validation.failing(french).text
    assert "{#tbl-failing-register}" not in validation.failing(french).text


def test_files_and_reasons_are_counted_by_the_results_of_the_account(evaluation: Evaluation) -> None:
    count = {"analysis": "account", "measure": "count", "population": "records", "unit": "count", "estimate": 5.0}
    of_wave = {**count, "wave": "2003", "domain": {"source": "users"}}
    of_reason = {**count, "period": "all", "domain": {"source": "users", "reason": "unknown_site"}}
    rows = [result(**of_wave, indicator=kind) for kind in ("received", "accepted")]
    made = ground(evaluation, "en", [*rows, result(**of_reason, indicator="set_aside")], mark=marked)
    files, reasons = validation.files(made), validation.reasons_aside(made)
    first = next(line for line in files.text.splitlines() if "users-2003" in line)
    # nothing is set aside: ingest wrote no such row
    assert first.count("[5]{.number") == 2
    assert first.endswith("| none |")
    assert len(files.result_ids) == 2
    assert "Space unknown to the register" in reasons.text
    assert reasons.result_ids == (
        "account.set_aside.count/records/period=all/region=53/reason=unknown_site/source=users",
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_kind_of_correction_and_every_reason_has_its_words(evaluation: Evaluation, lang: str) -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in Path(pipeline.ingest.__file__).parent.rglob("*.py"))
    kinds = set(re.findall(r'Note\(\s*"([a-z_]+)"', code))
    assert len(kinds) > 30
    made = ground(evaluation, lang)
    assert [k for k in sorted(kinds) if not validation.word(made, f"kinds.{k}")] == []
    assert [k for k in sorted(KINDS) if not validation.word(made, f"reasons.{k}")] == []


def test_every_file_of_several_read_as_one_is_named(evaluation: Evaluation) -> None:
    (survey,) = evaluation.sources("survey")
    wave, file = next(iter(survey.files.items()))
    several = {wave: file.model_copy(update={"also": ["june.csv", "july.csv"]})}
    text = validation.files(ground(changed(evaluation, files=several))).text
    assert f"`{file.path}`, `june.csv`, `july.csv`" in text.replace("\\", "")
