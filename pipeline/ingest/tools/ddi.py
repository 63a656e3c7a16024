"""DDI codebooks as questionnaires to draft an instrument from."""

from __future__ import annotations

from pathlib import Path

from pipeline.ingest.tools.draft import Questionnaire, drafts_of
from pipeline.instrument.ddi import is_codebook, read_codebook

__all__ = ["is_codebook", "read_questionnaires"]


def read_questionnaires(path: Path) -> list[Questionnaire]:
    """Return the questionnaires of a codebook, one a file that it describes.

    Raises
    ------
    InstrumentError
        The file is no codebook, or describes nothing that could be asked.
    """
    return [Questionnaire(i.title.model_dump(exclude_none=True), drafts_of(i)) for i in read_codebook(path)]
