"""Titles that names of files give."""

from __future__ import annotations

import pytest

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.scaffold.file_titles import title_of_name
from pipeline.ingest.tools.draft import drafted_in


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("prets_materiel", "prêts matériel"),
        ("CRA_conseillers-numeriques_48", "CRA conseillers numériques 48"),
        ("Depenses par payeur", "Dépenses par payeur"),
        ("MATERIEL", "MATERIEL"),
    ],
)
def test_words_of_a_file_name_have_their_accents_again(stem: str, title: str) -> None:
    assert title_of_name(stem) == title


def test_the_name_of_a_file_in_english_stays() -> None:
    with drafted_in("en"):
        assert title_of_name("materiel-prets") == "materiel prets"


def test_the_words_are_those_that_a_name_without_accents_would_have() -> None:
    assert all(folded(written) == bare for bare, written in lexicon("accents").items())
