"""How each survey is said to have been drawn and weighted: what is declared, and nothing else."""

from __future__ import annotations

import pytest

from pipeline.evaluation import Evaluation, SamplingDesign
from pipeline.publish.annex.sampling import sampling, selection, weights

from .grounds import changed, ground

SUPPLIED = SamplingDesign(weights="weight")


def test_the_steps_of_the_weighting_are_numbered_in_the_declared_order(evaluation: Evaluation) -> None:
    text = sampling(ground(evaluation)).text
    steps = [line for line in text.splitlines() if line[:1].isdigit()]
    named = ["Poids de base", "Non-réponse", "Non-réponse", "Calage", "Partage des poids"]
    assert [step.partition("**")[2].partition("**")[0] for step in steps] == named
    assert "(espaces)" in steps[1]
    assert "(usagers)" in steps[2]
    assert "pays" in steps[3]
    assert "tranche d'âge" in steps[3]


def test_columns_of_the_design_are_told_in_the_words_of_the_fieldwork_record(evaluation: Evaluation) -> None:
    assert "Strates : pays au moment du tirage." in sampling(ground(evaluation)).text
    assert "Strata: pays at the time of the draw." in sampling(ground(evaluation, "en")).text


@pytest.mark.parametrize(
    ("changes", "chosen", "weighted", "told"),
    [
        ({"by": "quota", "design": SUPPLIED}, "quota", "supplied", "no sampling frame"),
        ({"by": "volunteer", "design": None}, "volunteer", "none", "neither a sampling design nor weights"),
        ({"design": SUPPLIED}, "drawn", "supplied", "The sample is drawn at random."),
    ],
)
def test_a_survey_is_said_to_be_drawn_as_it_declares(
    evaluation: Evaluation, changes: dict[str, object], chosen: str, weighted: str, told: str
) -> None:
    made = changed(evaluation, sampled="person", weighting=[], **changes)
    (survey,) = made.sources("survey")
    assert (selection(survey), weights(survey)) == (chosen, weighted)
    text = sampling(ground(made, "en")).text
    assert told in text
    assert "1. " not in text


def test_supplied_weights_without_strata_or_clusters_say_so(evaluation: Evaluation) -> None:
    quota = changed(evaluation, by="quota", design=SUPPLIED, weighting=[])
    assert "Ni strates ni grappes ne sont connues" in sampling(ground(quota)).text
    assert "Ni strates ni grappes" not in sampling(ground(evaluation)).text


@pytest.mark.parametrize(("across", "told"), [("shared", "est la même unité"), ("independent", "tirée séparément")])
def test_methods_say_whether_waves_share_the_units_of_a_code(evaluation: Evaluation, across: str, told: str) -> None:
    (survey,) = evaluation.sources("survey")
    assert survey.design is not None
    design = survey.design.model_copy(update={"clusters_across_waves": across})
    assert told in sampling(ground(changed(evaluation, design=design))).text
    alone = dict(list(survey.files.items())[:1])
    text = sampling(ground(changed(evaluation, design=design, files=alone))).text
    assert told not in text  # one wave has no change
