"""Names of persons: headers that announce them, titles before them, first names that are known.

The words are data (`pipeline/ingest/lexicon/persons.yaml`, `first_names.yaml`), written for this project. First names
are those that are frequent in France; others pass where nothing announces them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from pipeline.ingest.lexicon import folded, lexicon

#: A column of names has at least so many different values, and this share of them begin with known first names.
LEAST = 5
SHARE = 0.5
#: A header of so many words names its column; in a longer question the word may be met by the way.
SHORT = 4
_SAID = lexicon("persons")
_FAMILY = rf"(?:(?:{'|'.join(_SAID['particles'])})\s+){{0,2}}[A-ZÀ-Ý](?:[^\W\d_]|['’-])+"
_FIRST = r"[A-ZÀ-Ý][^\W\d_]+(?:-[^\W\d_]+)*"
_FULL = re.compile(rf"(?<![\w'’-])(?P<first>{_FIRST})(?:\s+[A-ZÀ-Ý]\.)?(?:\s+{_FAMILY}){{1,3}}")
_WORD = re.compile(rf"(?<![\w'’-]){_FIRST}")
_TURNED = re.compile(
    rf"(?<![\w'’-])(?P<family>[A-ZÀ-Ý][A-ZÀ-Ý'’-]+(?:\s+[A-ZÀ-Ý'’-]{{2,}}){{0,2}}),?\s+(?P<first>{_FIRST})(?![\w'’-])"
)
_ARTICLES = frozenset(_SAID["articles"])
_SMALL_NAME = re.compile(r"(?P<first>[^\W\d_]{3,})(?P<mark>[-._])(?P<family>[^\W\d_]{3,})")
#: After a first name these make no name of a person: « claire-voie », a month, a wave.
_NO_FAMILY = frozenset(_SAID["no_family"])
#: The word before, past articles: « rue du Docteur Roux », « place de l'Abbé Jean Moulin ».
_BEFORE = re.compile(rf"([^\W\d_]+)(?:[\s'’-]+(?:{'|'.join(_SAID['between'])}))*[\s'’-]*$")


@functools.cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Return first names that count alone, and all of them."""
    names = lexicon("first_names")
    ambiguous = frozenset(names["ambiguous"].split())
    every = frozenset(names["names"].split()) | ambiguous
    return every - ambiguous, every


@functools.cache
def _places() -> frozenset[str]:
    return frozenset(str(p) for p in lexicon("persons")["places"])


@functools.cache
def _place_headers() -> frozenset[str]:
    return frozenset(str(p) for p in lexicon("persons")["place_headers"])


@functools.cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(lexicon("persons")["titles"])
    office = "|".join(lexicon("persons")["offices"])
    none = rf"(?!(?i:(?:le |la |les |l['’])?(?:{office})\b))"
    return re.compile(rf"(?<!\w)(?i:{titles})\s+{none}(?:{_FIRST}\s+)?{_FAMILY}(?:\s+{_FAMILY}){{0,2}}")


@functools.cache
def _announced() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the words, the phrases, and what tells that a number or a place is meant."""
    said = lexicon("persons")
    words, phrases = said["names"]["words"], said["names"]["phrases"]
    made = [rf"\b(?:{'|'.join(group)})\b" for group in (words, phrases, said["not_names"])]
    return re.compile(made[0]), re.compile(made[1]), re.compile(made[2])


def announced(plain: str) -> bool:
    """Return whether a header or question (`plain_words`) asks for the name of a person."""
    words, phrases, nots = _announced()
    if nots.search(plain):
        return False
    return bool(phrases.search(plain)) or (len(plain.split()) <= SHORT and bool(words.search(plain)))


def names_a_place(text: str) -> bool:
    """Return whether a header speaks of a place or an organisation, whose names are made of those of persons."""
    return not _place_headers().isdisjoint(re.split(r"[^a-z]+", folded(text))) and not announced(text)


def may_announce(plain: str) -> bool:
    """Return whether a word for a person's name stands anywhere in a question: its values tell if it asks for one."""
    words, _, nots = _announced()
    return bool(words.search(plain)) and not nots.search(plain)


def is_first_name(word: str, *, alone: bool = True) -> bool:
    """Return whether a word is a known first name; compound ones by their first part."""
    clear, every = _known()
    text = folded(word)
    return (text in (clear if alone else every)) or text.partition("-")[0] in clear


def is_person(text: str) -> bool:
    """Return whether a whole text is a known first name, or one with a family name."""
    bare = text.strip()
    parts = bare.split()
    if not parts or len(parts) > 4 or any(c.isdigit() for c in bare):
        return False
    if len(parts) == 1:
        return is_first_name(bare)
    return without_names(bare, "") != bare


def are_persons(texts: Sequence[str]) -> bool:
    """Return whether the different values of a column are those of a column of names."""
    return len(texts) >= LEAST and sum(map(is_person, texts)) >= SHARE * len(texts)


def without_names(text: str, mask: str, *, titled: bool = False) -> str:
    """Return a text with titles and what follows them, and first names with a family name, replaced by ``mask``.

    Where only ``titled`` names are looked for, first names stay.
    """
    if not titled and _small_name(text):
        return mask
    if not any(c.isupper() for c in text) or " " not in text:
        return text
    text = _titled().sub(lambda m: m[0] if _of_a_place(text, m.start()) else mask, text)
    if titled:
        return text
    text = _given_first(text, mask)
    return _TURNED.sub(functools.partial(_turned, text=text, mask=mask), text)


def _small_name(text: str) -> bool:
    """Return whether a whole text is a first name and a family name in small letters: « marie-dupont »."""
    name = _SMALL_NAME.fullmatch(text.strip())
    if name is None or not text.islower() or not is_first_name(name["first"]):
        return False
    family = folded(name["family"])
    double = name["mark"] == "-" and is_first_name(family, alone=False)
    return not double and family not in _places() and family not in _NO_FAMILY


def _given_first(text: str, mask: str) -> str:
    """Return a text with first names and the family names after them replaced, wherever a name begins."""
    out, start = "", 0
    for word in _WORD.finditer(text):
        if word.start() < start or not is_first_name(word[0], alone=False) or _of_a_place(text, word.start()):
            continue
        if name := _FULL.match(text, word.start()):
            out, start = out + text[start : name.start()] + mask, name.end()
    return out + text[start:]


def _turned(match: re.Match[str], text: str, mask: str) -> str:
    named = is_first_name(match["first"], alone=False) and not _is_place(match["family"])
    return mask if named and not _of_a_place(text, match.start()) else match[0]


def _is_place(family: str) -> bool:
    """Return whether an article or the word for a place stands where a family name would: « EPN Jean Macé »."""
    words = set(folded(family).split())
    return bool(words & _places()) or words <= _ARTICLES


def _of_a_place(text: str, start: int) -> bool:
    """Return whether the words before make it the name of a street, a school, a room."""
    before = _BEFORE.search(text[:start])
    if before is None:
        return False
    beside = text[before.end(1) : start].strip(" '’-") == ""
    return folded(before[1]) in _places() or (beside and before[1][0].isupper())
