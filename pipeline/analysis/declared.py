"""Outcomes that another entry of the plan defines, so that models and decompositions never define them twice."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.analysis import demand, estimates, prevalence, satisfaction
from pipeline.analysis.context import Context
from pipeline.analysis.entry import Entry, entries
from pipeline.analysis.estimates import Subject
from pipeline.analysis.outcomes import Outcome
from pipeline.analysis.surveyed import asked_question


@dataclass(frozen=True)
class Declared:
    """Shares of another entry: its name starts the result_ids; ``outcomes`` by indicator; ``subject`` are persons."""

    entry: Entry
    subject: Subject
    outcomes: dict[str, Outcome]

    def outcome(self, entry: Entry, indicator: str, *keys: object) -> Outcome:
        """Return the outcome of an indicator.

        Raises
        ------
        AnalyseError
            For an indicator that the other entry does not have.
        """
        if indicator not in self.outcomes:
            raise entry.error(
                f"the plan entry '{self.entry.name}' has no such indicator",
                *keys,
                found=indicator,
                allowed=sorted(self.outcomes),
            )
        return self.outcomes[indicator]


def declared(context: Context, entry: Entry, of: str) -> Declared:
    """Return the outcomes of the plan entry named ``of``.

    Raises
    ------
    AnalyseError
        When there is no such entry, or its question has no shares to model.
    """
    known = {e.name: e for e in entries(context.evaluation) if e.question in ("demand", "prevalence", "satisfaction")}
    if of not in known:
        raise entry.error("the plan has no such entry to start from", "of", found=of, allowed=sorted(known) or "none")
    other = known[of]
    made = {"demand": _demand, "prevalence": _prevalence, "satisfaction": _satisfaction}[other.question]
    subject, outcomes = made(context, other)
    return Declared(other, subject, {o.indicator: o for o in outcomes if o.measure == "share"})


def _persons(context: Context, source: str | None) -> Subject:
    people = estimates.subjects(context, context.survey(source))
    return next(s for s in people.values() if s.population != "visits")


def _demand(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    settings = entry.checked(demand.Settings)
    subject = _persons(context, settings.source)
    question = asked_question(entry, context.instrument(subject.source), settings.services, "services")
    return subject, [
        *demand.indexes(entry, settings, subject, question),
        *demand.offered_items(subject, question),
    ]


def _prevalence(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    settings = entry.checked(prevalence.Settings)
    subject = _persons(context, settings.source)
    instrument = context.instrument(subject.source)
    made = (
        prevalence.indicator_outcomes(entry, i, indicator, subject, instrument)
        for i, indicator in enumerate(settings.indicators)
    )
    return subject, [o for outcomes in made for o in outcomes]


def _satisfaction(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    settings = entry.checked(satisfaction.Settings)
    subject = _persons(context, settings.source)
    return subject, satisfaction.rated_items(entry, settings, subject, context.instrument(subject.source))


def notes(context: Context, entry: Entry, of: str) -> tuple[Subject, list[Outcome]]:
    """Return the mean notes of a satisfaction entry.

    Raises
    ------
    AnalyseError
        When there is no such entry.
    """
    known = {e.name: e for e in entries(context.evaluation) if e.question == "satisfaction"}
    if of not in known:
        raise entry.error("the plan has no such entry of ratings", "battery", found=of, allowed=sorted(known) or "none")
    settings = known[of].checked(satisfaction.Settings)
    subject = _persons(context, settings.source)
    return subject, satisfaction.rated_means(settings, subject, context.instrument(subject.source))
