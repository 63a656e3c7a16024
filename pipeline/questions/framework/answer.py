"""A framework of indicators: how far each is from its target, where it is heading, and its state in one word.

Values are those that the programme entered, or those of a result where the plan names one: then the number, whom it is
about and what protects it are that result's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.framework.reading import Goal, read_goals
from pipeline.questions.framework.settings import Settings as Settings
from pipeline.questions.quantities import diagnostic
from pipeline.results import Result
from pipeline.results.measure import COUNT, Measure, Relation
from pipeline.results.quantity import statistic
from pipeline.results.time import from_to

_UNITS = ("share", "euro", "count", "mean")
#: Unit of the difference of two numbers of a unit.
_APART = {"share": "point", "euro": "euro", "count": "count", "mean": "mean"}
#: Unit of what is made of a result: its measure follows the quality of that result.
_OF_RESULTS = {"progress": "rate", "state": "ratio"}
#: The kinds of numbers of this question.
MEASURES = (
    COUNT,
    *(Measure(name, unit) for name in ("value", "entered", "baseline", "target") for unit in _UNITS),
    *(Measure(name, unit, "signed") for name in ("distance", "trend") for unit in ("point", "euro", "count", "mean")),
    Measure("progress", "ratio", "percent"),
    Measure("state", "score"),
    # of a value that a result gives, they are as good as that result
    Measure("progress", "rate", "percent", relation=Relation("mark", "value")),
    Measure("state", "ratio", relation=Relation("mark", "value")),
    Measure("described", "score"),
)
#: Domain of a row: the indicator of the framework.
GOAL = "goal"


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return baseline, target, yearly values, distance, trend, progress and state of every indicator."""
    settings = entry.checked(Settings)
    source, goals = read_goals(context, entry, settings)
    known = {goal.code for goal in goals}
    if lost := sorted(set(settings.computed) - known):
        raise entry.error("the framework has no such indicator", "computed", found=lost, allowed=sorted(known))
    made: list[Result] = []
    for goal in goals:
        given = {
            year: _computed(context, entry, goal, year, key)
            for year, key in settings.computed.get(goal.code, {}).items()
        }
        made += _Told(context, entry, source, goal, given).rows()
    last = max(year for goal in goals for year in goal.values)
    many = Result(
        analysis=entry.name, indicator="indicators", measure="count", population="indicators", **context.where(None),
        unit="count", inference="census", estimate=float(len(goals)), period=last, source=source,
    )  # fmt: skip
    return [diagnostic(many), *made]


def _computed(context: Context, entry: Entry, goal: Goal, year: str, key: str) -> Result:
    """Return the result that gives a value.

    Raises
    ------
    AnalyseError
        When there is none or it is of another unit than the indicator.
    """
    keys = ("computed", goal.code, year)
    rows: Mapping[str, Result] = context.shared.get(("results",), {})
    row = rows.get(key) or rows.get(_complete(key, context.region))
    if row is None:
        raise entry.error(
            "there is no such result of the region", *keys, found=key, action="take its result_id from data/results.csv"
        )
    if year not in goal.values:
        raise entry.error("the framework has no such year", *keys, found=year, allowed=list(goal.values))
    same = {"rate": "share"}.get(row.unit, row.unit) == goal.unit or {row.unit, goal.unit} <= {"count", "mean"}
    if not same or (row.inference in ("sample", "nonprobability") and goal.unit != "share"):
        raise entry.error(
            "a result cannot give the value of this indicator", *keys, found=f"{key}, in unit {row.unit}",
            allowed="a share, or an exhaustive count or amount, in the unit of the indicator",
            action="correct the unit of the indicator, name another result, or enter the value in the file",
        )  # fmt: skip
    return row


def _complete(key: str, region: str) -> str:
    parts = key.split("/")
    return "/".join([*parts[:3], f"region={region}", *parts[3:]])


