"""Ties between actors: what a record says is held against the list of actors and who answered.

Only accepted actors count. An actor of the list of another wave is unknown in this one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.checks.declared import settled_by
from pipeline.ingest.checks.kinds import Rule, rule
from pipeline.ingest.clean_table import Assembled, text_where
from pipeline.ingest.faults import Blocked, Fault
from pipeline.instrument import Instrument, Role
from pipeline.instrument.affirmation import affirmed

_ROLES: tuple[Role, ...] = ("identifier", "actor_type", "participated")
_HIDDEN = "(not shown)"


def refuse_incomplete(evaluation: Evaluation, source: Source) -> None:
    """Refuse ties, or a list of actors, that lack a question or would keep who the actors are.

    Raises
    ------
    Blocked
        Naming every question or role that is missing.
    """
    instrument, where = evaluation.instruments[source.name], str(evaluation.folder / source.instrument)
    if source.ties is None:
        faults = [
            Fault(
                f"a list of actors needs a question with `role: {role}`", where, action="declare the role of the column"
            )
            for role in _ROLES
            if instrument.by_role(role) is None
        ]
    else:
        faults = [f for name in source.ties.columns for f in _wrong(instrument, where, name, name != source.ties.kind)]
    if faults:
        raise Blocked(*faults)


def _wrong(instrument: Instrument, where: str, name: str, person: bool) -> list[Fault]:
    question = instrument.question(name)
    if question is None:
        known = ", ".join(q.name for q in instrument.questions)
        return [Fault("`ties` names a question that does not exist", where, found=name, allowed=known)]
    if person and question.role != "identifier":
        return [
            Fault(
                f"the question '{name}' identifies actors and would be kept as it is",
                where,
                found=f"role: {question.role}",
                allowed="role: identifier",
                action="declare `role: identifier`, so that a pseudonym takes its place while reading",
            )
        ]
    return []


def ties(evaluation: Evaluation, source: Source, assembled: Assembled, actors: pd.DataFrame | None) -> Assembled:
    """Return the ties with the columns that their rules look at.

    Parameters
    ----------
    actors : accepted records of the list of actors; None where it could not be read, and nothing is held against it.
    """
    asked = source.ties
    assert asked is not None
    clean, seen = assembled.clean, assembled.seen.copy(deep=False)
    sender, receiver = clean[asked.sender], clean[asked.receiver]
    seen["__self"] = _hidden((sender == receiver).fillna(False).to_numpy(dtype=bool))
    if actors is None:
        return Assembled(clean, seen, assembled.parts)
    instrument = evaluation.instruments[asked.actors]
    actor, participated = instrument.by_role("identifier"), instrument.by_role("participated")
    assert actor is not None
    assert participated is not None
    listed = set(zip(actors["wave"], actors[actor.name], strict=True))
    spoke = actors[affirmed(participated, actors[participated.name])]
    told = set(zip(spoke["wave"], spoke[actor.name], strict=True))
    known_sender, known_receiver = _among(clean["wave"], sender, listed), _among(clean["wave"], receiver, listed)
    seen["__no_sender"] = _hidden(~known_sender & sender.notna().to_numpy())
    seen["__no_receiver"] = _hidden(~known_receiver & receiver.notna().to_numpy())
    seen["__silent"] = _hidden(known_sender & ~_among(clean["wave"], sender, told))
    return Assembled(clean, seen, assembled.parts)


def _among(waves: pd.Series, names: pd.Series, known: set[tuple[object, object]]) -> np.ndarray:
    return np.fromiter((pair in known for pair in zip(waves, names, strict=True)), dtype=bool, count=len(names))


def _hidden(rows: np.ndarray) -> pd.Series:
    return text_where(rows, _HIDDEN)


def tie_rules(source: Source, seen: pd.DataFrame) -> list[Rule]:
    """Return the rules of ties whose columns are in ``seen``, settled by `checks:` of the source."""
    asked = source.ties
    if asked is None:
        return []
    listed = ("listed_actor", "an actor of the list of the wave")
    made = [
        rule("unknown_actor", asked.sender, "blank", "__no_sender", *listed),
        rule("unknown_actor", asked.receiver, "blank", "__no_receiver", *listed),
        rule(
            "self_tie",
            asked.receiver,
            "blank",
            "__self",
            "two_actors",
            "a tie between two different actors",
        ),
        rule(
            "tie_without_answer",
            asked.sender,
            "blank",
            "__silent",
            "told_tie",
            "a tie told by an actor who answered",
        ),
    ]
    return [settled_by(source.checks, r) for r in made if r.on[0] in seen]
