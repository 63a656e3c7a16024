"""The validation page: failing rules first, every rule named, each number traced to its table."""

from pipeline.evaluation import Evaluation
from pipeline.export import validation


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
