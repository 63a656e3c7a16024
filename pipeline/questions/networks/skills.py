"""The skills of actors of one type set against a declared reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from pydantic import Field, model_validator

from pipeline.questions.entry import Entry, Strict
from pipeline.questions.networks import bounds
from pipeline.questions.networks.actors import Network, Sources
from pipeline.questions.networks.estimation import Estimated, sampled
from pipeline.questions.networks.rows import Teller
from pipeline.results import Result, one

#: Fewer answers have no error.
_FEWEST = 2


class Skills(Strict):
    """A reference of skills: of which type of actors, the multiple question that lists them, the share that should."""

    of: str
    """Type of actors that the reference is for."""
    question: str
    """Multiple question that lists skills."""
    reference: dict[str, float] = Field(min_length=1)
    """Item -> share of the actors of the type who should have the skill."""
    source: dict[str, str] = Field(default_factory=dict)
    """Language -> where the reference comes from."""

    @model_validator(mode="after")
    def _shares(self) -> Skills:
        wrong = [k for k, v in self.reference.items() if not 0 < v <= 1]
        if wrong:
            raise ValueError(f"the reference of '{wrong[0]}' is no share between 0 and 1")
        return self

    @property
    def columns(self) -> list[str]:
        """Return the clean columns of the skills."""
        return [f"{self.question}_{item}" for item in self.reference]


def check(entry: Entry, told: Sources, asked: Skills) -> None:
    """Refuse skills, or a type, that the instrument of the actors does not have."""
    question = told.instrument.question(asked.question)
    items = [i.name for i in question.items] if question is not None else []
    if not items:
        raise entry.error(
            "the actors have no such question of several answers", "skills", "question", found=asked.question
        )
    unknown = sorted(set(asked.reference) - set(items))
    if unknown:
        raise entry.error("the question has no such skill", "skills", "reference", found=unknown, allowed=items)
    types = told.instrument.by_role("actor_type")
    codes = [str(c) for c in types.codes] if types is not None else []
    if asked.of not in codes:
        raise entry.error("there is no such type of actors", "skills", "of", found=asked.of, allowed=codes)


def skill_rows(teller: Teller, network: Network, asked: Skills) -> Iterator[Result]:
    """Yield, for each skill, its share, bounds, reference and gap, and how many are reached here and in each unit.

    Of those who answered the question; nothing in a wave that did not ask it.
    """
    chosen = (network.actors["type"] == asked.of).to_numpy(dtype=bool)
    people = network.actors[chosen]
    told = people[asked.columns].notna().all(axis=1).to_numpy(dtype=bool) & network.answered[chosen]
    if told.sum() < _FEWEST:
        return
    has = people.loc[told, asked.columns].astype(bool)
    types = np.full(len(people), asked.of, dtype=object)
    teller = replace(teller, n=float(told.sum()))
    for (item, wanted), column in zip(asked.reference.items(), asked.columns, strict=True):
        row = one(sampled(types, told, has[column].to_numpy(np.float64)).mean("value"), column)
        found = Estimated(*(float(row[c]) for c in ("estimate", "se", "lower", "upper", "df")))
        domain, yes = {"skill": item}, int(has[column].sum())
        yield teller.estimated("skills", "share", "share", found, domain, yes)
        yield teller.estimated("skills", "to_reference", "point", found.times(100.0, wanted), domain, yes)
        yield teller.row("skills", "reference", "share", wanted, domain=domain)
        yield teller.bounded("skills", bounds.share(yes, int(told.sum()), len(people)), domain, yes)
    shares = has.mean().to_numpy(np.float64)
    needed = np.array(list(asked.reference.values()))
    yield teller.row("skills", "reached_overall", "count", float((shares >= needed).sum()))
    yield teller.row("skills", "listed", "count", float(len(needed)))
    units = people.loc[told, teller.context.level]
    for code, group in has.groupby(units.to_numpy(dtype=object)):
        reached = (group.mean().to_numpy(np.float64) >= needed).sum()
        yield teller.row("skills", "reached", "count", float(reached), place=str(code), contributors=len(group))
