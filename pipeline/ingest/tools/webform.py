"""Columns about the submission that tools write before its answers: Drupal's Webform (Framaforms), Sphinx."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.ingest.lexicon import folded, lexicon

TOOLS = ("webform", "sphinx")
#: So many of the tool's own columns tell its exports.
FEWEST = 4


def own_columns(columns: Sequence[str]) -> set[str]:
    """Return the columns of an export that are about its submission, and neither an answer, its number nor its date."""
    for tool in TOOLS:
        said = {part: {folded(t) for t in texts} for part, texts in lexicon(tool).items()}
        own = {c for c in columns if folded(c) in said["own"]}
        kept = {c for c in columns if folded(c) in said["kept"]}
        if len(own | kept) >= FEWEST and kept:
            return own
    return set()
