"""Territories: grouped without a rank, and survey results withheld with the region's beside."""

from typing import Any

from pipeline.export import grouped_territories, modelled, survey_beside_region, withheld
from tests.export.project import SECRET

WISH = "demand.elaborate.share/users/wave=2006"
MODEL = "demand.elaborate.share.eblup/users/wave=2006"


def test_territories_are_grouped_by_their_tested_gap(report: Any) -> None:
    text = grouped_territories(report, "demand.elaborate.gap/users/wave=2006").data
    above, insufficient = (line for line in text.splitlines() if line.startswith("- "))
    assert "Au-dessus" in above
    assert "Brest" in above
    assert "Effectif insuffisant" in insufficient
    assert "Vannes" in insufficient


def test_a_withheld_result_leaves_the_regions_number_beside(sheet: Any) -> None:
    text = survey_beside_region(sheet, {"Souhaitent un service élaboré": WISH}, "Enquête", "survey").data
    assert "effectif insuffisant" in text
    assert 'data-result="demand.elaborate.share/users/wave=2006/region=53"' in text
    assert str(SECRET)[2:] not in text
    assert "**Lecture**" in text
    assert "**Champ**" in text
    assert "**Source**" in text


def test_the_reason_for_withholding_is_said_without_the_number(sheet: Any) -> None:
    assert withheld(sheet, WISH) == "Trop peu de réponses dans le pays de Vannes pour publier un résultat."


def test_a_model_stands_in_for_a_withheld_result_and_is_said_to_be_one(sheet: Any) -> None:
    line = "Souhaitent un service élaboré"
    text = survey_beside_region(sheet, {line: WISH}, "Enquête", "survey", {line: MODEL}).data
    assert f'data-result="{MODEL.replace("wave=2006", "wave=2006/pays=20")}"' in text
    assert "estimation par modèle" in text
    assert "effectif insuffisant" not in text
    assert str(SECRET)[2:] not in text


def test_the_sentence_of_a_modelled_number_says_that_answers_are_too_few(sheet: Any) -> None:
    text = modelled(sheet, WISH, MODEL, "souhaitent un service élaboré")
    assert text.startswith("Dans le pays de Vannes, les réponses sont trop peu nombreuses")
    assert "46" in text
