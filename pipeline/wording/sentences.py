"""Findings in whole sentences, written from result rows: level, change, groups, gaps, visits against persons.

A row is anything that answers ``row["estimate"]``, ``row["lower"]`` and the other columns of the results table. A row
whose quality is ``suppress`` yields the sentence that says so, never a number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.results.significance import Row
from pipeline.results.significance import detected as established
from pipeline.results.significance import published as published
from pipeline.results.time import is_year
from pipeline.wording import numbers, withheld
from pipeline.wording.numbers import NO_BREAK
from pipeline.wording.phrases import GROUPS, Group, Predicate, capital, quantity

#: Normal quantile of that level, and the gap between two shares under which nothing is made of it.
CRITICAL, NOTABLE = 1.96, 0.02


def level(
    row: Row,
    predicate: Predicate,
    *,
    group: Group | None = None,
    when: str = "",
    where: str = "",
    lang: str = "fr",
) -> str:
    """Return « En 2006, près de la moitié des usagers (48 %, entre 45 % et 52 %) souhaitent ... »."""
    if not published(row):
        return withheld.sentence(
            [row], where, lang, _share_who(predicate, group or GROUPS[lang][row["population"]], lang)
        )
    people = group or GROUPS[lang][row["population"]]
    words, plural = quantity(row["estimate"], people, lang, _or_none(row["lower"]))
    verb = predicate.plural if plural else (predicate.singular or predicate.plural)
    if not plural and predicate.singular is None:
        words = f"{numbers.share(row['estimate'], lang)} des {people.plural}"
    own = numbers.share(row["estimate"], lang)
    inside = [] if words.startswith(own) else [own]
    if math.isfinite(row["lower"]):
        inside.append(numbers.interval(row["lower"], row["upper"], "share", lang))
    bracket = f" ({', '.join(inside)})" if inside else ""
    return _sentence(_opening(when, where, lang), f"{words}{bracket} {verb}")


def change(row: Row, *, since: str, subject: str = "", lang: str = "fr") -> str:
    """Return « Cette part a augmenté de 9 points depuis 2003 (entre + 5 et + 14 points). », or that none is seen."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    if not established(row):
        return no_change(row, lang=lang)
    up = row["estimate"] > 0
    size = numbers.points(row["estimate"], lang, signed=False)
    bounds = numbers.interval(row["lower"], row["upper"], "point", lang)
    if lang == "fr":
        verb = "a augmenté de" if up else "a diminué de"
        return f"{capital(subject or 'cette part')} {verb} {size} {since_wave(since, lang)} ({bounds})."
    verb = "has risen by" if up else "has fallen by"
    return f"{capital(subject or 'this share')} {verb} {size} {since_wave(since, lang)} ({bounds})."


def no_change(row: Row, *, lang: str = "fr") -> str:
    """Return « Aucune évolution n'est décelée : si la part a bougé, c'est probablement de moins de 4 points. »."""
    widest = max(abs(row["lower"]), abs(row["upper"]))
    bound = numbers.points(math.ceil(round(widest, 6)), lang, signed=False, decimals=0)
    if lang == "fr":
        return f"Aucune évolution n'est décelée{NO_BREAK}: si la part a bougé, c'est probablement de moins de {bound}."
    return f"No change is detected: if the share has moved, it is probably by less than {bound}."


def by_group(rows: Sequence[Row], names: Sequence[str], lang: str = "fr") -> str:
    """Return in which groups a change is seen, with its size, and in which it is not.

    ``names`` are the groups with their article (« les 15-24 ans »), in the order of ``rows``. No group is said to
    change more than another: that takes a test of the difference, see :func:`strongest`.
    """
    pairs = [(row, name) for row, name in zip(rows, names, strict=True) if published(row)]
    seen = [(row, name) for row, name in pairs if established(row)]
    unseen = [name for row, name in pairs if not established(row)]
    if not pairs:
        return withheld.sentence(rows, "", lang)
    if not seen:
        return (
            "Aucune évolution n'est décelée dans les groupes pris un à un."
            if lang == "fr"
            else "No change is detected in any group taken alone."
        )
    parts = []
    for up in (True, False):
        moved = [(r, n) for r, n in seen if (r["estimate"] > 0) == up]
        if moved:
            parts.append(_moved(moved, up, lang))
    text = ", et ".join(parts) if lang == "fr" else ", and ".join(parts)
    if unseen:
        among = _nor([f"chez {n}" if lang == "fr" else f"among {n}" for n in unseen], lang)
        rest = f"{numbers.NARROW}; aucune n'est décelée {among}" if lang == "fr" else f"; none is detected {among}"
        text += rest
    return f"{capital(text)}."


