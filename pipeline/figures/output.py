"""What a figure or table hands over to documents (contract 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotnine import ggplot

#: Width of a figure: fits a 160 mm column, and its 9.5 pt text stays above 8 px on a 320 px telephone.
WIDTH_MM = 130.0


@dataclass(frozen=True)
class Notes:
    """The words around a figure or table; ``result_ids`` are those of the numbers it shows."""

    caption: str
    reading: str
    population: str
    source: str
    base: str
    result_ids: tuple[str, ...]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A drawn figure: ``plot``, ``alt`` text with its numbers, notes and size in mm."""

    plot: ggplot
    alt: str
    notes: Notes
    width_mm: float = WIDTH_MM
    height_mm: float = 80.0

    def record(self, file: str) -> dict[str, Any]:
        """Return the entry of figures.json."""
        return {
            "kind": "figure",
            "file": file,
            **_said(self.notes),
            "alt": self.alt,
            "width_mm": self.width_mm,
            "height_mm": self.height_mm,
        }


@dataclass(frozen=True)
class Column:
    """A column of a table: key, heading and alignment."""

    key: str
    label: str
    align: str = "right"


@dataclass(frozen=True)
class Cell:
    """One cell: what it shows and the result it comes from, if any."""

    text: str
    result_id: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: ``columns``, ``rows`` of cells, the number of heading columns, and groups of rows.

    ``groups`` are ``(first row, heading)`` pairs.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: Notes
    row_headers: int = 1
    groups: tuple[tuple[int, str], ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the entry of figures.json."""
        return {
            "kind": "table",
            "file": None,
            **_said(self.notes),
            "alt": "",
            "width_mm": 160.0,
            "height_mm": None,
            "columns": [{"key": c.key, "label": c.label, "align": c.align} for c in self.columns],
            "rows": [[cell.text for cell in row] for row in self.rows],
            "cell_ids": [[cell.result_id for cell in row] for row in self.rows],
            "row_headers": self.row_headers,
            "row_groups": [[first, label] for first, label in self.groups],
        }


@dataclass(frozen=True)
class Absent:
    """A figure that has nothing publishable to show, and why."""

    reason: str


def ids(rows: Sequence[str]) -> tuple[str, ...]:
    """Return result_ids, each once, in order."""
    return tuple(dict.fromkeys(rows))


def _said(notes: Notes) -> dict[str, Any]:
    return {
        "caption": notes.caption,
        "reading": notes.reading,
        "population_text": notes.population,
        "source": notes.source,
        "notes": list(notes.extra),
        "base": notes.base,
        "result_ids": list(notes.result_ids),
    }
