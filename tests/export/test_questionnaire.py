"""The questionnaire annex: exact wording, answers, routing, and grids shown once."""

from pipeline.evaluation import Evaluation
from pipeline.export import questionnaire
from pipeline.export.questionnaire import shared_start


def test_questions_stand_in_their_exact_wording(evaluation: Evaluation) -> None:
    text = questionnaire(evaluation, "users")
    for name in ("age", "occupation", "visits_4w", "wants"):
        question = evaluation.instruments["users"].question(name)
        assert question is not None
        assert question.wording.fr in text


def test_a_grid_states_its_stem_and_scale_once(evaluation: Evaluation) -> None:
    text = questionnaire(evaluation, "users")
    assert text.count("Êtes-vous satisfait ou satisfaite des aspects suivants de cet espace ?") == 1
    assert text.count("pas du tout satisfait ; peu satisfait") == 1
    assert "- Les tarifs" in text


def test_routing_and_waves_are_said(evaluation: Evaluation) -> None:
    text = questionnaire(evaluation, "users")
    assert "Posée si Ordinateur au domicile : oui." in text
    assert "Question non posée en 2003." in text


def test_keys_and_technical_columns_are_left_out(evaluation: Evaluation) -> None:
    text = questionnaire(evaluation, "users")
    assert "Numéro du questionnaire" not in text
    assert "Dernière page affichée" not in text


def test_shared_start_is_the_longest_common_one() -> None:
    assert shared_start(["abcd", "abef"]) == "ab"
    assert shared_start([]) == ""
