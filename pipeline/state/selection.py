"""Finding the rows that a statement rests on, among those of one entry of the plan and of one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.results import from_to
from pipeline.results.statement import Pick
from pipeline.results.time import is_span

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """A row of results, or that there is none.

    row : None where no result answers.   code : `age_band=15-24` of a list by a column, `demand.email` of one by
    indicator, empty for the whole population.
    """

    row: Row | None
    code: str = ""


Index = Mapping[tuple[str, ...], list[dict[str, Any]]]


def indexed(table: pd.DataFrame) -> Index:
    """Return the rows of a results table by analysis, level and code of the place, wave and measure."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in table.to_dict("records"):
        key = tuple(str(row[k]) for k in ("analysis", "territory_level", "territory", "wave", "measure"))
        groups.setdefault(key, []).append({str(k): v for k, v in row.items()})
    return groups


class Selection:
    """The publishable rows that an entry of the plan may state, by place.

    Parameters
    ----------
    index : publishable results (:func:`indexed`).
    analysis : first part of the result_ids of the entry, or of the entry that it looks at.
    contrast : the two waves that the entry compares; first and last of its results where None.
    perimeter : place of the whole, ``region=53``.
    waves : declared waves, where the entry has no result.
    """

    def __init__(
        self,
        index: Index,
        analysis: str,
        contrast: tuple[str, str] | None,
        perimeter: str,
        waves: Sequence[str] = (),
    ) -> None:
        self._places, self.analysis, self.perimeter = index, analysis, perimeter
        self._contrast, self._waves = contrast, list(waves)

    @cached_property
    def contrast(self) -> tuple[str, str]:
        """Return the first and the last wave that statements are about."""
        if self._contrast:
            return self._contrast
        rows = [r for key, some in self._places.items() if key[0] == self.analysis and key[3] for r in some]
        placed = {r["wave"]: r["order"] for r in rows if not is_span(r["wave"])}
        waves = sorted(placed, key=placed.__getitem__) or self._waves
        return (waves[0], waves[-1]) if waves else ("", "")

    def wave(self, at: str) -> str:
        """Return the wave, or the way from one to another, that ``at`` means here."""
        first, last = self.contrast
        return {"first": first, "last": last}.get(at) or from_to(first, last)

    def one(self, pick: Pick, place: str) -> Found:
        """Return the row of a pick that is no list."""
        return next((Found(row) for row in self._rows(pick, place) if row["domain"] == pick.domain), Found(None))

    def several(self, pick: Pick, place: str) -> Iterator[Found]:
        """Yield the rows of a list, a code, an indicator or a method each, in the order of the results."""
        for row in self._rows(pick, place):
            code = _code(row, pick)
            name = code.rpartition("=")[2] if "=" in code else code.rpartition(".")[2]
            if code and name not in pick.without and (not pick.among or name in pick.among):
                yield Found(row, code)

    def _rows(self, pick: Pick, place: str) -> Iterator[dict[str, Any]]:
        level, _, code = (self.perimeter if pick.whole else place).partition("=")
        key = (pick.analysis or self.analysis, level, code, self.wave(pick.at), pick.measure)
        for row in self._places.get(key, []):
            indicated = not pick.indicator or row["indicator"] == pick.indicator
            of_method = pick.by == "method" or (row["method"] == pick.method and row["population"] == pick.population)
            if indicated and of_method:
                yield row

    def is_asked(self, pick: Pick) -> bool:
        """Return whether the question was put in the wave that a pick is about: something was counted somewhere."""
        wave, analysis = self.wave(pick.at), pick.analysis or self.analysis
        return any(
            k[0] == analysis
            and k[3] == wave
            and k[4] == pick.measure
            and any(not pick.indicator or r["indicator"] == pick.indicator for r in rows)
            for k, rows in self._places.items()
        )

    def elsewhere(self, pick: Pick) -> bool:
        """Return whether the question was put in another wave than the one that a pick is about."""
        analysis = pick.analysis or self.analysis
        return any(
            k[0] == analysis and k[4] == pick.measure and any(r["indicator"] == pick.indicator for r in rows)
            for k, rows in self._places.items()
        )


def _code(row: Row, pick: Pick) -> str:
    """Return the label key of what sets a row of a list apart; empty where it does not belong to the list."""
    if pick.by in ("indicator", "method"):
        told = f"{row['analysis']}.{row['indicator']}" if pick.by == "indicator" else f"method={row['method']}"
        return told if row["domain"] == pick.domain and (pick.by == "indicator" or row["method"]) else ""
    own = row["domain"].startswith(f"{pick.by}=") and "/" not in row["domain"]
    return str(row["domain"]) if own else ""
