"""Who is within reach of a space: inhabitants by distance at each date, white areas, next locations, take-up.

Distances and inhabitants are exhaustive; the number of users is a survey estimate over a four-week period. Visits per
inhabitant (attendance) count passages, not persons, and say nothing of how many people come. No relation between pays
is read as one between persons.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from pipeline import territory
from pipeline.questions import estimates
from pipeline.questions.context import AREA, Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.quantities import counted, inhabitants, modelled
from pipeline.questions.reach.coverage import Near, best_locations, by_sea, catchments, nearest
from pipeline.questions.register import open_at
from pipeline.results import Result
from pipeline.results.measure import COUNT, MEAN, SHARE, Measure, Relation
from pipeline.results.quantity import ANSWERED, VALUE, ratio
from pipeline.territory import vintages

Floats = NDArray[np.float64]

#: The kinds of numbers of this question.
MEASURES = (
    COUNT,
    SHARE,
    MEAN,
    Measure("median", "mean"),
    Measure("greatest", "count"),
    *(Measure(name, "km") for name in ("mean", "distance")),
    Measure("communes", "count"),
    Measure("gain", "count"),
    Measure("rate", "rate", "percent", relation=Relation("ratio", "count", "inhabitants")),
)


class Settings(Strict):
    """Settings of reach."""

    dates: list[dt.date] = Field(min_length=1)
    """Days at which the register is read."""
    distances: list[float] = Field(default=[5, 10, 20], min_length=1)
    """Distances in km, rising."""
    islands: tuple[tuple[str, ...], ...] = ()
    """Communes of each island, which are reached by sea."""
    locations: int = Field(default=3, ge=0, le=20)
    """How many next locations to look for."""
    location_km: float | None = Field(default=None, gt=0)
    """Within which distance; the shortest of `distances` by default."""
    take_up: bool = True
    """Whether a survey of users tells how many inhabitants came."""
    sites: str | None = None
    """Source of kind sites, where there are several."""
    source: str | None = None
    """Survey of users, where there are several."""


@dataclass(frozen=True)
class Places:
    """Communes of the region: the reference table, distances between them (C, C) in km, islands as positions."""

    communes: pd.DataFrame
    distance: Floats
    islands: list[NDArray[np.intp]]


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return inhabitants by distance, white areas, catchments, next locations, and users per inhabitant."""
    settings = entry.checked(Settings)
    if context.level == AREA:
        raise entry.error("reach needs official communes", found="territory.level: area", allowed="pays, epci...")
    registers = [s.name for s in context.evaluation.sources("sites") if settings.sites in (None, s.name)]
    if not registers:
        raise entry.no_source(context.evaluation, "sites", "sites", settings.sites)
    sites = context.by_role(registers[0], ("opened", "closed", "commune"), ("site_id",))
    places = _places(context, entry, settings)
    served_by = pd.Index(places.communes["code"]).get_indexer(sites["commune"].astype("object"))
    dates = sorted(settings.dates)
    made: list[Result] = []
    for date in dates:
        made += Census(context, entry, settings, registers[0], date).rows(places, sites, served_by, date == dates[-1])
    return [*made, *(_take_up(context, entry, settings) if settings.take_up else [])]


def _places(context: Context, entry: Entry, settings: Settings) -> Places:
    where = context.evaluation.settings.territory
    communes = territory.load_communes(context.evaluation.root, context.place, where.vintage)
    if len(communes) < 2:
        raise entry.error(
            "distances are between the centres of communes, and the perimeter is one: everybody would be at 0 km",
            found=communes["name"].tolist(), allowed="a perimeter of several communes",
            action="leave reach out of the plan; a commune and its arrondissements are one",
        )  # fmt: skip
    lost = communes.loc[communes[["lon", "lat"]].isna().any(axis=1), "code"]
    if len(lost):
        raise entry.error(
            "communes of the perimeter have no coordinates, so that nobody is near or far",
            found=lost.head(10).tolist(),
            action="leave reach out of the plan: the reference tables do not place these communes",
        )
    position = {code: i for i, code in enumerate(communes["code"])}
    unknown = sorted({c for island in settings.islands for c in island} - set(position))
    if unknown:
        raise entry.error("there is no such commune", "islands", found=unknown, allowed="codes of current communes")
    islands = [np.array([position[c] for c in island], dtype=np.intp) for island in settings.islands]
    return Places(communes, territory.distance_matrix_km(communes, communes), islands)


