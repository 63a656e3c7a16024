"""The forms that the build script writes for names of any region."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from pipeline.territory import french

#: What the script that builds the reference tables knows besides: it is no part of the pipeline.
FUNCTIONS = {
    **vars(french),
    **runpy.run_path(str(Path(__file__).parents[2] / "data" / "reference" / "forms.py")),
}


@pytest.mark.parametrize(
    ("function", "name", "article", "forms"),
    [
        ("department_forms", "Maine-et-Loire", 0, ("de Maine-et-Loire", "au Maine-et-Loire", "en Maine-et-Loire")),
        ("department_forms", "Seine-et-Marne", 0, ("de Seine-et-Marne", "à la Seine-et-Marne", "en Seine-et-Marne")),
        ("department_forms", "Paris", 0, ("de Paris", "à Paris", "à Paris")),
        ("department_forms", "Sarthe", 3, ("de la Sarthe", "à la Sarthe", "en Sarthe")),
        ("department_forms", "Essonne", 5, ("de l'Essonne", "à l'Essonne", "dans l'Essonne")),
        ("region_forms", "Île-de-France", 1, ("d'Île-de-France", "à l'Île-de-France", "en Île-de-France")),
        ("region_forms", "Grand Est", 2, ("du Grand Est", "au Grand Est", "dans le Grand Est")),
        ("region_forms", "La Réunion", 3, ("de La Réunion", "à La Réunion", "à La Réunion")),
        ("commune_forms", "L'Hermitage", 5, ("de L'Hermitage", "à L'Hermitage", "à L'Hermitage")),
        ("commune_forms", "La Chèze", 3, ("de La Chèze", "à La Chèze", "à La Chèze")),
    ],
)
def test_names_elide_and_contract(function: str, name: str, article: int, forms: tuple[str, ...]) -> None:
    assert tuple(FUNCTIONS[function](name, article)) == (name, *forms)


@pytest.mark.parametrize(
    ("name", "kind", "label", "name_de"),
    [
        ("CC du Kreiz-Breizh (CCKB)", "CC", "Kreiz-Breizh", "de la communauté de communes du Kreiz-Breizh"),
        (
            "CC de l'Oust à Brocéliande",
            "CC",
            "Oust à Brocéliande",
            "de la communauté de communes de l'Oust à Brocéliande",
        ),
        ("CA Dinan Agglomération", "CA", "Dinan Agglomération", "de la communauté d'agglomération Dinan Agglomération"),
        ("Orléans Métropole", "METRO", "Orléans Métropole", "d'Orléans Métropole"),
        ("Métropole du Grand Paris", "METRO", "Métropole du Grand Paris", "de la métropole du Grand Paris"),
    ],
)
def test_intercommunal_names_say_their_kind_and_labels_do_not(name: str, kind: str, label: str, name_de: str) -> None:
    assert FUNCTIONS["intercommunal_label"](name, kind) == label
    assert FUNCTIONS["intercommunal_forms"](name, kind).name_de == name_de


def test_article_without_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="article code 7"):
        FUNCTIONS["department_forms"]("Landes", 7)
