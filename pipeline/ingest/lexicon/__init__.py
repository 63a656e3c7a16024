"""Words of received files, in French and English, that betray what a value is: data files, one a subject."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path
from typing import Any

import yaml


@functools.cache
def lexicon(subject: str) -> dict[str, Any]:
    """Return what ``<subject>.yaml`` of this folder says; its words are met after `folded`."""
    text = (Path(__file__).parent / f"{subject}.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def folded(text: str) -> str:
    """Return a text in lower case, without accents, with plain apostrophes and single blanks."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`´", "'"))