@dataclass(frozen=True)
class Census:
    """One date of the register, set against the population of its year."""

    context: Context
    entry: Entry
    settings: Settings
    source: str
    date: dt.date

    def rows(self, places: Places, sites: pd.DataFrame, served_by: NDArray[np.intp], last: bool) -> Iterator[Result]:
        """Yield the numbers of one date; communes one by one and next locations at the last date only."""
        is_open = open_at(sites, self.date).to_numpy() & (served_by >= 0)
        served = np.zeros(len(places.communes), dtype=bool)
        served[served_by[is_open]] = True
        people = self._people(places)
        near = nearest(places.distance, served)
        crossing = by_sea(near, places.islands, len(served))
        caught = catchments(near, people)
        units = places.communes.get(self.context.level, pd.Series(dtype="str"))
        inside: dict[str | None, NDArray[np.bool_]] = {None: np.ones(len(served), dtype=bool)}
        for unit in sorted(units.dropna().astype(str).unique()):
            inside[unit] = (units == unit).to_numpy(dtype=bool, na_value=False)
        for unit, here in inside.items():
            yield from self._area(unit, here, near, people, crossing, caught, served)
        if last:
            yield from self._communes(places, near, people)
            yield from self._locations(places, served, people)

    def _people(self, places: Places) -> Floats:
        root, region = self.context.evaluation.root, self.context.place
        table = territory.population_by_unit(root, region, "commune", None, self.date.year).set_index("code")
        return table["population"].reindex(places.communes["code"]).to_numpy(np.float64)

    @cached_property
    def vintage(self) -> str | None:
        """Return what the populations of the date are."""
        root, place = self.context.evaluation.root, self.context.place
        year = self.date.year
        return territory.population_vintage(territory.population_by_unit(root, place, "commune", None, year), year)

    def _area(
        self,
        unit: str | None,
        here: NDArray[np.bool_],
        near: Near,
        people: Floats,
        crossing: NDArray[np.bool_],
        caught: Floats,
        served: NDArray[np.bool_],
    ) -> Iterator[Result]:
        total = float(people[here].sum())
        for km in self.settings.distances:
            name = f"{km:g}"
            reached = float(people[here & (near.km < km)].sum())
            yield self._row(unit, f"within_{name}", "count", "count", reached)
            yield self._row(unit, f"within_{name}", "share", "share", reached / total if total else np.nan)
            beyond = here & ~(near.km < km)
            yield self._row(unit, f"beyond_{name}", "count", "count", total - reached)
            yield self._row(unit, f"beyond_{name}", "communes", "count", float(beyond.sum()))
        yield self._row(unit, "by_sea", "count", "count", float(people[here & crossing].sum()))
        own = caught[here & served]
        if len(own):
            yield self._row(unit, "catchment", "mean", "mean", float(own.mean()))
            yield self._row(unit, "catchment", "median", "mean", float(np.median(own)))
            yield self._row(unit, "catchment", "greatest", "count", float(own.max()))
        if total and np.isfinite(near.km[here]).all():
            yield self._row(unit, "nearest", "mean", "km", float(near.km[here] @ people[here] / total))

    def _communes(self, places: Places, near: Near, people: Floats) -> Iterator[Result]:
        """Yield the distance of every commune, and the inhabitants of those beyond the second distance."""
        far = sorted(self.settings.distances)[min(1, len(self.settings.distances) - 1)]
        for code, km, count in zip(places.communes["code"], near.km, people, strict=True):
            if np.isfinite(km):
                yield self._row(None, "nearest", "distance", "km", float(km), {"commune": code})
            if not km < far:
                yield self._row(None, f"beyond_{far:g}", "count", "count", float(count), {"commune": code})

    def _locations(self, places: Places, served: NDArray[np.bool_], people: Floats) -> Iterator[Result]:
        km = self.settings.location_km or min(self.settings.distances)
        steps = best_locations(places.distance, served, people, km, self.settings.locations)
        for rank, step in enumerate(steps, 1):
            domain = {"commune": str(places.communes["code"].iloc[step.at]), "step": rank}
            yield self._row(None, f"next_within_{km:g}", "gain", "count", step.gain, domain)

    def _row(
        self,
        unit: str | None,
        indicator: str,
        measure: str,
        number: str,
        value: float,
        domain: dict[str, object] | None = None,
    ) -> Result:
        row = Result(
            analysis=self.entry.name,
            indicator=indicator,
            measure=measure,
            population="inhabitants",
            territory_level="region" if unit is None else self.context.level,
            territory=self.context.region if unit is None else unit,
            unit=number,
            inference="census",
            estimate=value,
            period=self.date.isoformat(),
            domain=domain,
            boundaries=self.vintage if unit is None else vintages.together(self.context.boundaries, self.vintage),
            confirmatory=self.entry.confirmatory,
            source=self.source,
        )
        if indicator == "by_sea" or indicator.startswith("next_"):
            # islands and places to look for are settings of the entry
            return modelled(self.entry, row)
        cell = {name: [code] for name, code in (domain or {}).items()}
        return replace(row, quantity=counted(row, measure, {indicator: VALUE}, cell))


