"""Columns about the submission that tools write beside its answers: Framaforms, Sphinx, Qualtrics, SurveyMonkey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.ingest.lexicon import folded, lexicon

#: So many of the tool's own columns tell its exports.
FEWEST = 4


def own_columns(columns: Sequence[str]) -> set[str]:
    """Return the columns of an export that are about its submission, and neither an answer, its number nor its date."""
    return next((own for said in lexicon("webform").values() if (own := _own_of(said, columns))), set())


def _own_of(said: Mapping[str, Sequence[str]], columns: Sequence[str]) -> set[str]:
    """Return those of one tool, none where the file is no export of it."""
    own, kept = ({c for c in columns if folded(c) in set(map(folded, said[part]))} for part in ("own", "kept"))
    return own if len(own | kept) >= FEWEST and kept else set()
