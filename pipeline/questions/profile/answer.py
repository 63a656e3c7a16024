"""Who comes: the profile of users and of visits side by side, how often, and how many.

A user is a person counted once, weighted by visit weight over visits of the period; a visit is an event. Regular
visitors weigh more among visits than among users, so the two profiles differ and are never mixed.
"""

from __future__ import annotations

from pydantic import Field

from pipeline.evaluation import Source
from pipeline.instrument import Instrument
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.derived import with_derived
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome
from pipeline.questions.surveyed import categories, domain_column, known_wave, visits_made
from pipeline.results import Result
from pipeline.results.measure import COUNT, MEAN, MEAN_SHIFT, SHARE, SHIFT

#: The kinds of numbers of this question.
MEASURES = (SHARE, SHIFT, MEAN, MEAN_SHIFT, COUNT)


class Settings(Strict):
    """Settings of a profile."""

    variables: list[str] = Field(min_length=1)
    """Categorical questions (or age_band, commune_size, regularity) described in the region."""
    by_territory: tuple[str, ...] = ()
    """Those described in every unit too."""
    frequency: str | None = None
    """Question that counts visits; by default those of the sampling plan (here and elsewhere)."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves whose change is told; the first and the last by default."""
    source: str | None = None
    """Source that it reads, where there are several."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return shares, frequency and numbers of users and of visits."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    instrument = context.instrument(source.name)
    made: list[Result] = []
    asked = [*settings.variables, *settings.by_territory]
    found = estimates.subjects(context, source)
    people = {name: with_derived(context, source, s, asked) for name, s in found.items()}
    for subject in people.values():
        made += _profile(entry, settings, subject, instrument)
        made += _numbers(entry, subject)
    person = next((s for s in people.values() if s.population != "visits"), None)
    if person is not None:
        made += _frequency(entry, person, instrument, source, settings.frequency)
    return made


def distributions(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    """Return the persons and the share of every category among them, which another tool may compute again."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    persons = estimates.of_persons(context, source, estimates.subjects(context, source))
    subject = with_derived(context, source, persons, settings.variables)
    instrument = context.instrument(source.name)
    return subject, [
        o for name in settings.variables for o in categories(subject.frame, instrument, name, subject.waves)
    ]


def _profile(entry: Entry, settings: Settings, subject: Subject, instrument: Instrument) -> list[Result]:
    waves = subject.waves
    outcomes: dict[str, list[Outcome]] = {}
    for key in ("variables", "by_territory"):
        for i, name in enumerate(getattr(settings, key)):
            domain_column(entry, subject.frame, name, key, i)
            outcomes[name] = categories(subject.frame, instrument, name, waves)
            if not outcomes[name]:
                raise entry.error("no one answered this question", key, i, found=name)
    every = [o for name in settings.variables for o in outcomes[name]]
    local = [o for name in settings.by_territory for o in outcomes[name]]
    made = estimates.levels(entry, subject, every)
    if _has_units(subject):
        made += estimates.levels(entry, subject, local, by=[subject.level])
    contrast = settings.contrast or ((waves[0], waves[-1]) if len(waves) > 1 else None)
    if contrast is not None and subject.population != "visits":
        first, last = known_wave(entry, waves, contrast, "contrast")
        made += estimates.shifts(entry, subject, every, (first, last))
    return made


def _has_units(subject: Subject) -> bool:
    return subject.level in subject.frame and bool(subject.frame[subject.level].notna().any())


def _numbers(entry: Entry, subject: Subject) -> list[Result]:
    """Return how many users or visits there are; supplied weights of inhabitants say nothing about numbers."""
    if subject.population in ("inhabitants", "respondents"):
        return []
    made = estimates.totals(entry, subject, subject.population)
    if _has_units(subject):
        made += estimates.totals(entry, subject, subject.population, by=[subject.level])
    return made


def _frequency(
    entry: Entry, subject: Subject, instrument: Instrument, source: Source, frequency: str | None
) -> list[Result]:
    """Return the mean visits of a person over the period."""
    outcome = visits_made(entry, instrument, source, subject.frame, subject.waves, frequency)
    if outcome is None:
        return []
    made = estimates.levels(entry, subject, [outcome])
    if _has_units(subject):
        made += estimates.levels(entry, subject, [outcome], by=[subject.level])
    return made
