"""What stands in place of a count where a space was closed: « fermé », « fermeture d'été », « closed »."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.values import Distinct


def says_closed(value: Any) -> bool:
    """Return whether a cell begins with a word that says that a space was closed."""
    words = folded(value).split() if isinstance(value, str) else []
    return bool(words) and words[0].strip("():.,") in lexicon("closures")["closed"]


def closed_as_nought(found: Distinct) -> tuple[Distinct, bool]:
    """Return counts with nought in place of what says that a space was closed, and whether any did."""
    said = [says_closed(v) for v in found.values]
    values = [0 if closed else v for v, closed in zip(found.values, said, strict=True)]
    return replace(found, values=values), any(said)
