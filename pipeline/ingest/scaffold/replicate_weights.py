"""Replicate weights: dozens of columns that a file has beside its weight, and that no question asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.words import REPLICATES

#: So many numbered columns of one stem are replicates; fewer may be answers.
FEWEST = 8
_NUMBERED = re.compile(r"(?P<stem>.*?\D)[ _]*(?P<number>\d+)")


def replicate_weights(columns: Sequence[Column]) -> list[str]:
    """Return the columns of replicate weights, by their names or labels (repwt01, « Replicate weight 1 (BRR) »).

    They are numbered columns of one stem, ``FEWEST`` at least.

    Parameters
    ----------
    columns : those of a file.
    """
    series: dict[str, list[Column]] = {}
    for column in columns:
        if (found := _NUMBERED.fullmatch(column.name)) is not None and not column.values:
            series.setdefault(plain_words(found["stem"]), []).append(column)
    many = [(stem, held) for stem, held in series.items() if len(held) >= FEWEST]
    return [c.name for stem, held in many for c in held if _is_replicate(stem, c)]


def _is_replicate(stem: str, column: Column) -> bool:
    named = re.fullmatch(REPLICATES["name"], stem) is not None
    return column.kind != "date" and (named or re.fullmatch(REPLICATES["label"], plain_words(column.label)) is not None)
