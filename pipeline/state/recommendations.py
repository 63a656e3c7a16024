"""Recommendations after the statements they rest on: without a statement that bears it out, none is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.results.statement import STRENGTHS, Statement
from pipeline.state.ranking import by_id


@dataclass(frozen=True)
class Weighed:
    """What the statements make of a recommendation.

    supported : whether it may be made.   strength : of the statement; empty of one that answers a limit.
    rests_on : identifier of the statement; empty where there is none.
    """

    supported: bool
    strength: str = ""
    rests_on: str = ""


def weighed(evidence: str | None, expects: str, made: Sequence[Statement]) -> Weighed:
    """Return whether a recommendation is borne out.

    Parameters
    ----------
    evidence : result_id that must have moved as expected; None for an action that answers a limit of the edition.
    expects : ``rise`` or ``fall``; ``level`` asks only that something be stated.
    made : statements, of which those about that result count, items of lists too.
    """
    if evidence is None:
        return Weighed(True)
    known = [s for s in about(evidence, made) if s.is_told and s.strength]
    held = [s for s in known if expects in ("level", s.verdict)]
    if not held:
        return Weighed(False, rests_on=known[0].id if known else "")
    weakest = max(held, key=lambda s: STRENGTHS.index(s.strength))
    return Weighed(True, weakest.strength, weakest.id)


def about(result_id: str, made: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements whose number is that result, items of lists included."""
    for each in by_id(made).values():
        if not each.items and each.result_ids[:1] == (result_id,):
            yield each
