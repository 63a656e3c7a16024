"""Blocks that documents may show besides figures and tables of results, gathered from the modules that make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.wording.blocks import Block
from pipeline.wording.labels import Labels
from pipeline.wording.speaking import Speaker


@dataclass(frozen=True)
class Ground:
    """What blocks of one language are made from.

    speaker : words, labels and published rows of the language.   facts : declared figures, as Markdown.
    data : the way from the folder of the language to the data annex.   units : codes of those that have sheets.
    """

    evaluation: Evaluation
    speaker: Speaker
    facts: Mapping[str, str]
    data: str
    units: tuple[str, ...]

    @property
    def lang(self) -> str:
        """Return the language."""
        return self.speaker.words.lang

    @property
    def labels(self) -> Labels:
        """Return the labels of places, codes, indicators and sources."""
        return self.speaker.labels

    @cached_property
    def table(self) -> pd.DataFrame:
        """Return the published results."""
        return pd.DataFrame(list(self.speaker.rows.values()))

    def row(self, result_id: str) -> Mapping[str, Any] | None:
        """Return a published row by its whole identifier; None where there is none."""
        return self.speaker.rows.get(result_id)

    def word(self, key: str) -> str:
        """Return a text of ``reports/<lang>/_<document>.yaml`` by ``_<document>.<key>``, nouns filled; else nothing."""
        return self.speaker.word(key)


Maker = Callable[[Ground], Block]


def blocks() -> dict[str, Maker]:
    """Return every block by its name."""
    return {}
