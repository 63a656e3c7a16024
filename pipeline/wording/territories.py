"""Names of territories inside French and English sentences: « du pays de Vannes », « dans le pays d'Auray »."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import ResultsError

_VOWEL = re.compile(r"[aeiouyâàéèêëîïôöùûüœæ]", re.IGNORECASE)


@dataclass(frozen=True)
class Forms:
    """A territory's names: ``name`` (title), ``label`` (charts), and the forms after prepositions.

    ``the`` is the name with its article, as a subject (« le pays de Vannes »); ``of``, ``at`` and ``within`` follow
    « de », « à » and « dans ».
    """

    name: str
    label: str
    the: str
    of: str
    at: str
    within: str


def forms(record: Mapping[str, object], lang: str = "fr") -> Forms:
    """Return the forms of a territory from its record: ``name``, ``label``, ``name_de``, ``name_a``, ``name_dans``.

    Raises
    ------
    ResultsError
        When the record lacks one of them: a French form is stored, never guessed from a name.
    """
    missing = [k for k in ("name", "label", "name_de", "name_a", "name_dans") if not record.get(k)]
    if missing:
        raise ResultsError("a territory lacks its French forms", found=record.get("name", record), allowed=missing)
    name, label = str(record["name"]), str(record["label"])
    of, at, within = str(record["name_de"]), str(record["name_a"]), str(record["name_dans"])
    if lang == "en":
        return _english(record, name, label, within)
    return Forms(name, label, _subject(name, of, within), of, at, within)


def _english(record: Mapping[str, object], name: str, label: str, within: str) -> Forms:
    """Return the English forms: of the English name where the record has one."""
    own, said = record.get("name_en"), record.get("the_en")
    if isinstance(own, str):
        the = said if isinstance(said, str) else own
        return Forms(own, own if label == name else label, the, f"of {the}", f"in {the}", f"in {the}")
    the = name if within.startswith("en ") else f"the {name}"
    return Forms(name, label, the, f"of {the}", f"in {the}", f"in {the}")


def labels_of(level: str, code: str, record: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Return the entries of a labels mapping that say a territory's forms, under ``pays=03``, ``pays=03:de``..."""
    french, english = forms(record, "fr"), forms(record, "en")
    key = f"{level}={code}"
    pairs = {
        key: (french.label, english.label),
        f"{key}:name": (french.name, english.name),
        f"{key}:the": (french.the, english.the),
        f"{key}:de": (french.of, english.of),
        f"{key}:a": (french.at, english.at),
        f"{key}:dans": (french.within, english.within),
    }
    return {k: {"fr": fr, "en": en} for k, (fr, en) in pairs.items()}


def after_de(phrase: str) -> str:
    """Return « de » and a noun phrase contracted: « du pays », « des usagers », « d'un tiers », « de la moitié »."""
    for article, contracted in (("le ", "du "), ("les ", "des ")):
        if phrase.startswith(article):
            return contracted + phrase.removeprefix(article)
    return f"d'{phrase}" if _VOWEL.match(phrase) else f"de {phrase}"


def after_a(phrase: str) -> str:
    """Return « à » and a noun phrase contracted: « au pays », « aux usagers », « à la moitié »."""
    for article, contracted in (("le ", "au "), ("les ", "aux ")):
        if phrase.startswith(article):
            return contracted + phrase.removeprefix(article)
    return f"à {phrase}"


def _subject(name: str, of: str, within: str) -> str:
    """« dans le pays de Vannes » gives « le pays de Vannes »; « en Bretagne », « de Bretagne » give « la Bretagne »."""
    if within.startswith("dans "):
        return within.removeprefix("dans ")
    if of.startswith("d'"):
        return f"l'{of[2:]}"
    if within.startswith("en "):
        return f"la {name}"
    return name
