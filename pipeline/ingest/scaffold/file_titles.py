"""The title that the name of a file gives a source: its words, with the accents that such names leave out."""

from __future__ import annotations

import re

from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.tools.draft import drafting_language
from pipeline.instrument import ORIGINAL


def title_of_name(stem: str) -> str:
    """Return the words of the name of a file, without its suffix, as a title has them."""
    spaced = " ".join(re.split(r"[\s_.-]+", stem)).strip() or stem
    if drafting_language() != ORIGINAL:
        return spaced
    return re.sub(r"[^\W\d_]+", lambda word: _accented(word[0]), spaced)


def _accented(word: str) -> str:
    written = lexicon("accents").get(word.lower())
    if written is None or not (word.islower() or word.istitle()):
        return word
    return written.capitalize() if word.istitle() else str(written)
