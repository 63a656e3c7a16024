"""The data protection notice says what is declared, what is collected, and what nobody declared."""

from __future__ import annotations

from typing import Any

from pipeline.evaluation import Evaluation, Privacy, load
from pipeline.publish.annex import data_protection
from tests.publish.annex.grounds import declared, ground
from tests.publish.annex.project import ROOT


def notice(evaluation: Evaluation, **settings: Any) -> str:
    return data_protection.data_protection(ground(declared(evaluation, **settings))).text


def test_every_declared_head_is_printed() -> None:
    evaluation = load("bretagne-cybercommunes", ROOT)
    names = ("purpose", "retention", "contact", "controller", "legal_basis", "recipients", "rights")
    privacy = Privacy.model_validate({n: {"fr": f"texte pour {n.replace('_', ' ')}"} for n in names})
    said = notice(evaluation, privacy=privacy)
    assert [n for n in names if f"texte pour {n.replace('_', ' ')}" not in said] == []
    assert "Cnil" not in said


def test_rights_have_a_default_and_what_is_lacking_is_said() -> None:
    evaluation = load("bretagne-cybercommunes", ROOT)
    assert "Cnil" in notice(evaluation)
    assert "n'ont pas été déclarés" in notice(evaluation, privacy=None).replace("’", "'")


def test_what_is_collected_of_persons_is_told_from_the_instruments() -> None:
    said = notice(load("bretagne-cybercommunes", ROOT)).replace("’", "'")
    assert "laissez une adresse électronique" in said
    assert "classe par thèmes" in said
    assert "listes d'inscription aux ateliers" in said
    assert "carte d'atelier" in said
    assert "listes d'inscription" not in notice(load("miniature", ROOT)).replace("’", "'")
    assert "fichier d'étude peut être remis" in said
    assert "fichier d'étude peut être remis" not in notice(load("miniature", ROOT)).replace("’", "'")


def test_an_evaluation_that_asks_nobody_says_so() -> None:
    evaluation = load("miniature", ROOT)
    others = [s for s in evaluation.settings.sources if s.kind != "survey"]
    said = notice(evaluation, sources=others)
    assert "aucun répondant" in said
    assert "réponses aux questionnaires" not in said
