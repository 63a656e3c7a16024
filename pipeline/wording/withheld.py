"""What stands in place of a number that is not published: why it is not, and nothing of its value."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from pipeline.wording.phrases import capital

#: Why, by sign, the reason that weighs most first: of several hidden numbers, a sentence says the first that applies.
WHY = {
    "c": {"fr": "secret statistique", "en": "statistical confidentiality"},
    "ns": {"fr": "effectif insuffisant", "en": "too few answers"},
    "np": {"fr": "estimation trop imprécise", "en": "estimate too imprecise"},
    "nd": {"fr": "donnée non disponible", "en": "not available"},
}
_SENTENCES = {
    "c": {
        "fr": "{where}le résultat est couvert par le secret statistique.",
        "en": "{where}the result is protected by statistical confidentiality.",
    },
    "ns": {
        "fr": "Trop peu de réponses{within} pour publier un résultat.",
        "en": "Too few answers{within} to publish a result.",
    },
    "np": {
        "fr": "{where}l'estimation est trop imprécise pour être publiée.",
        "en": "{where}the estimate is too imprecise to be published.",
    },
    "nd": {"fr": "{where}le résultat n'est pas disponible.", "en": "{where}the result is not available."},
}


def is_hidden(row: Any) -> bool:
    """Return whether a row's estimate may not be written, or is not there."""
    return bool(row["quality"] == "suppress" or not math.isfinite(row["estimate"]))


def sign_of(rows: Iterable[Any]) -> str:
    """Return the sign that says why, of the hidden ones among ``rows``: « c » before « ns », « np » and « nd ».

    No row at all is too few answers: nobody answered there.
    """
    rows = list(rows)
    if not rows:
        return "ns"
    signs = {str(row["reason"]).partition("_")[0] for row in rows if is_hidden(row)}
    return next((sign for sign in WHY if sign in signs), "nd")


def sentence(rows: Iterable[Any], within: str = "", lang: str = "fr", about: str = "") -> str:
    """Return « Dans le pays de Vannes, le résultat est couvert par le secret statistique. »; ``within`` may be empty.

    ``about`` says which result it is, in the feminine: « la part des usagers satisfaits du matériel ».
    """
    sign = sign_of(rows)
    where = f"{within}, " if within else ""
    if about and sign != "ns":
        verb = "n'est pas publiée" if lang == "fr" else "is not published"
        return capital(f"{where}{about} {verb} ({WHY[sign][lang]}).")
    return capital(_SENTENCES[sign][lang].format(where=where, within=f" {within}" if within else ""))
