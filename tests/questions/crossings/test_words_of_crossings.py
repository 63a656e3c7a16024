"""Cross-tables from results to sentences: the strongest differences among answers, by their corrected tests."""

from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, row

SETTINGS = {"by": ["age_band", "sex"]}
LABELS = {
    "by=age_band": {"fr": "Tranche d'âge", "en": "Age band"},
    "by=sex": {"fr": "Sexe", "en": "Sex"},
    "by=sat_hours": {"fr": "Les horaires", "en": "Opening hours"},
    "wants=email": {"fr": "Écrire *[à tous]*", "en": "Write *[to all]*"},
}


def table(question: str, by: str, strength: float, p: float, **more: str) -> Result:
    fields: dict[str, Any] = {"measure": "association", "unit": "coefficient", "inference": "model", "wave": "2006"}
    domain = {"by": by, **more}
    return row(
        "crossings", indicator=question, estimate=strength, p_value=p / 10, p_adjusted=p, domain=domain, **fields
    )


ROWS = [
    table("wants", "age_band", 0.28, 0.001, item="email"),
    table("sat_hours", "age_band", 0.06, 0.2),
    table("sat_hours", "sex", 0.02, 0.9),
    table("sex", "age_band", 0.7, 0.001),
]


def told(rows: list[Result] | None = None) -> Told:
    return Told("crossings", ROWS if rows is None else rows, SETTINGS, LABELS)


def test_answers_are_told_by_what_they_differ_by_and_characteristics_among_themselves_are_not() -> None:
    text = told().say("strongest")
    assert text.startswith(
        "En 2006, les réponses diffèrent le plus pour « Écrire *[à tous]* » selon « Tranche d'âge » (0,28). Ne se"
        " distinguent pas du hasard : « Les horaires » selon « Tranche d'âge » (0,06) ; « Les horaires » selon « Sexe »"
    )
    assert "Sexe » selon « Tranche" not in text
    assert "“Write *[to all]*” by “Age band” (0.28)" in told().say("strongest", lang="en")


def test_the_test_that_counts_is_the_one_corrected_for_the_number_of_tables() -> None:
    assert told(ROWS[1:3]).say("strongest").startswith("En 2006, aucune des différences les plus fortes")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))
