"""The validation page: failing rules first, every rule named, each number traced to its table."""

import re
from pathlib import Path

import pipeline.ingest
from pipeline.evaluation import Evaluation
from pipeline.export import screening, validation


def test_only_broken_rules_are_listed_as_failing(evaluation: Evaluation) -> None:
    text = validation.failing_rules(evaluation, "users").data
    assert "Valeur hors limites ([Âge]{.declared})" in text
    assert "sexe" not in text.lower()
    assert 'data-record="rules/users/out_of_range/age/failing"' in text


def test_every_rule_is_listed_by_column(evaluation: Evaluation) -> None:
    text = validation.every_rule(evaluation, "users").data
    assert "Âge" in text
    assert "Sexe" in text
    assert "[valeur dans 15 – 99]{.declared}" in text


def test_corrections_are_counted_by_kind(evaluation: Evaluation) -> None:
    assert validation.has_decisions(evaluation)
    assert '[2]{.record data-record="decisions/register/alias"}' in validation.decisions(evaluation).data


def test_a_source_without_failure_says_so(evaluation: Evaluation) -> None:
    assert validation.has_failing_rules(evaluation, "users")
    assert not validation.has_failing_rules(evaluation, "register")


def test_flags_are_apart_from_what_sets_rows_aside_and_have_their_rate(evaluation: Evaluation) -> None:
    text = screening.flags(evaluation).data
    assert "Même réponse à toutes les échelles" in text
    assert '[5,0\u202f%]{.record data-record="rules/users/straight_lining/sat_overall/rate"}' in text
    assert "straight_lining" not in validation.failing_rules(evaluation, "users").data


def test_nonresponse_is_told_among_those_asked_and_not_on_a_few_persons(evaluation: Evaluation) -> None:
    text = screening.nonresponse(evaluation, "users").data
    assert '[25\u202f%]{.record data-record="nonresponse/users/2006/visits_4w/rate"}' in text
    # six kept silent of 240
    assert '[240]{.record data-record="nonresponse/users/2003/home_internet/asked"} | c |' in text
    assert "nonresponse/users/2003/home_internet/rate" not in text
    # nine persons were asked in 2006: fewer than the eleven that the evaluation demands
    assert "nonresponse/users/2006/home_internet" not in text
    assert "| nd | nd |" in text
    assert "non posée" in text


def test_moved_shares_name_question_and_answer_and_only_those_that_stand_out(evaluation: Evaluation) -> None:
    text = screening.moved(evaluation).data
    assert "[Ordinateur au domicile]{.declared}" in text
    assert "[oui]{.declared}" in text
    assert "Sexe" not in text
    assert "drift///compared" in screening.drift_examined(evaluation)
    assert screening.undecided(evaluation).empty


def test_every_kind_of_correction_has_its_french_name() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in Path(pipeline.ingest.__file__).parent.rglob("*.py"))
    kinds = set(re.findall(r'Note\(\s*"([a-z_]+)"', code))
    assert len(kinds) > 30
    assert kinds - set(validation._DECISIONS) == set()