class _Told:
    """The rows of one indicator."""

    def __init__(self, context: Context, entry: Entry, source: str, goal: Goal, given: Mapping[str, Result]) -> None:
        self.context, self.entry, self.source, self.goal, self.given = context, entry, source, goal, given
        self.years = list(goal.values)
        self.last = self.years[-1]

    def rows(self) -> Iterator[Result]:
        """Yield everything that is told of the indicator."""
        goal = self.goal
        due = {"due": goal.due} if goal.due is not None else {}
        yield self._entered("described", "described", "score", 1.0, self.last, about={**goal.about, **due})
        yield self._entered("baseline", "baseline", goal.unit, goal.baseline, self.last)
        yield self._entered("target", "target", goal.unit, goal.target, self.last)
        for year, value in goal.values.items():
            yield self._value(year)
            if year in self.given and np.isfinite(value):
                yield self._entered("entered", "entered", goal.unit, value, year)
        scale = 100 if goal.unit == "share" else 1
        apart = scale * (self._number(self.last) - goal.target)
        yield self._made("distance", "distance", _APART[goal.unit], apart, self.last, self.last)
        if len(self.years) > 1:
            before = self.years[-2]
            moved = scale * (self._number(self.last) - self._number(before))
            yield self._made("trend", "trend", _APART[goal.unit], moved, from_to(before, self.last), before, self.last)
        if goal.target != goal.baseline:
            yield self._made("progress", "progress", "ratio", self._progress(self.last), self.last, self.last)
        yield self._made(self.state(), "state", "score", 1.0, self.last, *self.years[-2:])

    def state(self) -> str:
        """Return the state of the indicator in its last year, by the numbers alone."""
        goal, value = self.goal, self._number(self.last)
        if not (np.isfinite(value) and np.isfinite(goal.target)):
            return "unknown"
        rising = goal.baseline <= goal.target if np.isfinite(goal.baseline) else True
        if value >= goal.target if rising else value <= goal.target:
            return "met"
        if goal.due is not None and goal.due <= int(self.last):
            return "missed"
        before = self._number(self.years[-2]) if len(self.years) > 1 else np.nan
        if not np.isfinite(before):
            return "under_way"
        step = abs(before - goal.target) - abs(value - goal.target)
        # what moves less than the dust of binary fractions has not moved
        return "steady" if abs(step) < 1e-12 else "nearer" if step > 0 else "farther"

    def _number(self, year: str) -> float:
        row = self.given.get(year)
        return self.goal.values[year] if row is None else row.estimate

    def _progress(self, year: str) -> float:
        return (self._number(year) - self.goal.baseline) / (self.goal.target - self.goal.baseline)

    def _value(self, year: str) -> Result:
        row = self.given.get(year)
        if row is None:
            return self._entered("reached", "value", self.goal.unit, self.goal.values[year], year)
        return replace(
            row, analysis=self.entry.name, indicator="reached", measure="value", unit=self.goal.unit, wave=None,
            period=year, method=None, domain={GOAL: self.goal.code}, confirmatory=self.entry.confirmatory,
            p_value=np.nan, p_adjusted=np.nan, base="all",
        )  # fmt: skip

    def _made(self, indicator: str, measure: str, unit: str, value: float, period: str, *years: str) -> Result:
        """Return a number that the values of some years make: as public as they are."""
        row = self._entered(indicator, measure, unit, value, period)
        of = [self.given[y] for y in years if y in self.given]
        quantities = [r.quantity for r in of if r.quantity is not None]
        if not quantities:
            return row
        told = {"inference": of[-1].inference, "source": of[-1].source} if unit == "point" else {}
        told |= {"unit": _OF_RESULTS[measure]} if measure in _OF_RESULTS else {}
        made: dict[str, Any] = {**told, "quantity": statistic(f"{measure}_to_target", *quantities)}
        return replace(row, **made)

    def _entered(
        self, indicator: str, measure: str, unit: str, value: float, period: str,
        about: Mapping[str, object] | None = None,
    ) -> Result:  # fmt: skip
        return diagnostic(
            Result(
                analysis=self.entry.name,
                indicator=indicator,
                measure=measure,
                population="indicators",
                **self.context.where(None),
                unit=unit,
                inference="census",
                estimate=value,
                period=period,
                domain={GOAL: self.goal.code, **(about or {})},
                confirmatory=self.entry.confirmatory,
                source=self.source,
            )
        )
