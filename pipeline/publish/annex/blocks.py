"""Blocks that documents may show besides figures and tables of results, gathered from the modules that make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.results import Rows
from pipeline.results.statement import Statement
from pipeline.wording.blocks import Block
from pipeline.wording.labels import Labels
from pipeline.wording.speaking import Speaker

if TYPE_CHECKING:
    from pipeline.publish.annex.printings import Printing
    from pipeline.publish.annex.search import Trail


@dataclass(frozen=True)
class Listed:
    """A document of the site as the home lists it: the path of its files, its name, title as Markdown, formats."""

    stem: str
    name: str
    title: str
    formats: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """What blocks of one language are made from.

    speaker : words, labels and published rows of the language.   facts : declared figures, as Markdown.
    data : the way from the folder of the language to the data annex.   units : codes of those that have sheets.
    statements : what is stated, of every place.   documents : of the site, but its home and the sheets.
    annex : folder of the data annex as written; None where there is none yet.   captions : of the figures and tables of
    the whole, by name.   trails : what the pages staged so far say, by the name of the page.
    printings : what readers hold already, in order.
    """

    evaluation: Evaluation
    speaker: Speaker
    facts: Mapping[str, str]
    data: str
    units: tuple[str, ...]
    statements: tuple[Statement, ...] = ()
    documents: tuple[Listed, ...] = ()
    annex: Path | None = None
    captions: Mapping[str, str] = field(default_factory=dict)
    trails: Mapping[str, Trail] = field(default_factory=dict)
    printings: tuple[Printing, ...] = ()

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
        rows = self.speaker.rows
        return rows.table if isinstance(rows, Rows) else pd.DataFrame(list(rows.values()))

    @cached_property
    def heads(self) -> pd.Series:
        """Return, row by row of the table, the entry, indicator, measure and method that its identifier begins with."""
        return self.table["result_id"].str.partition("/")[0]

    def row(self, result_id: str) -> Mapping[str, Any] | None:
        """Return a published row by its whole identifier; None where there is none."""
        return self.speaker.rows.get(result_id)

    def word(self, key: str) -> str:
        """Return a text of ``reports/<lang>/_<document>.yaml`` by ``_<document>.<key>``, nouns filled; else nothing."""
        return self.speaker.word(key)

    def fill(self, key: str, **said: str) -> str:
        """Return a text around others that have passed the gate, as it stands within a sentence.

        Raises
        ------
        WordsError
            When there is no such text, or it names one that is missing outside [...].
        """
        return self.speaker.compose(key, said, sentence=False)


Maker = Callable[[Ground], Block]


def blocks() -> dict[str, Maker]:
    """Return every block by its name."""
    # the modules name Ground
    from pipeline.publish.annex.cautions import BLOCKS as CAUTIONS
    from pipeline.publish.annex.commission import BLOCKS as COMMISSION
    from pipeline.publish.annex.comparison import BLOCKS as COMPARISON
    from pipeline.publish.annex.crosstabs import BLOCKS as CROSSTABS
    from pipeline.publish.annex.data_protection import BLOCKS as DATA_PROTECTION
    from pipeline.publish.annex.fieldwork import BLOCKS as FIELDWORK
    from pipeline.publish.annex.hidden import BLOCKS as HIDDEN
    from pipeline.publish.annex.home import BLOCKS as HOME
    from pipeline.publish.annex.populations import BLOCKS as POPULATIONS
    from pipeline.publish.annex.printings import BLOCKS as PRINTINGS
    from pipeline.publish.annex.questionnaire import BLOCKS as QUESTIONNAIRE
    from pipeline.publish.annex.sampling import BLOCKS as SAMPLING
    from pipeline.publish.annex.screening import BLOCKS as SCREENING
    from pipeline.publish.annex.search import BLOCKS as SEARCH
    from pipeline.publish.annex.transparency import BLOCKS as TRANSPARENCY
    from pipeline.publish.annex.validation import BLOCKS as VALIDATION

    every = (
        *(CAUTIONS, COMMISSION, FIELDWORK, HIDDEN, POPULATIONS, QUESTIONNAIRE, SAMPLING, TRANSPARENCY),
        *(VALIDATION, SCREENING, HOME, DATA_PROTECTION, CROSSTABS, COMPARISON, SEARCH, PRINTINGS),
    )
    return {name: make for blocks_of in every for name, make in blocks_of.items()}
