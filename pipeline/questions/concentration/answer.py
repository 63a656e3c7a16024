"""Who makes the visits: the share of visits that the most regular users make, and how unequal their numbers are.

A user counts once, with the weight of a person; visits are those that users say to have made. Both numbers are
statistics of the whole distribution, with the errors of the design (:mod:`pipeline.survey.concentration`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Floats, Outcome
from pipeline.questions.quantities import modelled
from pipeline.questions.surveyed import known_wave, visits_made
from pipeline.results import Result
from pipeline.results.measure import SHARE, SHIFT, Measure
from pipeline.results.quantity import difference
from pipeline.results.time import ends
from pipeline.survey.concentration import gini, held_by_largest, smallest_of_largest

#: The kinds of numbers of this question.
MEASURES = (SHARE, SHIFT, Measure("gini", "coefficient"))


class Settings(Strict):
    """Settings of the concentration of visits."""

    most: tuple[Annotated[int, Field(ge=1, le=99)], ...] = Field(default=(10, 20, 50), min_length=1)
    """Parts of the users, the most regular first, whose share of the visits is told, in percent."""
    frequency: str | None = None
    """Question that counts visits; by default those of the sampling plan (here and elsewhere)."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves between which the change of the smallest part is told."""
    source: str | None = None
    """Survey that it reads, where there are several."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the share of visits of the most regular users and the Gini index by wave, and how the shares moved."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    subject = estimates.of_persons(context, source, estimates.subjects(context, source))
    visits = visits_made(
        entry, context.instrument(source.name), source, subject.frame, subject.waves, settings.frequency
    )
    if visits is None:
        raise entry.error(
            "the survey does not say which question counts visits",
            "frequency",
            allowed="the name of a question of type count or number",
            action="name it under `frequency`, or under `visits` of the source",
        )
    visits = replace(visits, indicator="visits")
    held = [_held(subject, visits, percent) for percent in sorted(set(settings.most))]
    index = replace(visits, values=_by_wave(subject, visits.values, gini), measure="gini")
    made = [_told(entry, subject, visits, row) for row in estimates.levels(entry, subject, held)]
    if settings.contrast is not None:
        waves = known_wave(entry, subject.waves, settings.contrast, "contrast")
        # one change is told: shares of the larger parts hold that of the smallest, and move with it
        moved = estimates.shifts(entry, subject, held[:1], (waves[0], waves[1]))
        made += [_moved(made, _told(entry, subject, visits, row)) for row in moved]
    rows = estimates.levels(entry, subject, [index])
    return [*made, *(_told(entry, subject, visits, replace(row, unit="coefficient")) for row in rows)]


def _told(entry: Entry, subject: Subject, visits: Outcome, row: Result) -> Result:
    """Return a row as a statistic of the question: its linearised values are no answers that anybody gave."""
    return modelled(entry, _counting(replace(row, quantity=None), subject, visits.values))


def _moved(levels: Sequence[Result], row: Result) -> Result:
    """Return a change with the two levels that it is the difference of."""
    first, last = ends(str(row.wave))
    held = {level.wave: level.quantity for level in levels if level.domain == row.domain}
    before, after = held[first], held[last]
    return row if before is None or after is None else replace(row, quantity=difference(after, before))


def _held(subject: Subject, visits: Outcome, percent: int) -> Outcome:
    """Return the share of the visits that the most regular ``percent`` of users make."""
    values = _by_wave(subject, visits.values, lambda x, w: held_by_largest(x, w, percent / 100))
    return replace(visits, measure="share", unit="share", values=values, domain={"most": percent}, linearised=True)


def _by_wave(subject: Subject, values: Floats, statistic: Callable[[Floats, Floats], Floats]) -> Floats:
    """Return (n,) the linearised values of a statistic, wave by wave; NaN where nobody answered or nobody came."""
    out = np.full(len(values), np.nan)
    for wave in subject.waves:
        told = _answered(subject, values, wave)
        if (values[told] > 0).any():
            out[told] = statistic(values[told], _weights(subject)[told])
    return out


def _counting(row: Result, subject: Subject, values: Floats) -> Result:
    """Return a share with the number of respondents who are among the most regular, of whom it tells."""
    if not row.domain or np.isnan(row.estimate):
        return row
    share = int(str(row.domain["most"])) / 100
    return replace(row, contributors=float(min(_among(subject, values, w, share) for w in ends(str(row.wave)))))


def _among(subject: Subject, values: Floats, wave: str, share: float) -> int:
    told = _answered(subject, values, wave)
    limit = smallest_of_largest(values[told], _weights(subject)[told], share)
    return int((values[told] >= limit).sum())


def _answered(subject: Subject, values: Floats, wave: str) -> NDArray[np.bool_]:
    """Return (n,) who of a wave answered."""
    here: NDArray[np.bool_] = (subject.frame["wave"].astype(str) == wave).to_numpy(dtype=bool)
    return here & ~np.isnan(values) & (_weights(subject) > 0)


def _weights(subject: Subject) -> Floats:
    return np.asarray(subject.design.weights, dtype=np.float64)