def _take_up(context: Context, entry: Entry, settings: Settings) -> Iterator[Result]:
    """Yield the users of the field period over the inhabitants of the survey's ages: persons, not visits."""
    # who was asked without a sampling design does not tell how many inhabitants came
    surveys = [s for s in context.evaluation.sources("survey") if s.sampled == "visit" and not s.unweighted]
    if not surveys:
        return
    source = context.survey(settings.source or surveys[0].name)
    subject = estimates.subjects(context, source)["users"]
    limits = context.evaluation.settings.age_bands
    labels = territory.age_bands(limits)
    where, root = context.evaluation.settings.territory, context.evaluation.root
    if not territory.years_held(root, context.place, ages=True):
        # no ages of inhabitants are held there, so that no survey of some ages has a denominator
        return
    for wave in context.evaluation.settings.waves:
        if wave.name not in subject.waves:
            continue
        year = wave.year
        table = territory.population_by_unit(root, context.place, context.level, where.vintage, year, limits)
        region = table.groupby("age_band")["population"].sum()
        units = table.dropna(subset=["code"]).groupby("code")["population"].sum()
        people = {("", context.region): float(region.sum()), **{("", str(u)): float(p) for u, p in units.items()}}
        people |= {(f"age_band={band}", context.region): float(region[band]) for band in labels}
        counted = _counted(entry, subject)
        for row in (r for r in counted if r.wave == wave.name):
            domain = f"age_band={row.domain['age_band']}" if row.domain else ""
            size = people.get((domain, row.territory))
            if size:
                yield _rate(entry, context, row, size, year, territory.population_vintage(table, year))


def _counted(entry: Entry, subject: estimates.Subject) -> list[Result]:
    made = [*estimates.totals(entry, subject, "take_up"), *estimates.totals(entry, subject, "take_up", [subject.level])]
    if "age_band" in subject.frame:
        made += estimates.totals(entry, subject, "take_up", ["age_band"])
    return made


def _rate(entry: Entry, context: Context, row: Result, size: float, year: int, vintage: str | None) -> Result:
    """Return users over inhabitants; the population is known, so the errors of the number of users carry over."""
    assert row.quantity is not None
    bands = [row.domain["age_band"]] if row.domain else ANSWERED
    return replace(
        row,
        analysis=entry.name,
        indicator="take_up",
        measure="rate",
        unit="rate",
        population="inhabitants",
        estimate=row.estimate / size,
        se=row.se / size,
        lower=row.lower / size,
        upper=row.upper / size,
        boundaries=vintages.together(context.boundaries, vintage)
        if row.territory_level != "region"
        else context.nearest_year(year),
        quantity=ratio(row.quantity, inhabitants(row, {"age_band": bands}, year)),
    )
