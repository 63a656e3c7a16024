"""The benchmark of skills from results to sentences, in the whole and in a unit."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, row

LABELS = {
    "skill=web": {"fr": "Publier", "en": "Publishing"},
    "type=firm": {"fr": "Entreprise", "en": "Firm"},
    "benchmark:reference": {"fr": "référentiel du programme", "en": "the programme's reference"},
}
HERE = {"territory_level": "pays", "territory": "01"}


def told(indicator: str, measure: str, estimate: float, unit: str = "count", **fields: Any) -> Result:
    given = {"population": "respondents", "wave": "2006", "unit": unit, **fields}
    return row("benchmark", indicator=indicator, measure=measure, estimate=estimate, **given)


ROWS = [
    told("actors", "count", 120.0),
    told("actors", "count", 40.0, domain={"type": "firm"}),
    told("actors", "count", 30.0, **HERE),
    told("skills", "share", 0.38, "share", domain={"skill": "web"}),
    told("skills", "reference", 0.5, "share", domain={"skill": "web"}),
    told("skills", "share", 0.6, "share", domain={"skill": "web"}, **HERE),
    told("skills", "reference", 0.5, "share", domain={"skill": "web"}, **HERE),
    told("skills", "reached", 0.0),
    told("skills", "listed", 1.0),
    told("skills", "reached", 1.0, **HERE),
    told("skills", "listed", 1.0, **HERE),
    told("skills", "reached", 1.0, domain={"type": "firm"}),
]


def made() -> Told:
    return Told("benchmark", ROWS, {"type": "type"}, LABELS)


def test_actors_are_told_with_their_types_and_skills_beside_what_is_expected() -> None:
    said = made().say("actors", "types", "reached", "skills", "by_type").replace("\u202f", " ")
    assert said.startswith("En 2006, 120 acteurs ont répondu au questionnaire. Par type : Entreprise (40).")
    assert "au niveau attendu par le référentiel (référentiel du programme) est de 0 sur 1." in said
    assert "Publier (38 % ; attendu : 50 %)" in said


def test_a_sheet_sets_its_actors_beside_those_of_the_whole() -> None:
    said = made().say("reached", "skills", place=UNIT).replace("\u202f", " ")
    assert "est de 1 sur 1, contre 0 en Bretagne" in said
    assert "Publier (60 % ; attendu : 50 % ; 38 % en Bretagne)" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(made().everything(lang))
