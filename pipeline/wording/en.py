"""English: prepositions, lists, articles and agreement of the words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.wording.grammar import capitalised
from pipeline.wording.numbers import listing
from pipeline.wording.vocabulary import Noun

WRITING = "en"
TIMES = ("in", "since")
PLACES = ("the", "of", "in", "epci")
GROUPS = ("among", "when", "of", "the", "with")
LISTS = ("and", "or", "nor", ";", ".")
NOUN_FORMS = ("a", "the", "of", "this")
EXACT = "exhaustive count"
MORE_THAN = "more than"


def time(name: str, form: str, is_year: bool) -> str:
    """Return "in 2006", "since 2003"; a wave that is no year is called one."""
    return f"{form} {name}" if is_year else f"{form} wave {name}"


def period(said: str, form: str, is_day: bool) -> str:
    """Return "on 31 December 2006", "since 31 December 2003", "in October 2004"."""
    return f"{'on' if is_day and form == 'in' else form} {said}"


def over(said: str) -> str:
    """Return "from 1998 to 2006"."""
    return f"from {said}"


def nearly_all(plural: str) -> str:
    """Return "nearly all inhabitants"."""
    return f"nearly all {plural}"


def age_group(label: str, form: str) -> str:
    """Return "among those aged 15 to 24", "of those aged 15 to 24"."""
    return label if form == "the" else f"{'for' if form == 'when' else form} {label}"


def group(label: str, form: str) -> str:
    """Return "in the group “Retired”", "of “Retired”"."""
    before = {"among": "in the group", "of": "of", "the": "the group", "with": "with"}.get(form, "for the group")
    return f"{before} “{label}”"


def joined(items: Sequence[str], form: str) -> str:
    """Return "a, b and c", "a or b", "a nor b", "a; b", "A. B" of sentences."""
    if form == ".":
        return ". ".join(map(capitalised, items))
    return "; ".join(items) if form == ";" else listing(items, "en", form)


def noun(noun: Noun, form: str) -> str:
    """Return a noun behind an article: "a user", "the user", "of the user", "this user"."""
    article = "an" if noun.elides else "a"
    return {
        "a": f"{article} {noun.one}",
        "the": f"the {noun.one}",
        "of": f"of the {noun.one}",
        "this": f"this {noun.one}",
    }[form]


def is_plural(shown: Decimal) -> bool:
    """Return whether a number takes the plural: all but one."""
    return abs(shown) != 1
