"""Outcomes that another entry of the plan defines, so that models and decompositions never define them twice."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from pipeline.questions.answer_groups import Groups
from pipeline.questions.context import Context
from pipeline.questions.discovery import answering
from pipeline.questions.entry import Entry, entries
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome


@dataclass(frozen=True)
class Declared:
    """Shares of another entry: its name starts the result_ids; ``outcomes`` by indicator; ``subject`` are persons.

    ``indexes`` are the indicators that sum up others; ``settings`` are those of the entry, as its question checks them.
    """

    entry: Entry
    subject: Subject
    outcomes: dict[str, Outcome]
    indexes: frozenset[str]
    settings: Any

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


def declared(context: Context, entry: Entry, of: str, *keys: object) -> Declared:
    """Return the outcomes of the plan entry named ``of``, which stands under ``keys`` of the settings (`of`).

    Raises
    ------
    AnalyseError
        When there is no such entry, or its question has no shares to model.
    """
    other, module = _other(context, entry, of, keys or ("of",), "outcomes", "the plan has no such entry to start from")
    subject, outcomes = module.outcomes(context, other)
    indexes = frozenset(getattr(module, "INDEX", ()))
    shares = {o.indicator: o for o in outcomes if o.measure == "share"}
    return Declared(other, subject, shares, indexes, other.checked(module.Settings))


def notes(context: Context, entry: Entry, of: str) -> tuple[Subject, list[Outcome]]:
    """Return the mean notes of an entry of ratings.

    Raises
    ------
    AnalyseError
        When there is no such entry.
    """
    other, module = _other(context, entry, of, ("battery",), "notes", "the plan has no such entry of ratings")
    made: tuple[Subject, list[Outcome]] = module.notes(context, other)
    return made


def ratings(context: Context) -> list[str]:
    """Return the entries of ratings: those that tell the answers to their items in groups."""
    planned = entries(context.evaluation)
    return [e.name for e in planned if hasattr(answering(context.evaluation.root, e.question), "groups")]


def groups(context: Context, entry: Entry, of: str, subject: Subject, column: str) -> dict[str, Groups]:
    """Return how an entry of ratings tells the answers to its items where they are crossed with a column.

    Raises
    ------
    AnalyseError
        When there is no such entry.
    """
    other, module = _other(context, entry, of, ("ratings",), "groups", "the plan has no such entry of ratings")
    made: dict[str, Groups] = module.groups(context, other, subject, column)
    return made


def _other(
    context: Context, entry: Entry, of: str, keys: tuple[object, ...], needed: str, problem: str
) -> tuple[Entry, ModuleType]:
    """Return the entry named ``of`` and the module that answers it, which has the function ``needed``."""
    modules = {e.name: answering(context.evaluation.root, e.question) for e in entries(context.evaluation)}
    known = {e.name: e for e in entries(context.evaluation) if hasattr(modules[e.name], needed)}
    if of not in known:
        raise entry.error(problem, *keys, found=of, allowed=sorted(known) or "none")
    return known[of], modules[of]
