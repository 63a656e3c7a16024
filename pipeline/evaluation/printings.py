"""What readers hold already: earlier editions, and what this edition printed before it was corrected."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from pipeline.evaluation.declared import Strict, Year
from pipeline.instrument import Text


class Previous(Strict):
    """An earlier edition that readers hold, and the ledger of what it printed and hid."""

    edition: Year
    """Year of the earlier edition."""
    ledger: str
    """Copy of data/ledger.csv of its site, below the evaluation's folder or elsewhere in the project."""
    manifest: str | None = None
    """Copy of manifest.json of its site: by it the methods say what differs of data, settings and program."""
    recommendations: str | None = Field(default=None, pattern=r"^texts/[^/\\]+\.yaml$")
    """Copy of its recommendations (texts/recommendations-2006.yaml): what became of each is told."""


class Erratum(Strict):
    """What this edition printed, and prints no more: the numbers that differ stand on a page with the reason."""

    ledger: str
    """Copy of data/ledger.csv of the site that is replaced, below the evaluation's folder or in the project."""
    manifest: str | None = None
    """Copy of manifest.json of the site that is replaced."""
    corrected: dt.date
    """Day on which the corrected numbers are published."""
    reason: Text
    """What was wrong, and why."""


def printing(edition: int, corrections: int) -> str:
    """Return the name of an edition as it is printed: its year, and after one correction 2006-2, after two 2006-3.

    Names sort by time, since an edition is corrected eight times at most; the first stays as it was when the second
    is made.
    """
    return f"{edition}-{corrections + 1}" if corrections else str(edition)
