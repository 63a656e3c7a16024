"""Settings of what is counted from records: times, categories, amounts and rates of use."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, field_validator, model_validator

from pipeline.instrument import RecordNoun, Text
from pipeline.questions.entry import Strict

Length = Literal["year", "quarter", "month"]


class Rate(Strict):
    """What was used of what was offered: both are sums over the records where both are known."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Name in result_ids."""
    used: str
    """Question of what was used."""
    offered: str
    """Question of what was offered."""
    times: float | Literal["days", "weekdays"] = 1
    """What is offered times this: a number of days a month, or every day (days) or working day, Monday to Friday
    (weekdays), of the month or year of the record.
    """
    label: Text | None = None
    """What it is called."""

    @field_validator("times")
    @classmethod
    def _counts(cls, value: float | str) -> float | str:
        if isinstance(value, int | float) and not value > 0:
            raise ValueError("`times` is a number above 0, `days` or `weekdays`")
        return value


class Settings(Strict):
    """Settings of records."""

    source: str | None = None
    """Source of kind records, where there are several."""
    once: str | None = None
    """Question that rows share where they tell one record together (the number of an activity that has a row a person):
    they count once. What is counted, summed or cut must be the same in all of them.
    """
    record: dict[str, RecordNoun] = Field(default={})
    """What one is called here, by language, where it is not what the instrument calls a row."""
    time: Literal["year", "quarter", "month", "wave"] | None = None
    """Periods that are told: years where records are dated, else waves."""
    detail: Literal["quarter", "month"] | None = None
    """Shorter periods in which records are counted too."""
    by: tuple[str, ...] | None = None
    """Questions that cut them; those with role category, theme or status by default."""
    quantities: tuple[str, ...] | None = None
    """What is summed and averaged; those with role quantity or amount by default."""
    averages: tuple[str, ...] = ()
    """Those that are averaged alone, for their sum means nothing (a delay, an age, a mark)."""
    rates: tuple[Rate, ...] | None = None
    """What was used of what was offered; that of the roles used and offered by default."""
    contrast: tuple[str, str] | None = None
    """Two periods or waves whose change is told; the first and the last by default."""
    covered: tuple[dt.date, dt.date] | None = None
    """First and last day of which the file holds the records; those of its records by default."""

    @field_validator("contrast", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if isinstance(value, list | tuple):
            return [str(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in value]
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Settings:
        if self.covered and self.covered[0] > self.covered[1]:
            raise ValueError("`covered` ends before it starts")
        if self.detail and self.time in ("wave", "month", self.detail):
            raise ValueError(f"`detail: {self.detail}` is shorter than `time`, which is {self.time}")
        names = [rate.name for rate in self.rates or ()]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"`rates` names '{twice[0]}' twice")
        return self
