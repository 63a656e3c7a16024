"""The 21 pays read correctly after every preposition."""

import csv
from pathlib import Path

import pytest

from pipeline.errors import ResultsError
from pipeline.wording import en, fr
from tests.lexicon import place_labels

TABLE = Path(__file__).parents[2] / "data" / "reference" / "53" / "pays.csv"
OF = {
    "01": "du pays d'Auray",
    "02": "du pays de Brest",
    "03": "du pays de Brocéliande",
    "04": "du pays du Centre Bretagne",
    "05": "du pays de Ploërmel - Cœur de Bretagne",
    "06": "du pays du Centre-Ouest Bretagne",
    "07": "du pays de Cornouaille",
    "08": "du pays de Dinan",
    "09": "du pays de Fougères",
    "10": "du pays de Guingamp",
    "11": "du pays de Lorient",
    "12": "du pays de Morlaix",
    "13": "du pays de Pontivy",
    "14": "du pays de Redon et Vilaine",
    "15": "du pays de Rennes",
    "16": "du pays de Saint-Brieuc",
    "17": "du pays de Saint-Malo",
    "18": "du pays du Trégor-Goëlo",
    "19": "du pays des Vallons de Vilaine",
    "20": "du pays de Vannes",
    "21": "du pays de Vitré - Porte de Bretagne",
}


def records() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("code", sorted(OF))
def test_every_pays_contracts_and_elides_after_prepositions(code):
    forms = fr.place(records()[code])
    assert forms.of == OF[code]
    bare = OF[code].removeprefix("du ")
    assert (forms.the, forms.at, forms.within) == (f"le {bare}", f"au {bare}", f"dans le {bare}")
    assert forms.name == bare.replace("pays", "Pays", 1)


def test_the_region_has_no_article_after_en():
    bretagne = {
        "name": "Bretagne",
        "label": "Bretagne",
        "name_de": "de Bretagne",
        "name_a": "à la Bretagne",
        "name_dans": "en Bretagne",
    }
    assert fr.place(bretagne).the == "la Bretagne"
    assert en.place(bretagne).within == "in Bretagne"
    assert place_labels("region", "53", bretagne)["region=53:dans"]["fr"] == "en Bretagne"


def test_noun_phrases_contract_and_elide():
    assert [fr.after_de(p) for p in ("le reste", "les usagers", "un tiers", "la moitié")] == [
        "du reste",
        "des usagers",
        "d'un tiers",
        "de la moitié",
    ]
    assert [fr.after_a(p) for p in ("le reste", "les usagers", "la moitié")] == [
        "au reste",
        "aux usagers",
        "à la moitié",
    ]


def test_a_territory_without_stored_forms_is_refused():
    with pytest.raises(ResultsError, match="French forms"):
        fr.place({"name": "Pays X", "label": "X"})
