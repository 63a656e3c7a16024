"""Answers that hold the mark that parts answers stay whole, in drafts and in readings."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from pipeline.ingest.options import alike, options_of, options_seen, parts_of


def cells(options: list[str], separator: str, n: int = 80) -> Counter[str]:
    """Return cells in which each option was chosen by lot."""
    lot = random.Random(3)
    return Counter(separator.join(o for o in options if lot.random() < 0.4) or options[0] for _ in range(n))


@pytest.mark.parametrize("separator", [", ", ","])
@pytest.mark.parametrize(
    "options",
    [
        ["Internet", "Jeux", "Photo"],
        ["internet", "jeux", "photo"],
        ["Internet, e-mail", "Jeux", "CV, lettres"],
        ["Internet, Courriel", "Internet, Jeux", "Photo"],
        ["Internet", "Internet, e-mail", "Jeux"],
        ["Impôts (déclaration, paiement)", "Caf", "Autre"],
        ["Son, image, vidéo", "Jeux", "Photo"],
    ],
)
def test_answers_with_the_mark_inside_are_told_from_those_that_it_parts(options: list[str], separator: str) -> None:
    seen = cells(options, separator)
    read = options_seen(seen, ",")
    assert {o for found in read.values() for o in found} == set(options)
    known = {alike(o, ",") for o in options}
    assert all(options_of(cell, ",", known) == found for cell, found in read.items())


def test_the_longest_known_answer_is_taken_and_what_is_unknown_stays_apart() -> None:
    known = {alike(o, ",") for o in ("Jeux", "Jeux, vidéo", "Photo")}
    assert options_of("Jeux,  VIDÉO, Photo, x", ",", known) == ["Jeux,  VIDÉO", "Photo", "x"]
    assert options_of("Jeux, Photo", ",", known) == ["Jeux", "Photo"]


def test_a_list_of_a_database_parts_at_its_own_marks() -> None:
    assert parts_of('{a,"b, c"}', ";") == ["a", "b, c"]
    assert options_of('{a,"b, c"}', ";", set()) == ["a", "b, c"]
