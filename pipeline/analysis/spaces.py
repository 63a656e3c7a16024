"""The spaces and their means: a census of the register at given dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.analysis.context import Context
from pipeline.analysis.entry import Entry, Strict
from pipeline.analysis.returns import by_role
from pipeline.instrument import Role
from pipeline.results import Result


class Settings(Strict):
    """Settings of the census of spaces.

    ``dates``: dates of the census, in order; ``equipment_years``: age from which equipment is old, in years;
    ``yearly``: questions of the register known by year (``broadband`` stands for broadband_2003, broadband_2006...).
    """

    dates: list[dt.date] = Field(min_length=1)
    equipment_years: int = Field(default=5, ge=1)
    yearly: tuple[str, ...] = ("broadband", "facilitator")
    register: str | None = None


#: Questions about the facilitator, an identifiable employee where a space has one: told for the region only.
_REGION_ONLY = ("facilitator",)
_ROLES: tuple[Role, ...] = ("opened", "closed", "label", "label_date", "posts", "hours", "equipment_year", "site_type")


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return how many spaces are open, opened, closed and labelled, and their means, at each date."""
    settings = entry.checked(Settings)
    registers = [
        s.name for s in context.evaluation.settings.sources if s.kind == "sites" and settings.register in (None, s.name)
    ]
    if not registers:
        raise entry.error("the census of spaces needs a source of kind sites", "register", found=settings.register)
    sites = by_role(context.clean(registers[0]), context.instrument(registers[0]), _ROLES)
    dates = sorted(settings.dates)
    made: list[Result] = []
    for previous, date in zip([None, *dates], dates, strict=False):
        latest = date == dates[-1]
        for place, part in _places(context, sites):
            shared = {**place, "analysis": entry.name, "population": "spaces", "inference": "census"}
            shared |= {"period": date.isoformat(), "confirmatory": entry.confirmatory, "source": registers[0]}
            numbers = [*_stock(part, previous, date), *_means(part, date, latest, settings)]
            numbers += list(_categories(part, date, settings, place["territory_level"] == "region"))
            made += [Result(**{**shared, **number}) for number in numbers]  # type: ignore[arg-type]
    return made


def _places(context: Context, sites: pd.DataFrame) -> Iterator[tuple[dict[str, object], pd.DataFrame]]:
    yield {"territory_level": "region", "territory": context.region}, sites
    if context.level not in sites:
        return
    for code, part in sites.dropna(subset=[context.level]).groupby(context.level, sort=True):
        yield {"territory_level": context.level, "territory": str(code), "boundaries": context.boundaries}, part


def open_at(sites: pd.DataFrame, date: dt.date) -> pd.Series:
    """Return whether each space is open at the end of a day (closed on a day: no longer open that evening)."""
    day = pd.Timestamp(date)
    opened, closed = pd.to_datetime(sites["opened"]), pd.to_datetime(sites["closed"])
    return (opened.isna() | (opened <= day)) & (closed.isna() | (closed > day))


def _between(dates: pd.Series, previous: dt.date | None, date: dt.date) -> int:
    """Count dates up to ``date``, after ``previous`` when there is one."""
    when = pd.to_datetime(dates)
    inside = when <= pd.Timestamp(date)
    return int((inside & (when > pd.Timestamp(previous))).sum() if previous is not None else inside.sum())


def _count(indicator: str, value: float, n: int) -> dict[str, object]:
    facts = {"indicator": indicator, "measure": "count", "unit": "count", "estimate": float(value)}
    return {**facts, "n": n, "contributors": n}


def _stock(sites: pd.DataFrame, previous: dt.date | None, date: dt.date) -> list[dict[str, object]]:
    """Spaces open at the date, labelled among them; opened, closed since the previous date (ever, for the first)."""
    is_open = open_at(sites, date)
    n = int(is_open.sum())
    rows = [
        _count("open", n, n),
        _count("opened", _between(sites["opened"], previous, date), n),
        _count("closed", _between(sites["closed"], previous, date), n),
    ]
    if "label_date" in sites:
        labelled = is_open & (pd.to_datetime(sites["label_date"]) <= pd.Timestamp(date))
        rows.append(_count("labelled", int(labelled.sum()), n))
    return rows


def _means(sites: pd.DataFrame, date: dt.date, latest: bool, settings: Settings) -> list[dict[str, object]]:
    """Equipment and hours of open spaces; the register knows posts and hours as they are at the last date only."""
    part = sites[open_at(sites, date)]
    rows: list[dict[str, object]] = []

    def add(indicator: str, measure: str, unit: str, values: pd.Series, summed: bool = False) -> None:
        known = pd.to_numeric(values).dropna().to_numpy(np.float64)
        value = np.nan if not len(known) else known.sum() if summed else known.mean()
        coverage = len(known) / len(part) if len(part) else np.nan
        rows.append(
            {
                "indicator": indicator,
                "measure": measure,
                "unit": unit,
                "estimate": float(value),
                "n": len(known),
                "contributors": len(known),
                "coverage": coverage,
            }
        )

    if latest:
        if "posts" in part:
            add("posts", "count", "count", part["posts"], summed=True)
            add("posts", "mean", "mean", part["posts"])
        if "hours" in part:
            add("hours", "mean", "mean", part["hours"])
    column = "equipment_year" if latest else f"equipment_year_{date.year}"
    if column in part:
        bought = pd.to_numeric(part[column])
        old = (bought <= date.year - settings.equipment_years).astype("float64").where(bought.notna())
        add(f"equipment_over_{settings.equipment_years}", "share", "share", old)
    return rows


def _categories(sites: pd.DataFrame, date: dt.date, settings: Settings, region: bool) -> Iterator[dict[str, object]]:
    """Shares of open spaces by type, and by questions that the register knows for the year of the date."""
    part = sites[open_at(sites, date)]
    columns = {"site_type": "site_type"} | {name: f"{name}_{date.year}" for name in settings.yearly}
    for name, column in columns.items():
        if column not in part or (name in _REGION_ONLY and not region):
            continue
        known = part[column].dropna().astype(str)
        for code in sorted(sites[column].dropna().astype(str).unique()):
            yield {
                "indicator": name,
                "measure": "share",
                "unit": "share",
                "domain": {name: code},
                "estimate": float((known == code).mean()) if len(known) else np.nan,
                "n": len(known),
                "contributors": len(known),
                "coverage": len(known) / len(part) if len(part) else np.nan,
            }
