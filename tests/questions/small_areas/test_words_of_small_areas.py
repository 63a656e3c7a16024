"""Territories with few answers, from results to sentences: where a model stands in, and whether it holds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline import results
from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "pays=02": {"fr": "Brest", "en": "Brest"},
    "demand.elaborate": {"fr": "Au moins un service élaboré", "en": "At least one advanced service"},
    "small_areas.elaborate": {"fr": "Au moins un service élaboré", "en": "At least one advanced service"},
    "small_areas.overall": {"fr": "L'ensemble", "en": "Overall"},
    "small_areas:covariates": {"fr": "la taille des communes", "en": "the size of communes"},
}
INDICATORS = (("demand", "elaborate"), ("satisfaction", "overall"))
SETTINGS = {"indicators": [{"analysis": a, "name": n} for a, n in INDICATORS]}

BETWEEN = "2003..2006"


def share(estimate: float, **fields: Any) -> Result:
    given = {"indicator": "elaborate", "measure": "share", "unit": "share", "wave": "2006", "half": 0.05, **fields}
    return row("demand", estimate=estimate, **given)


def check(measure: str, estimate: float, indicator: str = "elaborate", wave: str = "2006", **fields: Any) -> Result:
    given = {"unit": "ratio", "inference": "model", **fields}
    return row("small_areas", indicator=indicator, measure=measure, estimate=estimate, wave=wave, **given)


ROWS = [
    share(0.48),
    share(0.3, territory_level="pays", territory="01"),
    share(0.44, territory_level="pays", territory="01", method="eblup", inference="model"),
    share(0.48, method="eblup", inference="model"),
    *(
        check(measure, value, wave=wave)
        for wave in ("2003", "2006", BETWEEN)
        for measure, value in (
            ("gain", 0.6),
            ("design_effect", 1.66),
            ("effect_sd", 0.03),
            ("shrinkage_least", 0.11),
            ("shrinkage_median", 0.22),
            ("shrinkage_most", 0.49),
            ("leverage", 0.54),
            ("benchmark", 0.1),
        )
    ),
    check("normality", 0.97, p_value=0.6),
    check("normality", 0.7, "overall", p_value=0.001),
    check("distance", 6.0, p_value=0.9),
    check("adjusted_likelihood", 1.0),
    check("adjusted_likelihood", 0.0, "overall"),
]


def told(rows: list[Result] | pd.DataFrame | None = None, **changes: Any) -> Told:
    given = {"settings": SETTINGS, "labels": LABELS, **changes}
    return Told("small_areas", ROWS if rows is None else rows, **given)


def few_answers() -> pd.DataFrame:
    """Return the rows with the direct number of the unit hidden."""
    table = results.frame(ROWS, ["2003", "2006"])
    return hidden(table, (table["territory_level"] == "pays") & (table["method"] == ""))


def test_a_unit_with_enough_answers_keeps_its_direct_number() -> None:
    assert told().say("by_unit").startswith("Partout où les réponses suffisent, l'estimation directe est retenue.")
    assert "44" not in told().say("by_unit")


def test_a_unit_with_few_answers_has_the_number_of_the_model() -> None:
    assert told(few_answers()).say("by_unit") == (
        "L'estimation par modèle est retenue dans le pays d'Auray (44 %). Il s'agit de la part des usagers, « Au moins"
        " un service élaboré », en 2006. Le modèle prédit un territoire d'après la taille des communes."
    )


def test_where_the_model_is_hidden_too_no_number_is_told() -> None:
    table = results.frame(ROWS, ["2003", "2006"])
    made = told(hidden(table, table["territory_level"] == "pays"))
    assert made.verdicts()["by_unit"] == "empty"
    assert made.say("by_unit") == "Aucune estimation des territoires ne peut être publiée, ni directe ni par modèle."


def test_checks_of_every_model_are_told_by_indicator() -> None:
    assert told().say("normality") == (
        "En 2006, la normalité des résidus est rejetée pour « L'ensemble » ; elle ne l'est pas pour « Au moins un"
        " service élaboré »."
    )
    assert told().say("distance").endswith("n'est rejeté pour aucun indicateur.")
    assert told().say("adjusted") == (
        "La vraisemblance ajustée a remplacé une variance nulle en 2006 pour « Au moins un service élaboré »."
    )


def test_what_a_referee_asks_of_the_model_is_told_of_each_wave_and_of_the_change() -> None:
    assert (
        told()
        .say("fit")
        .startswith("En 2006, l'erreur par modèle vaut, en médiane, 0,60 fois l'erreur directe ; l'effet de plan")
    )
    assert told().say("fit_before").startswith("En 2003, l'erreur par modèle")
    assert told().say("fit_change").startswith("Pour l'évolution depuis 2003, l'erreur par modèle")


def test_of_one_wave_no_change_is_missed() -> None:
    made = told([r for r in ROWS if r.wave == "2006"], waves=["2006"])
    assert {"fit_before", "fit_change", "normality_change", "adjusted_before"} & set(made.verdicts()) == set()
    assert not [text for text in made.everything("fr") if "2003" in text]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told(few_answers()).everything(lang))
