"""Finding the rows that a statement rests on, among those of one entry of the plan and of one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.results import from_to
from pipeline.results.statement import Pick
from pipeline.results.time import in_order

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """A row of results, or that there is none.

    row : None where no result answers.   code : `age_band=15-24` of a list by a column, `demand.email` of one by
    indicator, empty for the whole population.
    """

    row: Row | None
    code: str = ""


class Selection:
    """The publishable rows that an entry of the plan may state, by place.

    Parameters
    ----------
    table : publishable results (contract 4).
    analysis : first part of the result_ids of the entry, or of the entry that it looks at.
    contrast : the two waves that the entry compares; first and last of its results where None.
    perimeter : place of the whole, ``region=53``.
    """

    def __init__(self, table: pd.DataFrame, analysis: str, contrast: tuple[str, str] | None, perimeter: str) -> None:
        self._table, self.analysis, self.perimeter = table, analysis, perimeter
        self._contrast = contrast

    @cached_property
    def contrast(self) -> tuple[str, str]:
        """Return the first and the last wave that statements are about."""
        if self._contrast:
            return self._contrast
        rows = self._table[(self._table["analysis"] == self.analysis) & (self._table["wave"] != "")]
        waves = in_order(rows.assign(time=rows["wave"]), spans=False)
        return (waves[0], waves[-1]) if waves else ("", "")

    def wave(self, at: str) -> str:
        """Return the wave, or the way from one to another, that ``at`` means here."""
        first, last = self.contrast
        return {"first": first, "last": last}.get(at) or from_to(first, last)

    @cached_property
    def _places(self) -> dict[tuple[str, ...], list[dict[str, Any]]]:
        """Return the rows by analysis, place, wave, measure and method."""
        keys = ["analysis", "territory_level", "territory", "wave", "measure", "method", "population"]
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        columns = self._table.to_dict("records")
        for row in columns:
            groups.setdefault(tuple(str(row[k]) for k in keys), []).append({str(k): v for k, v in row.items()})
        return groups

    def one(self, pick: Pick, place: str) -> Found:
        """Return the row of a pick that is no list."""
        return next((Found(row) for row in self._rows(pick, place) if row["domain"] == ""), Found(None))

    def several(self, pick: Pick, place: str) -> Iterator[Found]:
        """Yield the rows of a list, a code or an indicator each, in the order of the results."""
        for row in self._rows(pick, place):
            if pick.by == "indicator" and row["domain"] == "" and row["indicator"] not in pick.without:
                yield Found(row, f"{row['analysis']}.{row['indicator']}")
            elif pick.by and row["domain"].startswith(f"{pick.by}=") and "/" not in row["domain"]:
                yield Found(row, row["domain"])

    def _rows(self, pick: Pick, place: str) -> Iterator[dict[str, Any]]:
        level, _, code = (self.perimeter if pick.whole else place).partition("=")
        analysis = pick.analysis or self.analysis
        key = (analysis, level, code, self.wave(pick.at), pick.measure, pick.method, pick.population)
        wanted = self._places.get(key, [])
        yield from (row for row in wanted if not pick.indicator or row["indicator"] == pick.indicator)

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