def strongest(high: Row, low: Row, contrast: Row, names: tuple[str, str], lang: str = "fr") -> str:
    """Return « La hausse est la plus forte chez les 45 ans ou plus : + 15 points, contre + 8 points chez ... ».

    ``contrast`` is the tested difference of the two changes; when it is not significant the sentence says that the
    two changes cannot be told apart.
    """
    if not all(published(r) for r in (high, low, contrast)):
        return withheld.sentence([high, low, contrast], "", lang)
    first, second = numbers.points(high["estimate"], lang), numbers.points(low["estimate"], lang)
    if lang == "fr":
        if established(contrast):
            return f"La hausse est la plus forte chez {names[0]}{NO_BREAK}: {first}, contre {second} chez {names[1]}."
        return (
            f"L'évolution est de {first} chez {names[0]} et de {second} chez {names[1]}{numbers.NARROW}; "
            "l'écart entre les deux pourrait être dû au hasard de l'échantillon."
        )
    if established(contrast):
        return f"The rise is strongest among {names[0]}: {first}, against {second} among {names[1]}."
    return (
        f"The change is {first} among {names[0]} and {second} among {names[1]}; "
        "the difference between the two could be due to chance in the sample."
    )


def gap(row: Row, within: str, *, subject: str = "", rest: str = "", lang: str = "fr") -> str:
    """Return how a territory differs from the rest of the region; ``within`` is « dans le pays de Vannes ».

    A significant gap is stated with its interval, another one is said to be possibly due to chance, and one under
    half a point to be comparable.
    """
    if not published(row):
        return withheld.sentence([row], within, lang)
    more = row["estimate"] > 0
    bounds = numbers.interval(row["lower"], row["upper"], "point", lang)
    size = numbers.points(row["estimate"], lang)
    if lang == "fr":
        who, other = capital(subject or "la part"), rest or "le reste de la région"
        if established(row):
            word = "élevée" if more else "faible"
            return f"{who} est plus {word} {within} que dans {other}{NO_BREAK}: {size} ({bounds})."
        if abs(row["estimate"]) < 0.5:
            return f"{who} est comparable {within} et dans {other} (écart {bounds})."
        return (
            f"{who} semble plus {'élevée' if more else 'faible'} {within}, mais l'écart avec {other} "
            "pourrait être dû au hasard de l'échantillon."
        )
    who, other = capital(subject or "the share"), rest or "the rest of the region"
    if established(row):
        return f"{who} is {'higher' if more else 'lower'} {within} than in {other}: {size} ({bounds})."
    if abs(row["estimate"]) < 0.5:
        return f"{who} is comparable {within} and in {other} (gap {bounds})."
    return (
        f"{who} seems {'higher' if more else 'lower'} {within}, but the gap with {other} "
        "could be due to chance in the sample."
    )


def visits_against_persons(users: Row, visits: Row, who: str, lang: str = "fr") -> str:
    """Return « Les usagers de moins de 25 ans représentent 24 % des usagers mais 30 % des visites, car ... ».

    ``who`` is the subject with its article (« les usagers de moins de 25 ans »).
    """
    if not (published(users) and published(visits)):
        return withheld.sentence([users, visits], "", lang)
    persons, events = numbers.share(users["estimate"], lang), numbers.share(visits["estimate"], lang)
    more = visits["estimate"] > users["estimate"]
    if persons != events and not _tells(users, visits):
        if lang == "fr":
            return (
                f"{capital(who)} représentent {persons} des usagers et {events} des visites{NO_BREAK}: des parts trop "
                "proches pour que l'on en conclue à une assiduité différente."
            )
        return f"{capital(who)} are {persons} of users and {events} of visits, too close to tell how often they come."
    if lang == "fr":
        if persons == events:
            return f"{capital(who)} représentent {persons} des usagers comme des visites."
        often = "plus" if more else "moins"
        return (
            f"{capital(who)} représentent {persons} des usagers mais {events} des visites, "
            f"car ils viennent {often} souvent que les autres."
        )
    if persons == events:
        return f"{capital(who)} are {persons} of users and of visits alike."
    often = "more" if more else "less"
    return f"{capital(who)} are {persons} of users but {events} of visits, for they come {often} often."


