"""The data protection notice says what is declared, what is collected, and what nobody declared."""

from __future__ import annotations

import dataclasses
from typing import Any

from pipeline.evaluation import Evaluation, Privacy, load
from pipeline.export.data_protection import data_protection
from tests.export.project import ROOT


def notice(evaluation: Evaluation, **settings: Any) -> str:
    changed = evaluation.settings.model_copy(update=settings)
    return str(data_protection(dataclasses.replace(evaluation, settings=changed)).data)


def test_every_declared_head_is_printed() -> None:
    evaluation = load("bretagne-cybercommunes", ROOT)
    names = ("purpose", "retention", "contact", "controller", "legal_basis", "recipients", "rights")
    privacy = Privacy.model_validate({n: {"fr": f"texte de {n}"} for n in names})
    said = notice(evaluation, privacy=privacy)
    assert [n for n in names if f"texte de {n}" not in said] == []
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
