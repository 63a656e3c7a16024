"""Names of spaces and communes, compared without accents, case, articles and the words that every space has."""

from __future__ import annotations

import re
import unicodedata

from pipeline.ingest.lexicon import lexicon

_SAID = lexicon("places")
_ARTICLES = frozenset(_SAID["articles"])


def normal(text: str) -> str:
    """Return a name or id without accents, case, punctuation and double blanks, to compare by."""
    plain = unicodedata.normalize("NFKD", text.replace("’", " ").replace("œ", "oe").replace("Œ", "OE"))
    return re.sub(r"[^a-z0-9]+", " ", plain.encode("ascii", "ignore").decode().casefold()).strip()


def own_name(text: str) -> str:
    """Return what a name says of the place itself: no generic words, no articles; `st` and `ste` written out."""
    words = f" {normal(text)} "
    for phrase in _SAID["generic"]:
        words = words.replace(f" {phrase} ", " ")
    kept = [_SAID["short"].get(w, w) for w in words.split() if w not in _ARTICLES]
    return " ".join(kept)
