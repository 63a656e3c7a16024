"""Which sheets a sheet leads to: by the alphabet as readers know it, and by the size of the population."""

from __future__ import annotations

from pipeline.publish.documents.neighbours import Neighbours, in_alphabet, neighbours

NAMES = {"1": "Évreux", "2": "Auray", "3": "fougères", "4": "Dinan", "5": "Vannes"}
ORDER = ["2", "4", "1", "3", "5"]


def test_accents_and_case_do_not_part_names() -> None:
    assert in_alphabet(NAMES, NAMES) == ORDER


def test_the_first_has_none_before_and_the_last_none_behind() -> None:
    assert neighbours("2", ORDER, {}) == Neighbours("", "4")
    assert neighbours("1", ORDER, {}) == Neighbours("4", "3")
    assert neighbours("5", ORDER, {}) == Neighbours("3", "")


def test_alike_are_the_three_nearest_in_proportion_not_in_number() -> None:
    inhabitants = {"1": 10_000, "2": 2_000, "3": 21_000, "4": 9_000, "5": 60_000}
    assert neighbours("3", ORDER, inhabitants).alike == ("4", "1", "5")


def test_of_units_whose_inhabitants_are_not_known_none_is_alike() -> None:
    assert neighbours("1", ORDER, {"1": 10_000, "2": 2_000, "3": 21_000, "4": 9_000}).alike == ()
    assert neighbours("5", ORDER, {"1": 1, "2": 2, "3": 3, "4": 4}).alike == ()
