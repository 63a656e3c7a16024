"""What an evaluation covers: its perimeter, the units it compares, and the tables it brings about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, model_validator

from pipeline.evaluation.declared import Level, Strict
from pipeline.instrument import ORIGINAL, Text

#: Levels whose units come from a table of the evaluation.
OWN_LEVELS = ("own", "canton")
#: Stands for the whole in results where it is not one unit with a code of its own.
SEVERAL = "perimeter"


class Covered(Strict):
    """A set of regions, departments, intercommunalities, pays and communes; what it names is added up."""

    region: str | None = Field(default=None, description="INSEE code of a region.")
    departments: list[str] = Field(default=[], description="Codes of departments.")
    epci: list[str] = Field(default=[], description="SIREN codes of intercommunalities.")
    communes: list[str] = Field(default=[], description="INSEE codes of communes, of today or merged since.")
    pays: list[str] = Field(default=[], description="Codes of pays, in regions that have tables of them.")

    @model_validator(mode="after")
    def _something(self) -> Covered:
        if not self.codes():
            raise ValueError("a perimeter names a region, departments, epci, communes or pays")
        return self

    def codes(self) -> list[str]:
        """Return every code that the perimeter names."""
        return [*([self.region] if self.region else []), *self.departments, *self.epci, *self.communes, *self.pays]


class Territory(Strict):
    """The perimeter of the evaluation, the level that reports compare, and the vintage of its boundaries."""

    region: str | None = Field(default=None, description="A whole region, in place of perimeter.")
    perimeter: Covered | None = Field(default=None, description="What is covered, anywhere in France.")
    name: Text | None = Field(
        default=None, description="What sentences call the whole, with its article: le pays de Vannes."
    )
    level: Level = Field(default="pays", description="The units that reports compare.")
    vintage: int | None = Field(default=None, description="Year of the boundaries of pays.")
    units: str | None = Field(default=None, description="Table from communes to own units: commune, unit, name.")
    population: str | None = Field(
        default=None, description="Table of inhabitants: year, commune or unit, age_band, population, source."
    )

    @model_validator(mode="after")
    def _coherent(self) -> Territory:
        if self.region is not None and self.perimeter is not None:
            raise ValueError("give either region or perimeter, not both")
        if self.level != "area" and self.region is None and self.perimeter is None:
            raise ValueError("name what is covered: perimeter: {region: ...}, {departments: [...]}, {epci: [...]}, ...")
        if self.level in OWN_LEVELS and self.units is None:
            raise ValueError(f"level {self.level} needs units: a table with columns commune, unit, name")
        if self.units is not None and self.level not in OWN_LEVELS:
            raise ValueError(f"units go with level {' or '.join(OWN_LEVELS)}, not with level {self.level}")
        covered = self.perimeter
        if (self.level == "pays" or (covered and covered.pays)) and self.vintage is None:
            raise ValueError("pays change, so give the vintage of their boundaries, for example vintage: 2023")
        if covered and len(covered.codes()) > 1 and self.name is None:
            raise ValueError(
                "a perimeter of several units needs a name for sentences, with its article:"
                ' name: {fr: "le pays de Vannes", en: "the Vannes area"}'
            )
        return self

    @property
    def code(self) -> str:
        """Return the code that stands for the whole in results."""
        if self.region is not None:
            return self.region
        codes = self.perimeter.codes() if self.perimeter else []
        return codes[0] if len(codes) == 1 else SEVERAL


@dataclass(frozen=True)
class Place:
    """A perimeter as the tables of places take it (`pipeline.territory.Perimeter`)."""

    code: str
    regions: tuple[str, ...]
    departments: tuple[str, ...]
    epci: tuple[str, ...]
    pays: tuple[str, ...]
    communes: tuple[str, ...]
    vintage: int | None
    names: Mapping[str, str]
    units_file: Path | None
    population_file: Path | None


def place_of(territory: Territory, folder: Path) -> Place:
    """Return the perimeter of an evaluation whose tables lie in ``folder``."""
    covered = territory.perimeter or Covered(region=territory.code)
    name = territory.name
    return Place(
        territory.code,
        (covered.region,) if covered.region else (),
        tuple(covered.departments),
        tuple(covered.epci),
        tuple(covered.pays),
        tuple(covered.communes),
        territory.vintage,
        {} if name is None else {ORIGINAL: name.fr, "en": name.in_language("en")},
        None if territory.units is None else folder / territory.units,
        None if territory.population is None else folder / territory.population,
    )
