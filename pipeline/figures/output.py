"""What a figure or table hands over to documents (contract 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotnine import ggplot

    from pipeline.figures.typeface import Typeface

#: Widths at which figures of the whole are drawn, in mm: the column of a page and of paper, and the screen of a phone.
#: Figures of sheets, of which there are many, are narrow: so they stand on paper too.
WIDE, NARROW = 160.0, 88.0


@dataclass(frozen=True)
class Paper:
    """What a figure is drawn on: its width in mm and the typeface of its letters."""

    width: float
    typeface: Typeface

    @property
    def narrow(self) -> bool:
        """Return whether it is the screen of a phone."""
        return self.width <= NARROW

    def mm(self, text: str, points: float, bold: bool = False) -> float:
        """Return how wide the longest line of a text is."""
        return self.typeface.width_mm(text, points, bold)


#: Draws on paper, and tells the height in mm that it needs.
Drawing = Callable[[Paper], "tuple[ggplot, float]"]


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
    """A figure: its ``drawing`` for any width, ``alt`` text with its numbers, and notes."""

    drawing: Drawing
    alt: str
    notes: Notes

    def record(self, drawn: Mapping[str, Any]) -> dict[str, Any]:
        """Return the entry of figures.json; ``drawn`` tells the files and their size."""
        return {"kind": "figure", **drawn, **_said(self.notes), "alt": self.alt}


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
