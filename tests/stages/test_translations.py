"""What a published language lacks is told before French stands on its pages."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.evaluation import Evaluation, load
from pipeline.instrument import Instrument
from pipeline.stages.translations import texts_without_language

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(p.parent.name for p in (ROOT / "surveys").glob("*/evaluation.yaml"))
EN = {"fr": "l'accueil", "en": "the welcome"}


def asked(label: dict[str, str], code: dict[str, str], languages: list[str]) -> Evaluation:
    question: dict[str, Any] = {"name": "q", "type": "single", "wording": {"fr": "Quoi ?"}, "label": label}
    question["codes"] = {"yes": code, "no": {"fr": "non", "en": "no"}}
    instrument = Instrument(name="users", title=EN, questions=[question])  # type: ignore[arg-type,list-item]
    source = SimpleNamespace(name="users", instrument="users.yaml")
    settings = SimpleNamespace(languages=languages, sources=[source])
    return cast(Evaluation, SimpleNamespace(settings=settings, instruments={"users": instrument}))


def test_labels_and_codes_without_a_language_are_told_with_their_question_and_wordings_are_not() -> None:
    fr = {"fr": "l'accueil"}
    assert texts_without_language(asked(EN, {"fr": "oui", "en": "yes"}, ["fr", "en"])) == []
    assert texts_without_language(asked(fr, {"fr": "oui"}, ["fr", "en"])) == [
        "en: users.yaml: 2 texts: q.label, q.codes.yes"
    ]
    assert texts_without_language(asked(fr, {"fr": "oui"}, ["fr"])) == []
    assert texts_without_language(asked(EN, {"fr": "15-24", "en": "15-24"}, ["fr", "en"])) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_evaluations_lack_nothing_in_the_languages_that_they_publish(name: str) -> None:
    assert texts_without_language(load(name, ROOT)) == []
