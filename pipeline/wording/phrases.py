"""Turns of phrase for shares, always the same words for the same strength, and capitals."""

from __future__ import annotations

from pipeline.wording.language import of
from pipeline.wording.numbers import rounded, scaled, share
from pipeline.wording.vocabulary import Noun

#: A share may be said as a simple fraction only within this distance of it.
NEAR = 0.02
#: The fractions that languages have words for.
FRACTIONS = (1 / 10, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 4 / 5, 9 / 10)

#: First words of a label with a capital wherever they stand: a name (« France services »), and the English pronoun.
NAMES = frozenset({"France", "I"})


def quantity(value: float, noun: Noun, lang: str = "fr", lower: float | None = None) -> tuple[str, bool]:
    """Return a share of a group in words and whether its verb is plural.

    « près de la moitié des usagers » only within two points of a half, « la majorité des usagers » only when the
    lower bound of the interval is over 50 %; otherwise the number itself, « 43 % des usagers ».
    """
    language, most = of(lang), lower is not None and lower > 0.5
    for fraction in FRACTIONS:
        if abs(value - fraction) <= NEAR + 1e-9:
            return language.fraction(fraction, _nearly(value, fraction), noun, most)
    if most and value < 0.65:
        return language.most(noun.many), True
    return language.of_them(share(value, lang), noun.many), True


def _nearly(value: float, fraction: float) -> int:
    """-1 under, +1 over, 0 when the percentage printed is that of the fraction."""
    shown, exact = rounded(scaled(value)), rounded(scaled(fraction))
    return 0 if shown == exact else (1 if shown > exact else -1)


def capital(text: str) -> str:
    """Return the text with a capital first letter, accents kept (« Évaluation »)."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """Return a label as it stands inside a sentence; acronyms, numbers of questions (Q1) and names keep their capitals.

    A name is one of ``NAMES``, or of several words that have a capital (« Digital Participation Survey »).
    """
    first, _, rest = text.partition(" ")
    named = first in NAMES or (rest[:1].isupper() and rest[1:2].islower())
    return text if named or text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]
