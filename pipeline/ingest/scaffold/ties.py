"""Ties between actors: files of who names whom, and the list of the actors that goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.columns import safe_codes, spelled_alike, wording_of
from pipeline.ingest.tools.draft import Draft, hint
from pipeline.ingest.values import distinct, text_of

#: Names that stand at an end, and the share of them that either end has in common with the other, at least.
FEWEST, SHARED = 8, 0.5
#: Columns of a file of ties, at most.
MOST = 6
#: Share of the ends of ties that a list of actors holds.
LISTED = 0.95
_ANSWERED = [set(pair) for pair in lexicon("marks")["pairs"]]


def ends_of(described: Described) -> tuple[Column, Column] | None:
    """Return the two columns of a file of ties: few columns, two of which are so called and hold the same names."""
    if len(described.columns) > MOST:
        return None
    words = {plain_words(w) for w in lexicon("ties")["ends"]}
    ends = [c for c in described.columns if plain_words(c.name) in words]
    for one, other in combinations(ends, 2):
        a, b = _names(one), _names(other)
        if min(len(a), len(b)) >= FEWEST and len(a & b) >= SHARED * min(len(a), len(b)):
            return one, other
    return None


def is_list_of(described: Described, ties: Described) -> bool:
    """Return whether a file lists the actors of ties, with their type and who answered."""
    found = _listed(described, ties)
    return found is not None and all(found)


def actors_drafts(described: Described, ties: Described) -> list[Draft]:
    """Return the questions of a list of actors: its key, their type, and who answered."""
    found = _listed(described, ties)
    assert found is not None
    key, kind, answered = found
    assert kind is not None
    assert answered is not None
    return [
        _draft(key, "actor", "identifier", type="key", unique=True),
        _draft(kind, "actor_type", "actor_type", type="single", codes=safe_codes(spelled_alike(kind.examples))),
        _draft(answered, "participated", "participated", type="single", codes=_yes_or_no(answered)),
    ]


def tie_drafts(described: Described) -> list[Draft]:
    """Return the questions of a file of ties: both ends, and of what kind a tie is where one column says it."""
    ends = ends_of(described)
    assert ends is not None
    sender, receiver = ends if not plain_words(ends[1].name).endswith((" par", " by")) else ends[::-1]
    found = [_draft(sender, "sender", "identifier", type="key"), _draft(receiver, "receiver", "identifier", type="key")]
    for column in described.columns:
        answers = spelled_alike(column.examples)
        if column.name not in (sender.name, receiver.name) and 1 < len(answers) <= 20 and not _years(answers):
            content = {"name": "kind", "type": "single", "column": column.name, "wording": wording_of(column)}
            return [*found, Draft({**content, "required": True, "codes": safe_codes(answers)})]
    return found


def _draft(column: Column, name: str, role: str, **content: Any) -> Draft:
    base = {"name": name, "role": role, "column": column.name, "wording": wording_of(column), "required": True}
    return Draft({**base, **content}, {"role": hint("role")})


def _listed(described: Described, ties: Described) -> tuple[Column, Column | None, Column | None] | None:
    ends = ends_of(ties)
    if ends is None or described is ties:
        return None
    named = _names(ends[0]) | _names(ends[1])
    key = next((c for c in described.columns if len(named & _names(c)) >= LISTED * len(named)), None)
    if key is None:
        return None
    words = {k: {plain_words(w) for w in v} for k, v in lexicon("ties").items()}
    kind = next((c for c in described.columns if plain_words(c.name) in words["types"]), None)
    answered = next(
        (c for c in described.columns if plain_words(c.name) in words["participated"] and _is_answered(c)), None
    )
    return key, kind, answered


def _is_answered(column: Column) -> bool:
    held = {plain_words(t) for t in _names(column)}
    return any(held and held <= pair for pair in _ANSWERED)


def _yes_or_no(column: Column) -> dict[Any, dict[str, str]]:
    words = lexicon("marks")["short"]
    return {int(t) if t.isdigit() else t: {"fr": words.get(plain_words(t), t)} for t in spelled_alike(column.examples)}


def _names(column: Column) -> set[str]:
    return {t for t in map(text_of, distinct(column.examples).values) if t}


def _years(answers: Sequence[str]) -> bool:
    return all(len(a) == 4 and a.isdigit() for a in answers)
