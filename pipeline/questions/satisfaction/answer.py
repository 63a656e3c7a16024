"""What users think of the spaces: satisfied users item by item, means, answers, and the net recommendation score.

The share of satisfied users counts the answers declared satisfied among users concerned by the item (« not concerned »
is outside the base). The net score is the share of promoters (9-10) less that of detractors (0-6), times 100
(Reichheld 2003, Harvard Business Review 81(12)); it is the mean of a variable worth 100, 0 or -100, so its error is
design-based like that of any mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from pipeline.instrument import Code, Instrument
from pipeline.questions import estimates
from pipeline.questions.answer_groups import Groups, groups_of, label, leaves_holes
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Event, Outcome, answers_of, base_of, compact, numbers, one_of, ticks, value_of
from pipeline.questions.quantities import each_modelled
from pipeline.questions.satisfaction.consistency import consistency
from pipeline.questions.satisfaction.drivers import Drivers, drivers
from pipeline.questions.satisfaction.spaces_compared import Compared, compared
from pipeline.questions.surveyed import asked_question, known_codes, known_wave
from pipeline.results import Result
from pipeline.results.measure import GAP, MEAN, SCORE, SHARE, SHIFT, Covered, Measure
from pipeline.results.quantity import Scored

PROMOTER, DETRACTOR = 9, 6

#: The kinds of numbers of this question.
MEASURES = (
    SHARE,
    SHIFT,
    GAP,
    MEAN,
    SCORE,
    Measure("distribution", "share"),
    *(Measure(name, "coefficient") for name in ("alpha", "omega", "between")),
    Measure("odds_ratio", "odds_ratio"),
    Measure("explained", "share", covered=(Covered("", 0.92),)),
    Measure("parallel_lines", "score", family="alone"),
    Measure("dispersion", "ratio"),
    *(Measure(name, "count") for name in ("spaces", "under", "over")),
    *(Measure(name, "share") for name in ("lower_limit", "upper_limit")),
)


class Settings(Strict):
    """Settings of satisfaction."""

    items: list[str] = Field(min_length=1)
    """Rating questions."""
    satisfied: list[Code] = Field(min_length=1)
    """Codes that mean satisfied."""
    means: bool = True
    """Whether codes are notes whose mean has a meaning."""
    distribution: list[str] | None = None
    """Items whose answers are all told; the first by default."""
    recommend: str | None = None
    """A 0-10 question of recommendation."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves whose change is told."""
    prefix: str = "sat_"
    """Taken off the names of items in result_ids."""
    groups: Literal["auto", "always", "never"] = "auto"
    """Whether answers that are not satisfied are told together where items are crossed (1-2-3, 4, 5); `auto` does
    where each alone would leave holes in most lines of the tables.
    """
    scale: list[str] | None = Field(default=None, min_length=3)
    """Items whose consistency is measured."""
    drivers: Drivers | None = None
    """What the overall rating goes with."""
    funnel: Compared | None = None
    """Spaces compared with the whole."""
    source: str | None = None
    """Source that it reads, where there are several."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the satisfaction of users in the region and in every unit."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    instrument = context.instrument(source.name)
    people = estimates.subjects(context, source)
    subject = estimates.of_persons(context, source, people)
    satisfied = compact(_rated_items(entry, settings, subject, instrument))
    outcomes = list(satisfied)
    if settings.means:
        outcomes += compact(_rated_means(settings, subject, instrument))
    if settings.recommend is not None:
        outcomes.append(_score(entry, settings.recommend, subject, instrument))
    made = estimates.levels(entry, subject, [*outcomes, *_answers(entry, settings, subject, instrument, {})])
    units = subject.level in subject.frame and bool(subject.frame[subject.level].notna().any())
    if units:
        outcomes += _answers(entry, settings, subject, instrument, groups(context, entry, subject, subject.level))
        made += estimates.levels(entry, subject, outcomes, by=[subject.level])
    last = subject.waves[-1]
    if settings.contrast is not None:
        first, last = known_wave(entry, subject.waves, settings.contrast, "contrast")
        made += estimates.shifts(entry, subject, satisfied, (first, last))
        if units:
            made += estimates.shifts(entry, subject, satisfied, (first, last), by=[subject.level])
    # between units, not between waves: one wave is enough
    made += estimates.gaps(entry, subject, satisfied, last) if units else []
    return [*made, *each_modelled(entry, _in_depth(entry, settings, subject, instrument))]


def outcomes(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    """Return the persons and the shares of satisfied that another entry may start from."""
    settings = entry.checked(Settings)
    subject = estimates.persons(context, settings.source)
    return subject, list(_rated_items(entry, settings, subject, context.instrument(subject.source)))


def notes(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    """Return the persons and the mean notes that another entry may start from."""
    settings = entry.checked(Settings)
    subject = estimates.persons(context, settings.source)
    return subject, list(_rated_means(settings, subject, context.instrument(subject.source)))


def groups(context: Context, entry: Entry, subject: Subject, column: str) -> dict[str, Groups]:
    """Return how the answers to the items are told where they are crossed with a column; no item where each is alone.

    Parameters
    ----------
    subject : the persons, of this survey or of another one, which has no such items.   column : of their frame.
    """
    settings = entry.checked(Settings)
    if settings.groups == "never" or context.survey(settings.source).name != subject.source:
        return {}
    asked = {item: context.instrument(subject.source).question(item) for item in settings.items}
    told = {item: q for item, q in asked.items() if q is not None and item in subject.frame and item != column}
    limits = context.evaluation.settings.disclosure
    if settings.groups == "auto" and not leaves_holes(subject.frame, list(told), column, limits):
        return {}
    return {item: groups_of(question, settings.satisfied) for item, question in told.items()}


def _in_depth(entry: Entry, settings: Settings, subject: Subject, instrument: Instrument) -> list[Result]:
    """Return how consistent the items are, what goes with overall satisfaction, and how spaces differ."""
    made: list[Result] = []
    if settings.scale is not None:
        for i, item in enumerate(settings.scale):
            asked_question(entry, instrument, item, "scale", i, types=("likert", "single"))
        made += consistency(entry, subject, settings.scale)
    if settings.drivers is not None:
        for item in (settings.drivers.of, *settings.drivers.items):
            asked_question(entry, instrument, item, "drivers", types=("likert", "single"))
        names = {item: _name(settings, item) for item in (settings.drivers.of, *settings.drivers.items)}
        made += drivers(entry, subject, settings.drivers, names)
    if settings.funnel is not None:
        question = asked_question(entry, instrument, settings.funnel.item, "funnel", "item", types=("likert", "single"))
        yes = one_of(subject.frame[settings.funnel.item], known_codes(entry, question, settings.satisfied, "satisfied"))
        made += compared(entry, subject, settings.funnel, yes, _name(settings, settings.funnel.item))
    return made


def _name(settings: Settings, item: str) -> str:
    return item.removeprefix(settings.prefix) or item


def _rated_items(entry: Entry, settings: Settings, subject: Subject, instrument: Instrument) -> Iterator[Outcome]:
    """Yield the share of satisfied for each item."""
    for i, item in enumerate(settings.items):
        question = asked_question(entry, instrument, item, "items", i, types=("likert", "single"))
        codes = known_codes(entry, question, settings.satisfied, "satisfied")
        values = one_of(subject.frame[item], codes)
        base = base_of(question, subject.waves)
        event = answers_of(question, codes)
        yield Outcome(_name(settings, item), "share", "share", values, base, event, asked=question)


def _rated_means(settings: Settings, subject: Subject, instrument: Instrument) -> Iterator[Outcome]:
    """Yield the mean note of each item whose codes are notes."""
    for item in settings.items:
        question = instrument.question(item)
        if question is not None and all(isinstance(c, int) for c in question.codes):
            base = base_of(question, subject.waves)
            values = numbers(subject.frame[item])
            yield Outcome(_name(settings, item), "mean", "mean", values, base, value_of(question))


def _answers(
    entry: Entry, settings: Settings, subject: Subject, instrument: Instrument, grouped: dict[str, Groups]
) -> list[Outcome]:
    chosen = settings.items[:1] if settings.distribution is None else settings.distribution
    made = []
    for i, item in enumerate(chosen):
        question = asked_question(entry, instrument, item, "distribution", i, types=("likert", "single"))
        base = base_of(question, subject.waves)
        for codes in grouped.get(item, [(code,) for code in question.codes]):
            values, event, told = ticks(subject.frame[item], codes), answers_of(question, codes), label(codes)
            made.append(Outcome(_name(settings, item), "distribution", "share", values, base, event, {"answer": told}))
    return made


def _score(entry: Entry, name: str, subject: Subject, instrument: Instrument) -> Outcome:
    question = asked_question(entry, instrument, name, "recommend", types=("number", "count", "likert", "single"))
    notes = numbers(subject.frame[name])
    values = 100.0 * ((notes >= PROMOTER).astype(float) - (notes <= DETRACTOR))
    values = np.where(np.isnan(notes), np.nan, values)
    scores = [Scored(f">={PROMOTER}", 100), Scored(f"<={DETRACTOR}", -100)]
    return Outcome(
        name, "score", "score", values, base_of(question, subject.waves), Event({name: scores}, (name,), question)
    )
