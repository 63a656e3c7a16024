"""Workshops: what was offered and followed, and how many come back, the satisfaction that people show by their feet.

Cycles, places, enrolments and trainee hours are counted from the spaces' lists: a count, without sampling error. The
share that enrols again is estimated with the spaces that send nominal lists, because a list that ends cuts the
follow-up of the last persons short; its interval takes the spaces as the units that vary.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field, model_validator

from pipeline.questions.context import Context
from pipeline.questions.cycles import cycle_rows, read_cycles
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.quantities import each_modelled
from pipeline.questions.workshops.reenrolment import read_enrolments, reenrolment_rows
from pipeline.questions.workshops.trainees import trainee_rows
from pipeline.results import Result
from pipeline.results.measure import COUNT, EVOLUTION, MEAN, SHARE, SHIFT, Measure, Relation

#: The kinds of numbers of this question.
MEASURES = (
    COUNT,
    EVOLUTION,
    MEAN,
    Measure("rate", "rate", "percent", relation=Relation("ratio", "count", "offered")),
    SHARE,
    SHIFT,
)


class Settings(Strict):
    """Settings of workshops."""

    years: tuple[int, ...] = Field(min_length=1)
    """Calendar years that are told."""
    contrast: tuple[int, int] | None = None
    """The two years whose change is told."""
    window_days: int = Field(default=183, ge=1, le=1000)
    """Within how many days after the end of a cycle a new one counts."""
    until: dt.date | None = None
    """Last day that the list of enrolments covers; the end of its last year by default."""
    by: tuple[str, ...] = ("age_band", "theme")
    """Columns that cut the share of those who come back."""
    trainees: tuple[str, ...] | None = None
    """Columns by which persons of the lists are told, each counted once; left out, they are not told."""
    source: str | None = None
    """Source of kind workshops, where there are several."""
    enrolments: str | None = None
    """Source of kind enrolments, where there are several."""

    @model_validator(mode="after")
    def _told(self) -> Settings:
        if self.contrast and not set(self.contrast) <= set(self.years):
            raise ValueError("`contrast` compares two of the `years`")
        return self


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return cycles, places, fill rate and trainee hours by unit and year, and the share that enrols again."""
    settings = entry.checked(Settings)
    made: list[Result] = []
    cycles = read_cycles(context, entry, settings.source, settings.years)
    made += cycle_rows(context, entry, cycles, settings.years, settings.contrast)
    enrolments = read_enrolments(context, entry, settings.enrolments)
    if enrolments is not None:
        asked = (settings.window_days, settings.until, settings.by)
        made += reenrolment_rows(context, entry, enrolments, settings.years, settings.contrast, *asked)
        if settings.trainees is not None:
            lists = (enrolments.table, enrolments.source)
            made += trainee_rows(context, entry, *lists, settings.years, settings.trainees)
    return [*each_modelled(entry, made)]
