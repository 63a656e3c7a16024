"""What the questions are answered from: clean tables, weighted designs and the territory, each loaded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import parquet

from pipeline import territory
from pipeline.errors import AnalyseError
from pipeline.evaluation import Evaluation, Place, Source
from pipeline.instrument import Instrument, Role
from pipeline.tables import read_coded
from pipeline.territory import vintages
from pipeline.weighting import WeightedSource, designs

#: Level of evaluations that name their areas themselves; they use no reference table.
AREA = "area"


@dataclass(frozen=True)
class Context:
    """An evaluation and the folders of the stages before this one."""

    evaluation: Evaluation
    ingest: Path
    weight: Path
    _weighted: dict[str, WeightedSource] = field(default_factory=dict, repr=False)
    #: What questions share and is slow to make, under a key of their own.
    shared: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)
    #: Monthly returns by what they were read with: several questions start from the same arrays.
    returns: dict[tuple[str, str, bool], Any] = field(default_factory=dict, repr=False)

    def survey(self, name: str | None) -> Source:
        """Return a survey source by name, the first of the evaluation by default.

        Raises
        ------
        AnalyseError
            When there is none, or none of that name.
        """
        surveys = self.evaluation.sources("survey")
        found = [s for s in surveys if name in (None, s.name)]
        if not found:
            raise AnalyseError(
                "there is no such survey",
                where=f"surveys/{self.evaluation.name}/evaluation.yaml, key sources",
                found=name or "no source of kind survey",
                allowed=[s.name for s in surveys] or "a source of kind survey",
            )
        return found[0]

    def kind(self, kind: str) -> Source | None:
        """Return the first source of a kind, or None."""
        return next((s for s in self.evaluation.settings.sources if s.kind == kind), None)

    def instrument(self, source: str) -> Instrument:
        """Return the instrument of a source."""
        return self.evaluation.instruments[source]

    def weighted(self, source: str) -> WeightedSource:
        """Return the weighted designs of a survey."""
        if source not in self._weighted:
            self._weighted[source] = designs(self.evaluation, self.weight, source)
        return self._weighted[source]

    def clean(self, source: str, columns: Iterable[str], coded: bool = False) -> pd.DataFrame:
        """Return those of the columns that the clean table of a source has, all waves one under the other.

        ``coded`` : texts as categories, for tables of many records.
        """
        folder = self.ingest / source
        files = sorted(p for p in folder.glob("*.parquet") if p.stem != "quarantine")
        if not files:
            raise AnalyseError("this source has no clean table", where=str(folder), action="run the ingest stage")
        if coded:
            return read_coded(files, columns)
        held = set(parquet.read_schema(files[0]).names)
        kept = [c for c in dict.fromkeys(columns) if c in held]
        return pd.concat([pd.read_parquet(p, columns=kept) for p in files], ignore_index=True)

    def by_role(
        self, source: str, roles: Sequence[Role], columns: Iterable[str] = (), coded: bool = False
    ) -> pd.DataFrame:
        """Return the clean questions with one of the roles, under the role's name, and the other ``columns``.

        ``coded`` : texts as categories.
        """
        if self.evaluation.source(source).signins:
            # monthly counts made from sign-ins carry the names of the roles themselves, whatever a sheet calls them
            return self.clean(source, [*columns, *map(str, roles)], coded)
        names = {q.name: str(q.role) for q in self.instrument(source).all_by_role(*roles)}
        own = {q.name for q in self.instrument(source).questions} | set(names.values())
        return self.clean(source, [*columns, *names, *(r for r in roles if r not in own)], coded).rename(columns=names)

    def table(self, stage: Path, name: str) -> pd.DataFrame:
        """Return an account that an earlier stage wrote."""
        path = stage / f"{name}.parquet"
        if not path.is_file():
            raise AnalyseError("an earlier stage left no such table", where=str(path), action="run the stages in order")
        return pd.read_parquet(path)

    @property
    def region(self) -> str:
        """Return the code that stands for the whole perimeter."""
        return self.evaluation.settings.territory.code

    @property
    def place(self) -> Place:
        """Return the perimeter, as the tables of places take it."""
        return self.evaluation.place

    @property
    def level(self) -> str:
        """Return the level of territory that the evaluation compares; also the column of clean tables."""
        return self.evaluation.settings.territory.level

    @cached_property
    def boundaries(self) -> str | None:
        """Return the vintage of the boundaries, ``pays=2023``; None for areas and where no pays are held."""
        vintage = self.evaluation.settings.territory.vintage
        if self.level == AREA or vintage is None:
            return None
        years = territory.boundaries(self.evaluation.root, self.place, vintage)
        return f"pays={years}" if years else None

    def nearest_year(self, year: int) -> str | None:
        """Return that the inhabitants of the whole are those of another year, None where they are not."""
        return vintages.nearest(territory.year_of_region(self.evaluation.root, self.place, year), year) or None

    def where(self, unit: str | None) -> dict[str, Any]:
        """Return what a result says of its place: that of a unit of the level compared, or of the region (None)."""
        if unit is None:
            return {"territory_level": "region", "territory": self.region, "boundaries": None}
        return {"territory_level": self.level, "territory": unit, "boundaries": self.boundaries}

    def population(self, year: int) -> tuple[pd.Series, str | None]:
        """Return inhabitants of the region (key ``region``) and of every unit in a year, and what they rest on.

        A year that is not held is that of the nearest year, and the second says so.
        """
        settings, root = self.evaluation.settings.territory, self.evaluation.root
        units = territory.population_by_unit(root, self.place, self.level, settings.vintage, year)
        inside = units.dropna(subset=["code"]).set_index("code")["population"]
        inside["region"] = float(territory.region_population(root, self.place, year))
        return inside, territory.population_vintage(units, year)