def _tells(users: Row, visits: Row) -> bool:
    """Return whether a share of users and one of visits differ by two points and by more than chance would make them.

    The two come from the same answers and move together, so that adding their variances asks for more than needed.
    """
    distance = abs(visits["estimate"] - users["estimate"])
    errors = math.hypot(*(r["se"] if math.isfinite(r["se"]) else 0.0 for r in (users, visits)))
    return bool(distance >= NOTABLE and distance > CRITICAL * errors)


def satisfaction(
    row: Row, of: str, *, previous: Row | None = None, shift: Row | None = None, since: str = "", lang: str = "fr"
) -> str:
    """Return « 55 % des usagers sont satisfaits du matériel, contre 68 % en 2003. »; ``of`` is « du matériel ».

    The earlier level is opposed only when the shift is significant; otherwise no change is claimed.
    """
    group = GROUPS[lang]["users"]
    if not published(row):
        satisfied = f"la part des usagers satisfaits {of}" if lang == "fr" else f"the share of users satisfied {of}"
        return withheld.sentence([row], "", lang, satisfied)
    words, plural = quantity(row["estimate"], group, lang, _or_none(row["lower"]))
    own = numbers.share(row["estimate"], lang)
    bracket = "" if words.startswith(own) else f" ({own})"
    if lang == "fr":
        verb = "sont satisfaits" if plural else "est satisfait"
    else:
        verb = "are satisfied"
    text = f"{capital(words)}{bracket} {verb} {of}"
    if previous is None or shift is None or not (published(previous) and published(shift)):
        return f"{text}."
    before = numbers.share(previous["estimate"], lang)
    if established(shift):
        return f"{text}, {'contre' if lang == 'fr' else 'against'} {before} {_in(since, lang)}."
    tail = f"{'sans évolution décelable' if lang == 'fr' else 'with no detectable change'} {since_wave(since, lang)}"
    return f"{text}, {tail}."


def evolution(row: Row, *, first: str, last: str, subject: str = "", lang: str = "fr") -> str:
    """Return « À espaces et mois comparables, la fréquentation a reculé de 9 % entre 2003 et 2006. ».

    The exhaustive count is compared month by month in the spaces that reported both: the mean per space may move the
    other way, when small spaces close.
    """
    if not published(row):
        return withheld.sentence([row], "", lang)
    size = numbers.evolution(abs(row["estimate"]), lang).lstrip(f"+{NO_BREAK}")
    up = row["estimate"] > 0
    stable = numbers.rounded(numbers.scaled(abs(row["estimate"])), 1) == 0
    if lang == "fr":
        who = capital(subject or "à espaces et mois comparables, la fréquentation")
        span = f"entre {first} et {last}"
        return f"{who} est stable {span}." if stable else f"{who} a {_rose(up)} de {size} {span}."
    who = capital(subject or "over the same spaces and months, attendance")
    span = f"between {first} and {last}"
    return f"{who} was stable {span}." if stable else f"{who} {'rose' if up else 'fell'} by {size} {span}."


