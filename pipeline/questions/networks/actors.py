"""The network as the other parts read it: who the actors are, who answered, who says that it cooperates with whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evaluation import Source, Ties
from pipeline.instrument import Instrument, Role
from pipeline.instrument.affirmation import affirmed
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.networks import bounds

Bools = NDArray[np.bool_]
_NEEDED: tuple[Role, ...] = ("identifier", "actor_type", "participated")


@dataclass(frozen=True, eq=False)
class Network:
    """The network of one wave.

    Attributes
    ----------
    actors : one row an actor: actor (pseudonym), type, pays or other unit under the level's name, and the questions
        asked for. answered : (n,). ties : (n, n) observed, of any kind. kinds : (n, n) by kind, where ties have kinds.
    """

    wave: str
    actors: pd.DataFrame
    answered: Bools
    ties: Bools
    kinds: dict[str, Bools]

    @property
    def types(self) -> NDArray[np.object_]:
        """Return the type of every actor."""
        return self.actors["type"].to_numpy(dtype=object)

    @property
    def among(self) -> Bools:
        """Return the ties between those who answered."""
        return bounds.among(self.ties, self.answered)

    def of(self, names: pd.Index) -> Network:
        """Return the network of some actors, in the order of ``names``."""
        at = pd.Index(self.actors["actor"]).get_indexer(names)
        square = np.ix_(at, at)
        return Network(
            self.wave,
            self.actors.iloc[at].reset_index(drop=True),
            self.answered[at],
            self.ties[square],
            {k: t[square] for k, t in self.kinds.items()},
        )


@dataclass(frozen=True)
class Sources:
    """Where a network comes from: the source of ties, how it names its columns, and the instrument of the actors."""

    source: Source
    ties: Ties
    instrument: Instrument
    ties_instrument: Instrument


def sources_of(context: Context, entry: Entry, name: str | None) -> Sources:
    """Return the source of ties asked for (the first by default) with its actors.

    Raises
    ------
    AnalyseError
        When the evaluation has none, or the instrument of the actors lacks a role.
    """
    found = [s for s in context.evaluation.sources("network") if s.ties and name in (None, s.name)]
    if not found or found[0].ties is None:
        raise entry.no_source(context.evaluation, "network", "source", name, "it says by `ties:` who names whom")
    source, ties = found[0], found[0].ties
    instrument = context.instrument(ties.actors)
    lacking = [r for r in _NEEDED if instrument.by_role(r) is None]
    if lacking:
        raise entry.no_roles(context.evaluation, ties.actors, lacking, "source")
    return Sources(source, ties, instrument, context.instrument(source.name))


def read_networks(context: Context, entry: Entry, told: Sources, questions: list[str]) -> dict[str, Network]:
    """Return the network of every wave, in order.

    Parameters
    ----------
    questions : clean columns of the actors to keep.

    Raises
    ------
    AnalyseError
        Nobody of a type of actors answered in a wave: nothing is known of what that type declares.
    """
    roles = {r: q.name for r in _NEEDED if (q := told.instrument.by_role(r)) is not None}
    kept = [roles["identifier"], roles["actor_type"], roles["participated"], context.level, *questions]
    people = context.clean(told.ties.actors, ["wave", *kept])
    asked = told.instrument.question(roles["participated"])
    assert asked is not None
    people = people.rename(
        columns={roles["identifier"]: "actor", roles["actor_type"]: "type", asked.name: "participated"}
    )
    people["participated"] = affirmed(asked, people["participated"])
    if context.level not in people:
        people[context.level] = pd.Series(pd.NA, index=people.index, dtype="str")  # a list without places
    lines = context.clean(told.source.name, ["wave", *told.ties.columns])
    return {
        w.name: _network(entry, told, w.name, people[people["wave"] == w.name], lines[lines["wave"] == w.name])
        for w in context.evaluation.settings.waves
        if (people["wave"] == w.name).any()
    }


def _network(entry: Entry, told: Sources, wave: str, people: pd.DataFrame, lines: pd.DataFrame) -> Network:
    people = people.dropna(subset=["actor", "type"]).sort_values("actor").reset_index(drop=True)
    answered = people["participated"].to_numpy(dtype=bool)
    silent = sorted(set(people["type"]) - set(people.loc[answered, "type"]))
    if silent:
        raise entry.error(
            f"nobody of a type of actors answered in wave {wave}",
            "source",
            found=silent,
            action="join the type with another one by `recode:` in the instrument of the actors",
        )
    known = pd.Index(people["actor"])
    sender, receiver = (known.get_indexer(lines[c]) for c in (told.ties.sender, told.ties.receiver))
    inside = (sender >= 0) & (receiver >= 0)

    def matrix(rows: Bools) -> Bools:
        ties = np.zeros((len(people), len(people)), dtype=bool)
        ties[sender[rows], receiver[rows]] = True
        return bounds.observed(ties, answered)

    kinds: dict[str, Bools] = {}
    if told.ties.kind is not None:
        question = told.ties_instrument.question(told.ties.kind)
        codes = [str(c) for c in question.codes] if question is not None else []
        kinds = {c: matrix(inside & (lines[told.ties.kind].astype("str") == c).to_numpy(dtype=bool)) for c in codes}
    return Network(wave, people, answered, matrix(inside), kinds)
