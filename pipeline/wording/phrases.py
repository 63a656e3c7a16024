"""Turns of phrase for shares and evidence, always the same words for the same strength."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.wording.numbers import rounded, scaled, share
from pipeline.wording.territories import after_de

#: A share may be said as a simple fraction only within this distance of it.
NEAR = 0.02

EVIDENCE = {
    "strong": {"fr": "établi", "en": "established"},
    "moderate": {"fr": "probable", "en": "probable"},
    "weak": {"fr": "à confirmer", "en": "to be confirmed"},
}


@dataclass(frozen=True)
class Group:
    """Whom a sentence is about: ``singular`` and ``plural`` nouns (« usager », « usagers »), feminine or not."""

    singular: str
    plural: str
    feminine: bool = False

    @property
    def the(self) -> str:
        """« les usagers »."""
        return f"les {self.plural}"


GROUPS = {
    "fr": {
        "users": Group("usager", "usagers"),
        "visits": Group("visite", "visites", feminine=True),
        "inhabitants": Group("habitant", "habitants"),
        "non_users": Group("non-usager", "non-usagers"),
        "respondents": Group("répondant", "répondants"),
        "spaces": Group("espace", "espaces"),
        "records": Group("enregistrement", "enregistrements"),
        "expenditure": Group("dépense", "dépenses", feminine=True),
        "workshops": Group("cycle d'ateliers", "cycles d'ateliers"),
        "trainees": Group("stagiaire", "stagiaires"),
        "actors": Group("acteur", "acteurs"),
        "events": Group("enregistrement", "enregistrements"),
        "events_of_places": Group("enregistrement", "enregistrements"),
        "indicators": Group("indicateur", "indicateurs"),
    },
    "en": {
        "users": Group("user", "users"),
        "visits": Group("visit", "visits"),
        "inhabitants": Group("inhabitant", "inhabitants"),
        "non_users": Group("non-user", "non-users"),
        "respondents": Group("respondent", "respondents"),
        "spaces": Group("space", "spaces"),
        "records": Group("record", "records"),
        "expenditure": Group("expenditure", "expenditures"),
        "workshops": Group("cycle of workshops", "cycles of workshops"),
        "trainees": Group("trainee", "trainees"),
        "actors": Group("actor", "actors"),
        "events": Group("record", "records"),
        "events_of_places": Group("record", "records"),
        "indicators": Group("indicator", "indicators"),
    },
}

#: Fractions with their words: (value, noun phrase taking « des », or the n of « n … sur … »).
_FRENCH: tuple[tuple[float, str], ...] = (
    (1 / 4, "un quart"),
    (1 / 3, "un tiers"),
    (1 / 2, "la moitié"),
    (2 / 3, "les deux tiers"),
    (3 / 4, "les trois quarts"),
)
_FRENCH_OUT_OF: tuple[tuple[float, str, str], ...] = (
    (1 / 10, "un", "dix"),
    (1 / 5, "un", "cinq"),
    (4 / 5, "quatre", "cinq"),
    (9 / 10, "neuf", "dix"),
)
_ENGLISH: tuple[tuple[float, str], ...] = (
    (1 / 10, "one in ten"),
    (1 / 5, "one in five"),
    (1 / 4, "a quarter of"),
    (1 / 3, "a third of"),
    (1 / 2, "half of"),
    (2 / 3, "two thirds of"),
    (3 / 4, "three quarters of"),
    (4 / 5, "four in five"),
    (9 / 10, "nine in ten"),
)


def quantity(value: float, group: Group, lang: str = "fr", lower: float | None = None) -> tuple[str, bool]:
    """Return a share of a group in words and whether its verb is plural.

    « près de la moitié des usagers » only within two points of a half, « la majorité des usagers » only when the
    lower bound of the interval is over 50 %; otherwise the number itself, « 43 % des usagers ».
    """
    words = _near_words(value, group, lang, lower)
    if words is not None:
        return words
    if lower is not None and lower > 0.5 and value < 0.65:
        return (f"la majorité des {group.plural}" if lang == "fr" else f"most {group.plural}"), True
    of = f"des {group.plural}" if lang == "fr" else f"of {group.plural}"
    return f"{share(value, lang)} {of}", True


def _near_words(value: float, group: Group, lang: str, lower: float | None) -> tuple[str, bool] | None:
    if lang == "en":
        return _near_english(value, group, lower)
    for fraction, words in _FRENCH:
        if abs(value - fraction) <= NEAR + 1e-9:
            return _french_fraction(value, fraction, words, group, lower), True
    for fraction, numerator, denominator in _FRENCH_OUT_OF:
        if abs(value - fraction) <= NEAR + 1e-9:
            one = numerator == "un"
            noun = group.singular if one else group.plural
            article = "une" if one and group.feminine else numerator
            words = f"{article} {noun} sur {denominator}"
            nearly = _nearly(value, fraction)
            if nearly < 0:
                return f"près {after_de(words)}", not one
            return (f"un peu plus {after_de(words)}" if nearly > 0 else words), not one
    return None


def _french_fraction(value: float, fraction: float, words: str, group: Group, lower: float | None) -> str:
    of = f"des {group.plural}"
    nearly = _nearly(value, fraction)
    if nearly < 0:
        return f"près {after_de(words)} {of}"
    if nearly > 0:
        # « plus de la moitié » is a statement about the majority: it needs its lower bound
        if fraction == 1 / 2 and (lower is None or lower <= 0.5):
            return f"environ {words} {of}"
        return f"un peu plus {after_de(words)} {of}"
    return f"{words} {of}"


def _near_english(value: float, group: Group, lower: float | None) -> tuple[str, bool] | None:
    for fraction, words in _ENGLISH:
        if abs(value - fraction) > NEAR + 1e-9:
            continue
        nearly = _nearly(value, fraction)
        more = "about" if fraction == 1 / 2 and (lower is None or lower <= 0.5) else "just over"
        start = f"{'nearly' if nearly < 0 else more} " if nearly else ""
        return f"{start}{words} {group.plural}", True
    return None


def _nearly(value: float, fraction: float) -> int:
    """-1 under, +1 over, 0 when the percentage printed is that of the fraction."""
    shown, exact = rounded(scaled(value)), rounded(scaled(fraction))
    return 0 if shown == exact else (1 if shown > exact else -1)


def capital(text: str) -> str:
    """Return the text with a capital first letter, accents kept (« Évaluation »)."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """Return a label as it stands inside a sentence; acronyms keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
