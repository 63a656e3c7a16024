"""Exports of Drupal's Webform module, which Framaforms is made of: columns about the submission before its answers."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.ingest.lexicon import folded, lexicon

#: So many of the tool's own columns tell its exports.
FEWEST = 4


def own_columns(columns: Sequence[str]) -> set[str]:
    """Return the columns of an export that are about its submission, and neither an answer, its number nor its date."""
    said = {part: {folded(t) for t in texts} for part, texts in lexicon("webform").items()}
    own = {c for c in columns if folded(c) in said["own"]}
    kept = {c for c in columns if folded(c) in said["kept"]}
    return own if len(own | kept) >= FEWEST and kept else set()
