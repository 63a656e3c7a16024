"""Words of received files, in French and English, that betray what a value is: data files, one a subject."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pipeline.yaml_data import data_beside


def lexicon(subject: str) -> dict[str, Any]:
    """Return what ``<subject>.yaml`` of this folder says; its words are met after `folded`."""
    return data_beside(__file__, f"{subject}.yaml")


@functools.cache
def patterns(subject: str) -> dict[str, Any]:
    """Return a lexicon of regular expressions: each list of alternatives is one expression, its parts filled in.

    A list of such lists comes back as a tuple of expressions, in its order.
    """
    said = lexicon(subject)
    parts = said.get("parts", {})
    return {key: _expressions(entry, parts) for key, entry in said.items() if key != "parts"}


def _expressions(entry: Any, parts: Mapping[str, str]) -> Any:
    if isinstance(entry, dict):
        return {key: _expressions(each, parts) for key, each in entry.items()}
    if all(isinstance(each, str) for each in entry):
        return "|".join(with_parts(each, parts) for each in entry)
    if all(isinstance(each, list) for each in entry):
        return tuple(_expressions(each, parts) for each in entry)
    raise TypeError(f"an alternative is no text for YAML: quote it ({entry})")


def with_parts(form: str, parts: Mapping[str, str]) -> str:
    """Return an expression with its parts, ``<<name>>``, written out."""
    return re.sub(r"<<(\w+)>>", lambda found: with_parts(parts[found[1]], parts), form)


def folded(text: str) -> str:
    """Return a text in lower case, without accents, with plain apostrophes and single blanks."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`´", "'"))
