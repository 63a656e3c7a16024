"""Labels: every code, indicator, territory and source of an evaluation has its words."""

import dataclasses

import pytest

from pipeline.evaluation import Evaluation
from pipeline.instrument import Text
from pipeline.publish.annex.labels import evaluation_labels, without_battery
from pipeline.questions.discovery import labellings
from pipeline.wording import labels as words
from tests.publish.annex.project import REGION, ROOT, UNITS


def labels(evaluation: Evaluation) -> dict[str, dict[str, str]]:
    return evaluation_labels(evaluation, UNITS, REGION, "2023", labellings=labellings(ROOT))


def test_every_code_of_the_survey_has_a_label_in_both_languages(evaluation: Evaluation) -> None:
    found = labels(evaluation)
    for question in evaluation.instruments["users"].questions:
        for code in question.codes:
            for lang in ("fr", "en"):
                assert words.code_label(question.name, str(code), found, lang)


def test_items_of_a_multiple_question_are_indicators_of_the_analysis_that_uses_it(evaluation: Evaluation) -> None:
    found = labels(evaluation)
    items = evaluation.instruments["users"].question("wants")
    assert items is not None
    for item in items.items:
        assert found[f"demand.{item.name}"]["fr"][0].isupper()
    # the question « email » of the prize draw must not name the service « email »
    assert "messagerie" in found["demand.email"]["fr"]


def test_a_multiple_question_without_a_short_label_is_called_by_its_wording(evaluation: Evaluation) -> None:
    users = evaluation.instruments["users"]
    asked = [q.model_copy(update={"label": None}) if q.name == "wants" else q for q in users.questions]
    instruments = {**evaluation.instruments, "users": users.model_copy(update={"questions": asked})}
    found = labels(dataclasses.replace(evaluation, instruments=instruments))
    question = users.question("wants")
    assert question is not None
    assert found["by=wants"]["fr"] == question.wording.fr


def test_satisfaction_items_are_named_without_their_prefix(evaluation: Evaluation) -> None:
    found = labels(evaluation)
    assert found["satisfaction.equipment"]["fr"] == "Le matériel"
    assert found["answer=5"]["fr"] == "Très satisfait"


def test_answers_of_a_scale_that_is_no_likert_are_named_where_some_mean_satisfied(evaluation: Evaluation) -> None:
    users = evaluation.instruments["users"]
    asked = [q.model_copy(update={"type": "single"}) if q.type == "likert" else q for q in users.questions]
    instruments = {**evaluation.instruments, "users": users.model_copy(update={"questions": asked})}
    plan = [
        e.model_copy(update={"settings": {**e.settings, "satisfied": [4, 5]}}) if e.question == "satisfaction" else e
        for e in evaluation.settings.plan
    ]
    settings = evaluation.settings.model_copy(update={"plan": plan})
    found = labels(dataclasses.replace(evaluation, instruments=instruments, settings=settings))
    assert found["answer=5"]["fr"] == "Très satisfait"


def test_answers_kept_as_received_are_shown_as_written_and_labels_take_the_capital_of_a_head(
    evaluation: Evaluation,
) -> None:
    users = evaluation.instruments["users"]
    received = {"tres_satisfait": Text(fr="très satisfait"), "ca_depend": Text(fr="ça dépend")}
    given = {"1": Text(fr="très satisfait"), "2": Text(fr="ça dépend")}
    made = [
        users.questions[0].model_copy(update={"name": name, "type": "single", "role": "outcome", "codes": codes})
        for name, codes in (("received", received), ("given", given))
    ]
    instruments = {**evaluation.instruments, "users": users.model_copy(update={"questions": [*users.questions, *made]})}
    found = labels(dataclasses.replace(evaluation, instruments=instruments))
    assert found["received=tres_satisfait"]["fr"] == "très satisfait"
    assert found["given=1"]["fr"] == "Très satisfait"


def test_answers_that_are_told_together_have_a_label_of_their_own(evaluation: Evaluation) -> None:
    together = labels(evaluation)["answer=1+2+3"]
    assert together["fr"] == "Pas du tout satisfait, peu satisfait ou ni satisfait ni insatisfait"
    assert together["en"] == "Not at all satisfied, not very satisfied or neither satisfied nor dissatisfied"


def test_territories_have_the_forms_that_sentences_need(evaluation: Evaluation) -> None:
    found = labels(evaluation)
    assert found["pays=02:dans"]["fr"] == "dans le pays de Brest"
    assert found["region=53:de"]["fr"] == "de Bretagne"
    assert found["boundaries"] == {"fr": "contours des pays 2023", "en": "boundaries of 2023"}


def test_sources_read_as_nouns_inside_a_sentence_and_synthetic_data_say_so(evaluation: Evaluation) -> None:
    found = labels(evaluation)
    assert found["source=users"]["fr"] == "enquête auprès des usagers"
    assert found["synthetic"]["fr"] == "données simulées"


def test_routing_gives_its_base_a_label(evaluation: Evaluation) -> None:
    assert "Ordinateur au domicile" in labels(evaluation)["base=home_computer=yes"]["fr"]


@pytest.mark.parametrize(
    ("titles", "items"),
    [
        (["Satisfaction : l'accueil", "Satisfaction : le matériel"], ["L'accueil", "Le matériel"]),
        (["Satisfaction : l'accueil", "Le matériel"], ["Satisfaction : l'accueil", "Le matériel"]),
        (["Accueil", "Matériel"], ["Accueil", "Matériel"]),
        (["Note :", "Note : le matériel"], ["Note :", "Note : le matériel"]),
    ],
)
def test_items_are_called_without_what_their_whole_battery_begins_with(titles: list[str], items: list[str]) -> None:
    assert [title["fr"] for title in without_battery([{"fr": title} for title in titles])] == items
