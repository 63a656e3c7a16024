"""What users ask for: every service, and the index of elaborate and of basic services, by wave, age band and territory.

A service counts in an index only when every wave offered it: otherwise a longer list would pass for a new demand. The
change between waves is a change among users, not among inhabitants.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from pipeline.instrument import Question
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome, any_of, base_of, numbers, ticked
from pipeline.questions.surveyed import asked_question, domain_column, known_wave
from pipeline.results import Result
from pipeline.results.measure import GAP, SHARE, SHIFT

#: Indexes of several services; they are a family of comparisons of their own.
INDEX = frozenset({"elaborate", "basic"})

#: The kinds of numbers of this question.
MEASURES = (SHARE, SHIFT, GAP)


class Settings(Strict):
    """Settings of demand."""

    services: str
    """The multiple-choice question of services."""
    elaborate: list[str] = Field(min_length=1)
    """Items that make the index of elaborate services."""
    basic: tuple[str, ...] = ()
    """Items that make the index of basic services."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves whose change is told."""
    by: tuple[str, ...] = ("age_band",)
    """Columns to estimate by (age_band...), and the level of the territory."""
    source: str | None = None
    """Source that it reads, where there are several."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return shares of users (and, for the index, of visits) who want each service, their shifts and gaps."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    question = asked_question(
        entry, context.instrument(source.name), settings.services, "services", types=("multiple",)
    )
    people = estimates.subjects(context, source)
    made: list[Result] = []
    for subject in people.values():
        items = offered_items(subject, question)
        index = indexes(entry, settings, subject, question)
        domains, territory = _domains(entry, settings, subject)
        if subject.population == "visits":
            made += _levels(entry, subject, index[:1], index[:1], domains, False)
            continue
        made += _levels(entry, subject, [*index, *items], index, domains, territory)
        last = subject.waves[-1]
        if settings.contrast is not None:
            first, last = known_wave(entry, subject.waves, settings.contrast, "contrast")
            made += _shifts(entry, subject, [*index, *items], index, domains, territory, (first, last))
        # between units, not between waves: one wave is enough
        made += estimates.gaps(entry, subject, [*index, *items], last) if territory else []
    return made


def outcomes(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    """Return the persons and the shares that another entry may start from."""
    settings = entry.checked(Settings)
    subject = estimates.persons(context, settings.source)
    question = asked_question(entry, context.instrument(subject.source), settings.services, "services")
    return subject, [*indexes(entry, settings, subject, question), *offered_items(subject, question)]


def offered_items(subject: Subject, question: Question) -> list[Outcome]:
    """Return the outcome of each item of the multiple question, over the waves that offered it."""
    made = []
    for item in question.items:
        base = base_of(question, [w for w in subject.waves if item in question.offered(w)])
        made.append(
            Outcome(
                item.name,
                "share",
                "share",
                numbers(subject.frame[f"{question.name}_{item.name}"]),
                base,
                ticked(question, [item.name]),
                asked=question,
            )
        )
    return made


def indexes(entry: Entry, settings: Settings, subject: Subject, question: Question) -> list[Outcome]:
    """Return the outcome of each index over the items that all waves of the survey offered."""
    waves = [w for w in subject.waves if question.asked(w)]
    common = {i.name for i in question.items if all(i in question.offered(w) for w in waves)}
    declared = {i.name for i in question.items}
    made = []
    for name in ("elaborate", "basic"):
        chosen: list[str] = list(getattr(settings, name))
        unknown = [i for i in chosen if i not in declared]
        if unknown:
            raise entry.error(
                f"question '{question.name}' has no such item", name, found=unknown, allowed=sorted(declared)
            )
        offered = [i for i in chosen if i in common]
        used = [f"{question.name}_{i}" for i in offered]
        if chosen and not used:
            raise entry.error(
                "no item of the index was offered in every wave", name, found=chosen, allowed=sorted(common)
            )
        if used:
            values, base = any_of(subject.frame[used]), base_of(question, waves)
            made.append(Outcome(name, "share", "share", values, base, ticked(question, offered), asked=question))
    return made


def _domains(entry: Entry, settings: Settings, subject: Subject) -> tuple[list[str], bool]:
    columns = [domain_column(entry, subject.frame, c, "by", i) for i, c in enumerate(settings.by)]
    return [c for c in columns if c != subject.level], subject.level in columns


def _levels(
    entry: Entry,
    subject: Subject,
    outcomes: Sequence[Outcome],
    index: Sequence[Outcome],
    domains: Sequence[str],
    territory: bool,
) -> list[Result]:
    made = estimates.levels(entry, subject, outcomes)
    for column in domains:
        made += estimates.levels(entry, subject, outcomes, by=[column])
    if territory:
        made += estimates.levels(entry, subject, outcomes, by=[subject.level])
        for column in domains:
            made += estimates.levels(entry, subject, index, by=[subject.level, column])
    return made


def _shifts(
    entry: Entry,
    subject: Subject,
    outcomes: Sequence[Outcome],
    index: Sequence[Outcome],
    domains: Sequence[str],
    territory: bool,
    waves: tuple[str, str],
) -> list[Result]:
    made = estimates.shifts(entry, subject, outcomes, waves)
    for column in domains:
        made += estimates.shifts(entry, subject, outcomes, waves, by=[column])
    if territory:
        made += estimates.shifts(entry, subject, outcomes, waves, by=[subject.level])
        for column in domains:
            made += estimates.shifts(entry, subject, index, waves, by=[subject.level, column])
    return made
