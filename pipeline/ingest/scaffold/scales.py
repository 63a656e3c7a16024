"""Scales of opinion in their order, from the least to the most, whatever the order in which a file holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.ingest.lexicon import folded, lexicon

#: Answers of a scale.
FEWEST, MOST = 3, 7
_WORD = r"([\w' -]{3,40}?)"


def scale_of(answers: Iterable[str]) -> list[str] | None:
    """Return answers in the order of their scale; None where one of them has no place in it, or two have the same.

    Answers differ in degree alone (« très satisfait », « plutôt pas satisfait »), or are those of a known list (never,
    often, always).
    """
    said = {a: _plain(a) for a in dict.fromkeys(answers)}
    if not FEWEST <= len(said) <= MOST:
        return None
    places = _graded(list(said.values())) or _listed(list(said.values()))
    if places is None or len(set(places)) < len(said):
        return None
    return [answer for _, answer in sorted(zip(places, said, strict=True))]


def upper_part(scale: Sequence[str]) -> list[str]:
    """Return the answers of an ordered scale that say more yes than no: above its middle."""
    places = _graded([_plain(a) for a in scale])
    middle = next(place for place, each in enumerate(lexicon("scales")["graded"]) if "neutre" in each)
    if places is None:
        return list(scale[(len(scale) + 1) // 2 :])
    return [a for a, place in zip(scale, places, strict=True) if place > middle]


def is_of_satisfaction(scale: Iterable[str], asked: str = "") -> bool:
    """Return whether an ordered scale says how satisfied somebody is, by its answers or by the words of its question.

    Answers to such a question are degrees alone: « tout à fait », « plutôt », « pas du tout ».
    """
    words = lexicon("scales")["satisfaction"]
    scale = list(scale)
    if any(w in _plain(asked) for w in words) and _listed([_plain(a) for a in scale]) is not None:
        return True
    return all(any(w in _plain(a) for w in words) or _plain(a).startswith(("ni ", "neither ", "neutr")) for a in scale)


def is_of_agreement(scale: Iterable[str]) -> bool:
    """Return whether an ordered scale says how far somebody agrees with a statement."""
    words = lexicon("scales")["agreement"]
    return all(any(w in _plain(a) for w in words) or _plain(a).startswith("neutr") for a in scale)


def _plain(answer: str) -> str:
    """Return an answer folded, without marks, and in the masculine singular: satisfait(e), satisfaite, satisfaits."""
    text = re.sub(r"\((?:e|s|es|e\)\(s)\)|[·.\-](?:e|s|es)\b", "", folded(answer))
    text = re.sub(r"[^\w' ,]", " ", text)
    text = re.sub(r"\b(satisfai|conten)tes?\b", r"\1t", text)
    return " ".join(re.sub(r"\b(satisfait|content)s\b", r"\1", text).split()).strip(" ,")


def _graded(said: Sequence[str]) -> list[int] | None:
    """Return the degree of answers that share one word; None where they share none."""
    degrees = [[re.compile(p.replace("{}", _WORD)) for p in patterns] for patterns in lexicon("scales")["graded"]]
    stems = {m[1] for text in said for ps in degrees for p in ps if (m := p.fullmatch(text)) and m.groups() and m[1]}
    for stem in sorted(stems, key=len):
        places = [_degree(text, stem) for text in said]
        held = [place for place in places if place is not None]
        if len(held) == len(said) and sum(stem in text for text in said) >= len(said) - 1:
            return held
    return None


def _degree(text: str, stem: str) -> int | None:
    """Return the place of an answer about ``stem``: degrees with more words than the word alone come first."""
    patterns = [(place, p) for place, each in enumerate(lexicon("scales")["graded"]) for p in each]
    patterns.sort(key=lambda found: found[1] == "{}")
    return next((place for place, p in patterns if re.fullmatch(p.replace("{}", re.escape(stem)), text)), None)


def _listed(said: Sequence[str]) -> list[int] | None:
    for scale in lexicon("scales")["listed"]:
        places = [next((i for i, words in enumerate(scale) if text in words), None) for text in said]
        held = [place for place in places if place is not None]
        if len(held) == len(said):
            return held
    return None
