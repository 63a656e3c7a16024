"""French: prepositions, lists, articles and agreement of the words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.wording.grammar import capitalised
from pipeline.wording.numbers import listing
from pipeline.wording.territories import after_a, after_de
from pipeline.wording.vocabulary import Noun

WRITING = "fr"
TIMES = ("en", "depuis")
PLACES = ("le", "de", "a", "dans", "epci")
GROUPS = ("chez", "quand", "de", "le")
LISTS = ("et", "ou", "ni", ";", ".")
NOUN_FORMS = ("un", "le", "de", "du", "au", "ce")
EXACT = "dénombrement exhaustif"
MORE_THAN = "plus de"


def time(name: str, form: str, is_year: bool) -> str:
    """Return « en 2006 », « depuis 2003 »; a wave that is no year is called one."""
    return f"{'à' if form == 'en' and not is_year else form} {name if is_year else f'la vague {name}'}"


def period(said: str, form: str, is_day: bool) -> str:
    """Return « au 31 décembre 2006 », « depuis le 31 décembre 2003 », « en octobre 2004 »."""
    if is_day:
        return f"{'au' if form == 'en' else f'{form} le'} {said}"
    return f"{form} {said}"


def over(said: str) -> str:
    """Return « de 1998 à 2006 »."""
    return f"de {said}"


def nearly_all(plural: str) -> str:
    """Return « la quasi-totalité des habitants »."""
    return f"la quasi-totalité des {plural}"


def age_group(label: str, form: str) -> str:
    """Return « chez les 15-24 ans », « des 15-24 ans », « les 15-24 ans »."""
    return {"chez": f"chez {label}", "de": after_de(label), "le": label}.get(form, f"pour {label}")


def group(label: str, form: str) -> str:
    """Return « dans le groupe « Retraités » », « de « Retraités » »."""
    before = {"chez": "dans le groupe", "de": "de", "le": "le groupe"}.get(form, "pour le groupe")
    return f"{before} «\u00a0{label}\u00a0»"


def joined(items: Sequence[str], form: str) -> str:
    """Return « a, b et c », « a ou b », « ni a ni b », « a ; b », « A. B » of sentences."""
    if form == ";":
        return "\u202f; ".join(items)
    if form == ".":
        return ". ".join(map(capitalised, items))
    if form == "ni":
        return (" " if len(items) == 2 else ", ").join(f"ni {i}" for i in items) if len(items) > 1 else "".join(items)
    return listing(items, "fr", form)


def noun(noun: Noun, form: str) -> str:
    """Return a noun behind an article or a demonstrative: « l'usager », « du pays », « cette commune »."""
    feminine = noun.gender == "f"
    the = f"l'{noun.one}" if noun.elides else f"{'la' if feminine else 'le'} {noun.one}"
    this = "cette" if feminine else "cet" if noun.elides else "ce"
    return {
        "un": f"{'une' if feminine else 'un'} {noun.one}",
        "le": the,
        "de": f"d'{noun.one}" if noun.elides else f"de {noun.one}",
        "du": after_de(the) if the.startswith("le ") else f"de {the}",
        "au": after_a(the),
        "ce": f"{this} {noun.one}",
    }[form]


def is_plural(shown: Decimal) -> bool:
    """Return whether a number takes the plural: from two on."""
    return abs(shown) >= 2
