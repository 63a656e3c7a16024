"""Reading a framework: each indicator with its objective, unit, baseline, target, due year and yearly values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.instrument import Instrument, Question, Role
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.framework.settings import Settings

_YEAR = re.compile(r"(\d{4})$")
_NEEDED: tuple[Role, ...] = ("indicator", "target")
#: What the unit of an indicator is called where its numbers are percentages or money.
_PERCENT, _EUROS = re.compile(r"%|per ?cent|pourcent", re.IGNORECASE), re.compile(r"€|\beuros?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Goal:
    """One indicator of a framework.

    unit : as in the results table; shares are between 0 and 1.   baseline, target : NaN where not said.
    due : year, None where not said.   values : year -> what was entered, NaN where nothing was.
    """

    code: str
    unit: str
    baseline: float
    target: float
    due: int | None
    values: dict[str, float]
    about: dict[str, object] = field(default_factory=dict)


def read_goals(context: Context, entry: Entry, settings: Settings) -> tuple[str, list[Goal]]:
    """Return the source and the indicators of the first framework, or of the one named.

    Raises
    ------
    AnalyseError
        When there is none, its instrument lacks a question, or an indicator stands there twice.
    """
    sources = [s.name for s in context.evaluation.sources("framework")]
    found = [name for name in sources if settings.source in (None, name)]
    if not found:
        raise entry.no_source(context.evaluation, "framework", "source", settings.source)
    instrument = context.instrument(found[0])
    if lacking := [role for role in _NEEDED if instrument.by_role(role) is None]:
        raise entry.no_roles(context.evaluation, found[0], lacking)
    years = _years(entry, instrument, settings)
    table = context.clean(found[0], [c for q in instrument.questions for c in q.clean_columns()])
    named = instrument.by_role("indicator")
    assert named is not None
    if not named.codes:
        raise entry.error("indicators need declared codes, with their labels", found=f"{named.name}, without codes")
    codes = table[named.name].astype("str")
    if twice := sorted(codes[codes.duplicated()].dropna().unique()):
        raise entry.error("an indicator stands twice in the framework", found=twice)
    if not len(table):
        raise entry.error("the framework holds no indicator", found=found[0])
    return found[0], [_goal(instrument, named, row, years) for _, row in table.iterrows()]


def _years(entry: Entry, instrument: Instrument, settings: Settings) -> dict[str, str]:
    """Return year -> question, in order."""
    if settings.values is not None:
        if lost := [name for name in settings.values.values() if instrument.question(name) is None]:
            known = [q.name for q in instrument.questions]
            raise entry.error("the framework has no such question", "values", found=lost, allowed=known)
        return dict(sorted(settings.values.items()))
    made = {}
    for question in instrument.all_by_role("reached"):
        year = _YEAR.search(question.name)
        if year is None:
            raise entry.error(
                "of which year a value is cannot be read", found=question.name,
                action="name the years under `values:`, as in values: {2006: " + question.name + "}",
            )  # fmt: skip
        made[year[1]] = question.name
    if not made:
        raise entry.error("the framework has no yearly values", allowed="questions with role reached")
    return dict(sorted(made.items()))


def _goal(instrument: Instrument, named: Question, row: pd.Series, years: dict[str, str]) -> Goal:
    unit = _unit(instrument, row, [row[name] for name in years.values()])
    scale = 100.0 if unit == "share" else 1.0

    def number(role: Role) -> float:
        asked = instrument.by_role(role)
        return np.nan if asked is None else _float(row[asked.name]) / scale

    due = instrument.by_role("due")
    year = np.nan if due is None else _float(str(row[due.name])[:4])
    values = {year: _float(row[name]) / scale for year, name in years.items()}
    about = dict(_about(instrument, row))
    code = str(row[named.name])
    return Goal(code, unit, number("baseline"), number("target"), None if np.isnan(year) else int(year), values, about)


def _about(instrument: Instrument, row: pd.Series) -> Iterator[tuple[str, object]]:
    """Yield the objective of an indicator and who is responsible for it, by their codes."""
    for role in ("objective", "responsible"):
        asked = instrument.by_role(role)
        if asked is not None and asked.codes and pd.notna(row[asked.name]):
            yield role, row[asked.name]


def _unit(instrument: Instrument, row: pd.Series, values: list[object]) -> str:
    """Return share for percentages, euro for money, count for whole numbers, mean for others."""
    asked = instrument.by_role("measured_in")
    code = "" if asked is None or pd.isna(row[asked.name]) else row[asked.name]
    label = asked.codes.get(code) if asked is not None else None
    said = f"{code} {label.fr if label else ''}"
    if _PERCENT.search(said):
        return "share"
    if _EUROS.search(said):
        return "euro"
    ends = [row[q.name] for q in instrument.all_by_role("baseline", "target")]
    numbers = [x for x in map(_float, [*values, *ends]) if np.isfinite(x)]
    return "count" if all(float(x).is_integer() for x in numbers) else "mean"


def _float(value: object) -> float:
    made = pd.to_numeric(pd.Series([value]), errors="coerce").iloc[0]
    return float(made) if pd.notna(made) else np.nan
