"""Names of spaces and communes, compared without accents, case, articles and the words that every space has."""

from __future__ import annotations

import re
import unicodedata

_ARTICLES = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une"})
#: Words that name the kind of place and not the place (longest first: a phrase goes before its words).
_GENERIC = (
    "espace public numerique",
    "espaces publics numeriques",
    "point d acces public a internet",
    "point acces public a internet",
    "lieu de mediation numerique",
    "espace de mediation numerique",
    "espace multimedia",
    "espace numerique",
    "centre multimedia",
    "salle multimedia",
    "cyber commune",
    "cyber espace",
    "cyber base",
    "cybercommunes",
    "cybercommune",
    "cyberespace",
    "cyberbase",
    "epn",
    "papi",
)


def normal(text: str) -> str:
    """Return a name or id without accents, case, punctuation and double blanks, to compare by."""
    plain = unicodedata.normalize("NFKD", text.replace("’", " ").replace("œ", "oe").replace("Œ", "OE"))
    return re.sub(r"[^a-z0-9]+", " ", plain.encode("ascii", "ignore").decode().casefold()).strip()


def own_name(text: str) -> str:
    """Return what a name says of the place itself: no generic words, no articles; `st` and `ste` written out."""
    words = f" {normal(text)} "
    for phrase in _GENERIC:
        words = words.replace(f" {phrase} ", " ")
    kept = [{"st": "saint", "ste": "sainte"}.get(w, w) for w in words.split() if w not in _ARTICLES]
    return " ".join(kept)
