"""The questionnaire annex: exact wording, answers, routing, and grids shown once."""

from pipeline.evaluation import Evaluation
from pipeline.publish.annex.questionnaire import questionnaire, shared_start

from .grounds import changed, ground, with_survey


def test_questions_stand_in_their_exact_wording(evaluation: Evaluation) -> None:
    text = questionnaire(ground(evaluation)).text
    for name in ("age", "occupation", "visits_4w", "wants"):
        question = evaluation.instruments["users"].question(name)
        assert question is not None
        assert question.wording.fr in text


def test_a_grid_states_its_stem_and_scale_once(evaluation: Evaluation) -> None:
    text = questionnaire(ground(evaluation)).text
    assert text.count("Êtes-vous satisfait ou satisfaite des aspects suivants de cet espace ?") == 1
    assert text.count("pas du tout satisfait\u202f; peu satisfait") == 1
    assert "- Les tarifs" in text


def test_routing_and_waves_are_said(evaluation: Evaluation) -> None:
    text = questionnaire(ground(evaluation)).text
    assert "Posée si Ordinateur au domicile : oui." in text
    assert "Question non posée en 2003." in text


def test_english_wording_routing_and_waves_are_english(evaluation: Evaluation) -> None:
    text = questionnaire(ground(evaluation, "en")).text
    assert "Asked if Computer at home: yes." in text
    assert "Question not asked in 2003." in text
    assert "- a number, from 15 to 99" in text


def test_only_waves_in_which_the_survey_was_put_are_told(evaluation: Evaluation) -> None:
    users = evaluation.source("users")
    once = changed(evaluation, files={"2006": users.files["2006"]})
    assert "Question non posée" not in questionnaire(ground(once)).text


def test_several_questionnaires_have_their_titles(evaluation: Evaluation) -> None:
    users = evaluation.source("users")
    again = users.model_copy(update={"name": "again", "title": None})
    text = questionnaire(ground(with_survey(evaluation, again))).text
    assert "### Enquête auprès des usagers {.unnumbered}" in text
    assert "### again {.unnumbered}" in text


def test_keys_and_technical_columns_are_left_out(evaluation: Evaluation) -> None:
    text = questionnaire(ground(evaluation)).text
    assert "Numéro du questionnaire" not in text
    assert "Dernière page affichée" not in text


def test_shared_start_is_the_longest_common_one() -> None:
    assert shared_start(["abcd", "abef"]) == "ab"
    assert shared_start([]) == ""
