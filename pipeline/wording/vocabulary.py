"""The programme's own words: nouns with their number, gender and elision, and the forms that sentences need."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import WordsError

#: Letters, their accents aside, before which articles are elided; a word of an aspirated h says `elides: false`.
_VOWELS = frozenset("aeiouyh") | {"œ", "æ"}
#: Nouns that every programme has; words may name them, and their plurals with an s.
NOUNS = ("person", "place", "unit", "payer", "holder", "facilitator", "programme", "label")


@dataclass(frozen=True)
class Noun:
    """A noun. ``gender`` is ``m``, ``f`` or empty where the language has none; ``qualified`` has more behind it."""

    one: str
    many: str
    gender: str = ""
    elides: bool = False
    qualified: bool = False


def noun(declared: Mapping[str, Any], where: str) -> Noun:
    """Return a noun from its declaration ``{one, many, gender, elides}``.

    Raises
    ------
    WordsError
        When a form is missing or unknown.
    """
    unknown = sorted(set(declared) - {"one", "many", "gender", "elides"})
    if unknown or not {"one", "many"} <= set(declared):
        raise WordsError(
            "a noun is not declared with its forms",
            where=where,
            found=unknown or sorted(declared),
            allowed="one, many, gender (m or f), elides (true or false)",
        )
    one, elides = str(declared["one"]), declared.get("elides")
    elided = _is_vowel(one[:1]) if elides is None else bool(elides)
    return Noun(one, str(declared["many"]), str(declared.get("gender", "")), elided)


def _is_vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter.lower())[:1] in _VOWELS
