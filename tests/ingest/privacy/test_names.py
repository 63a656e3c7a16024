"""Headers and values that name persons are told from those that name places, services and answers."""

from __future__ import annotations

import pytest

from pipeline.ingest.privacy.detect import detect, plain_words
from pipeline.ingest.privacy.names import announced, is_person, without_names


@pytest.mark.parametrize(
    "header",
    [
        "Prénom du stagiaire",
        "Prénom de la personne",
        "Nom de l'animateur",
        "Nom du conseiller",
        "Qui vous a accueilli ?",
        "prescripteur",
        "Orienté par",
        "Référent",
        "tuteur",
        "pseudo",
        "Conseiller référent",
        "Who welcomed you?",
        "Name of the trainee",
        "Quel est votre prénom ?",
        "referred by",
        "NOM_DU_BENEFICIAIRE",
        "Nom et prénom de l'enfant",
    ],
)
def test_headers_that_ask_for_a_name_announce_one(header: str) -> None:
    assert announced(plain_words(header))
    assert detect(header, None, ["Soazig", "Loïc", "Tugdual"]) is not None


@pytest.mark.parametrize(
    "header",
    [
        "Nom de la commune",
        "Nom de l'espace",
        "Nom de la structure",
        "Nombre de référents",
        "Combien de tuteurs ?",
        "Commune",
        "Que pensez-vous de l'accueil ?",
        "name of the town",
        "Avez-vous trouvé utile votre formateur ?",
    ],
)
def test_headers_of_places_numbers_and_opinions_do_not(header: str) -> None:
    assert not announced(plain_words(header))


LONGER = "Dites-nous ici quel est le prénom de celle qui vous a reçue ce jour-là"


def test_a_longer_question_with_such_a_word_asks_for_names_where_its_values_are_names() -> None:
    found = detect(LONGER, None, ["Soazig", "Zqildas", "Annick Le Zqoff", "ne sait plus"])
    assert found is not None
    assert found.role == "identifier"
    opinions = ["très utile", "plutôt utile", "peu utile", "inutile"]
    assert detect("Avez-vous trouvé que votre formateur vous a été utile", None, opinions) is None


def test_a_column_of_first_names_is_known_without_its_header() -> None:
    found = detect("Q7", None, ["Soazig", "Loïc", "Yann", "Fatima", "Marie-Hélène", "Zqix"])
    assert found is not None
    assert (found.kind, found.by) == ("first_name", "values")


@pytest.mark.parametrize(
    "values", [["Rennes", "Brest", "Auray", "Dinan", "Vannes"], ["Rose", "Violette", "Olive", "Jade", "Perle"]]
)
def test_columns_of_towns_and_colours_are_none(values: list[str]) -> None:
    assert detect("Q7", None, values) is None


def test_a_name_of_a_place_is_that_of_no_person() -> None:
    assert without_names("Lycée Pierre Mendès-France", "x") == "Lycée Pierre Mendès-France"
    for place in ("rue du Docteur Roux", "EPN Jean Moulin", "LA MADELEINE", "Monsieur le Maire", "Espace Jean Moulin"):
        assert without_names(place, "x") == place
    assert without_names("Avis de Mme Zqerbrat", "x") == "Avis de x"
    assert without_names("vu par Pierre Zqmendès", "x") == "vu par x"
    assert is_person("Le Zqoff Anne") or is_person("Anne Le Zqoff")
