"""Spaces that may be persons are said, without their names."""

from __future__ import annotations

import pandas as pd
import pytest
from stdnum import luhn

from pipeline.ingest.checks.spaces_of_persons import businesses, persons
from pipeline.instrument import Instrument

PEOPLE = ["Marie Dupont", "Jean Le Goff", "Claire Morvan", "LE BRIS Yann", "Anne Riou", "Nicole Salaun"]
PLACES = [
    "Médiathèque",
    "Espace Jean Moulin",
    "Cyberbase du port",
    "Mairie de Lannion",
    "Louis Aragon",
    "MJC Anne Frank",
]


def register(names: list[str], keys: list[str]) -> tuple[Instrument, pd.DataFrame]:
    """Return the instrument of a register and its spaces."""
    said = {"fr": "?", "en": "?"}
    questions = [
        {"name": "key", "wording": said, "type": "text", "role": "site"},
        {"name": "name", "wording": said, "type": "text", "role": "site_name"},
    ]
    instrument = Instrument.model_validate({"name": "r", "title": said, "questions": questions})
    clean = pd.DataFrame({"key": keys, "name": names, "wave": None, "_file": "r.csv", "_line": range(2, len(keys) + 2)})
    return instrument, clean


def number(first: str, start: int, siret: bool) -> str:
    """Return a made-up SIREN that begins with a digit, or the SIRET of its first establishment."""
    siren = f"{first}{3217654 + 1371 * start:07d}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(siren + '0001')}" if siret else siren


def test_a_register_of_persons_is_doubted_at_each_line_without_a_name() -> None:
    found = persons(*register(PEOPLE, list("abcdef")))
    assert found is not None
    assert [place[2] for place in found] == [2, 3, 4, 5, 6, 7]
    assert not [name for name in PEOPLE if name in str(found)]


def test_places_called_after_somebody_are_not_doubted() -> None:
    assert persons(*register(PLACES, list("abcdef"))) == []


@pytest.mark.parametrize("siret", [True, False])
def test_the_number_of_a_business_as_a_key_is_said_and_not_shown(siret: bool) -> None:
    keys = [number("8", i, siret) for i in range(3)] + [number("2", i, siret) for i in range(2)] + ["E06"]
    found = businesses(*register(PLACES, keys))
    assert found is not None
    assert [place[2] for place in found] == [2, 3, 4]
    assert not [key for key in keys if key in str(found)]


def test_codes_of_spaces_are_no_numbers_of_businesses() -> None:
    assert businesses(*register(PLACES, [f"2900{i}" for i in range(6)])) == []
