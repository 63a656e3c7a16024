"""A given file, or a table of it: what it says of itself, and what it was taken for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.evaluation import FileSpec
from pipeline.ingest.readers.describe import Column, Described
from pipeline.ingest.scaffold.periods import Counted
from pipeline.ingest.tools.draft import Questionnaire

Kind = Literal[
    "survey", "attendance", "visits", "sites", "fieldwork", "records", "framework", "costs", "workshops", "enrolments",
    "ties", "actors", "units", "labels", "unknown", "refused",
]  # fmt: skip


@dataclass(frozen=True)
class Given:
    """A data file: what it says of itself, what it was taken for and why, and its questionnaire where one was given.

    ``counted`` says when counts are of; ``sheets`` are read one below the other, their names in ``sheet_column``;
    ``communes`` are the columns that hold codes of communes; ``ties`` are those whose actors the file lists;
    ``key`` is the column of a register that holds the spaces of the counts; ``spec`` says how its table is laid out;
    ``part`` is the sheet of a workbook that holds several tables; ``flow`` is what lines of accounts are, of those that
    hold both.
    """

    path: Path
    described: Described
    kind: Kind
    tool: Literal["limesurvey", "kobo"] | None
    why: str
    questionnaire: Questionnaire | None = None
    header_row: int | None = None
    catalog: str | None = None
    wave: str | None = None
    counted: Counted | None = None
    sheets: tuple[str, ...] = ()
    sheet_column: str | None = None
    communes: frozenset[str] = frozenset()
    ties: Described | None = None
    key: str | None = None
    spec: FileSpec = field(default_factory=lambda: FileSpec(path=""))
    part: str | None = None
    flow: Literal["spent", "received"] | None = None

    @property
    def sheet(self) -> str | int | None:
        """Return the sheet that was read, where the workbook has several."""
        said = self.described.received.documented
        if self.sheets:
            return None
        return said.sheet if len(said.sheets) > 1 else None

    @property
    def said(self) -> str:
        """Return the name of the file for messages, with its sheet where that is a wave."""
        sheet = self.part if self.wave is None else self.sheet
        return self.path.name if sheet is None else f"{self.path.name}, sheet '{sheet}'"

    @property
    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [c.name for c in self.described.columns]

    def column(self, name: str) -> Column | None:
        """Return a column by name."""
        return next((c for c in self.described.columns if c.name == name), None)