def label_effect(row: Row, lang: str = "fr") -> str:
    """Say what a label changed in attendance, with what selection leaves open.

    « Dans les espaces labellisés depuis un an ou plus, la fréquentation a progressé de 18 % de plus que dans les
    espaces comparables (entre + 10 % et + 26 %). Les espaces n'ont pas été labellisés au hasard : ... »
    """
    if not published(row):
        return withheld.sentence([row], "", lang)
    bounds = numbers.interval(row["lower"], row["upper"], "ratio", lang, measure="effect")
    size = numbers.share(abs(row["estimate"]), lang)
    more = row["estimate"] > 0
    if lang == "fr":
        chosen = (
            f"Les espaces n'ont pas été labellisés au hasard{NO_BREAK}: une partie de l'écart peut tenir à ce qui les "
            "distinguait déjà."
        )
        if not established(row):
            return (
                f"Aucun effet du label sur la fréquentation n'est décelé{NO_BREAK}: un an ou plus après le label, "
                f"l'écart aux espaces comparables est compris {bounds}. {chosen}"
            )
        moved = f"a progressé de {size} de plus que" if more else f"est inférieure de {size} à ce que laissait attendre"
        others = "dans les espaces comparables" if more else "celle des espaces comparables"
        return (
            f"Dans les espaces labellisés depuis un an ou plus, la fréquentation {moved} {others} ({bounds}). {chosen}"
        )
    chosen = "Spaces were not labelled at random: part of the difference may be due to what already set them apart."
    if not established(row):
        return f"No effect of the label on attendance is detected: the difference is {bounds}. {chosen}"
    moved = f"rose by {size} more than" if more else f"is {size} below what would be expected from"
    return f"In spaces labelled for a year or more, attendance {moved} comparable spaces ({bounds}). {chosen}"


def coverage(row: Row, lang: str = "fr") -> str:
    """Return « Dénombrement exhaustif : 96 % des relevés mensuels attendus ont été reçus. »."""
    if not published(row):
        return withheld.sentence([row], "", lang)
    value = numbers.share(row["estimate"], lang)
    if lang == "fr":
        return f"Dénombrement exhaustif{NO_BREAK}: {value} des relevés mensuels attendus ont été reçus."
    return f"Exhaustive count: {value} of the expected monthly returns were received."


def not_asked(wave: str, lang: str = "fr") -> str:
    """Return « Question non posée en 2003. »."""
    return f"Question non posée {_in(wave, lang)}." if lang == "fr" else f"Not asked {_in(wave, lang)}."


def not_studied(lang: str = "fr") -> str:
    """Return « Cette question n'est pas étudiée dans cette édition. »"""
    return "Cette question n'est pas étudiée dans cette édition." if lang == "fr" else "Not studied in this edition."


def _share_who(predicate: Predicate, group: Group, lang: str) -> str:
    """Return what a level is the share of: « la part des usagers qui souhaitent au moins un service élaboré »."""
    if lang == "fr":
        return f"la part des {group.plural} qui {predicate.plural}"
    return f"the share of {group.plural} who {predicate.plural}"


def _moved(moved: Sequence[tuple[Row, str]], up: bool, lang: str) -> str:
    among = "chez" if lang == "fr" else "among"
    listed = [f"{among} {name} ({numbers.points(row['estimate'], lang)})" for row, name in moved]
    if lang == "fr":
        return f"une {'hausse' if up else 'baisse'} est décelée {numbers.listing(listed)}"
    return f"a {'rise' if up else 'fall'} is detected {numbers.listing(listed, 'en')}"


def _nor(names: Sequence[str], lang: str) -> str:
    """Join what a negation is about: « ni chez les uns ni chez les autres »."""
    if lang == "fr" and len(names) > 1:
        return (" " if len(names) == 2 else ", ").join(f"ni {name}" for name in names)
    return numbers.listing(list(names), lang)


def _sentence(opening: str, body: str) -> str:
    return f"{opening}, {body}." if opening else f"{capital(body)}."


def _opening(when: str, where: str, lang: str) -> str:
    parts = [p for p in (_in(when, lang) if when else "", where) if p]
    return capital(", ".join(parts))


def _in(when: str, lang: str) -> str:
    if is_year(when):
        return f"en {when}" if lang == "fr" else f"in {when}"
    return f"à la vague {when}" if lang == "fr" else f"in wave {when}"


def since_wave(wave: str, lang: str = "fr") -> str:
    """Return « depuis 2003 », « depuis la vague avant »: the name of a wave need not be a year."""
    if is_year(wave):
        return f"depuis {wave}" if lang == "fr" else f"since {wave}"
    return f"depuis la vague {wave}" if lang == "fr" else f"since wave {wave}"


def _rose(up: bool) -> str:
    return "progressé" if up else "reculé"


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
