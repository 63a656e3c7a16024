"""The map of the actors who answered a questionnaire, and their skills against a reference, by type and by unit.

It describes those who answered, one by one, and nobody else: a number is a count of them, without sampling error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from pydantic import Field, model_validator

from pipeline.instrument import Code
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.quantities import counted, modelled
from pipeline.questions.surveyed import asked_question, known_codes
from pipeline.results import Result
from pipeline.results.measure import COUNT, SHARE, Measure
from pipeline.results.quantity import ratio

#: The kinds of numbers of this question.
MEASURES = (COUNT, SHARE, Measure("reference", "share"), *(Measure(name, "count") for name in ("reached", "listed")))
#: Reference of the types of actors that have none of their own.
ANY = "any"


class Skill(Strict):
    """A skill: a question, with the answers that count as having it, or the box to tick."""

    name: str
    """Name of the skill, by which the reference and results call it."""
    question: str
    """Question of the instrument that asks for it."""
    codes: tuple[Code, ...] = ()
    """Answers that count as having the skill."""
    item: str | None = None
    """Box of a multiple question to tick, in place of answers."""

    @model_validator(mode="after")
    def _one_way(self) -> Skill:
        if bool(self.codes) == (self.item is not None):
            raise ValueError(f"skill '{self.name}' gives either `codes`, the answers that count, or `item`, the box")
        return self


class Settings(Strict):
    """Settings of a benchmark of skills."""

    source: str | None = None
    """A survey of actors, the first by default."""
    type: str
    """Question that says what kind of actor answers."""
    skills: tuple[Skill, ...] = Field(min_length=1)
    """Skills that are followed."""
    reference: dict[str, dict[str, float]] = Field(min_length=1)
    """Type of actors, or any, -> skill -> share of the actors who should have it."""
    origin: dict[str, str] = Field(default_factory=dict)
    """Language -> where the reference comes from."""

    @model_validator(mode="after")
    def _shares(self) -> Settings:
        names = {skill.name for skill in self.skills}
        for kind, wanted in self.reference.items():
            if unknown := sorted(set(wanted) - names):
                raise ValueError(f"the reference of '{kind}' names no such skill: {', '.join(unknown)}")
            if wrong := [name for name, share in wanted.items() if not 0 < share <= 1]:
                raise ValueError(f"the reference of '{wrong[0]}' ({kind}) is no share between 0 and 1")
        return self

    def wanted(self, kind: str, skill: str) -> float | None:
        """Return the reference of a skill for a type of actors; None where there is none."""
        found = self.reference.get(kind, {}).get(skill)
        return self.reference.get(ANY, {}).get(skill) if found is None else found


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return, wave by wave, how many actors answered and who has which skill, whole, by type and by unit."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    has = _skilled(context, entry, settings, source.name)
    made: list[Result] = []
    for wave in [w for w in (each.name for each in context.evaluation.settings.waves) if (has["wave"] == w).any()]:
        rows = has[has["wave"] == wave]
        made += _Actors(context, entry, settings, source.name, wave).rows(rows)
    return made


def _skilled(context: Context, entry: Entry, settings: Settings, source: str) -> pd.DataFrame:
    """Return one row an actor: wave, type, unit, and of every skill whether the actor has it (missing: no answer)."""
    instrument = context.instrument(source)
    kinds = asked_question(entry, instrument, settings.type, "type", types=("single",))
    if unknown := sorted(set(settings.reference) - {ANY, *map(str, kinds.codes)}):
        raise entry.error(
            "there is no such type of actors", "reference", found=unknown, allowed=[ANY, *map(str, kinds.codes)]
        )
    columns = {}
    for i, skill in enumerate(settings.skills):
        question = asked_question(entry, instrument, skill.question, "skills", i, "question")
        if skill.item is not None and skill.item not in {item.name for item in question.items}:
            raise entry.error(
                "the question has no such item", "skills", i, "item", found=skill.item,
                allowed=[item.name for item in question.items],
            )  # fmt: skip
        known_codes(entry, question, skill.codes, "skills", i, "codes")
        columns[skill.name] = question.name if skill.item is None else f"{question.name}_{skill.item}"
    table = context.clean(source, ["wave", settings.type, context.level, *columns.values()])
    out = pd.DataFrame({"wave": table["wave"].astype(str), "type": table[settings.type].astype("string")})
    out["unit"] = table[context.level].astype("string") if context.level in table else pd.NA
    for skill in settings.skills:
        told = table[columns[skill.name]]
        yes = told.astype("boolean") if skill.item is not None else told.isin(skill.codes).astype("boolean")
        out[skill.name] = yes.mask(told.isna(), pd.NA)
    return out.dropna(subset=["type"])


class _Actors:
    """Writes the rows of one wave."""

    def __init__(self, context: Context, entry: Entry, settings: Settings, source: str, wave: str) -> None:
        self.context, self.entry, self.settings, self.source, self.wave = context, entry, settings, source, wave

    def rows(self, has: pd.DataFrame) -> list[Result]:
        """Return the map of the actors and their skills: whole, by type, by unit, and by type in each unit (map)."""
        made = [*self._part(has, None, None)]
        for kind, rows in has.groupby("type"):
            made += self._part(rows, None, str(kind))
        for unit, here in has.dropna(subset=["unit"]).groupby("unit"):
            made += self._part(here, str(unit), None)
            made += [self._counted(rows, str(unit), {"type": str(kind)}) for kind, rows in here.groupby("type")]
        return made

    def _part(self, has: pd.DataFrame, unit: str | None, kind: str | None) -> Iterator[Result]:
        """Yield how many actors there are, and their skills against the reference."""
        among = {} if kind is None else {"type": kind}
        yield self._counted(has, unit, among)
        reached, listed, fewest = 0, 0, len(has)
        for skill in self.settings.skills:
            told = has.dropna(subset=[skill.name])
            if told.empty:
                continue
            yes = int(told[skill.name].sum())
            share = self._row("skills", "share", "share", yes / len(told), unit, {**among, "skill": skill.name}, yes)
            cell = {"skill": [skill.name], **{name: [code] for name, code in among.items()}}
            whole = counted(share, "total", {}, {**cell, "answered": ["yes"]})
            yield replace(share, n=float(len(told)), quantity=ratio(counted(share, "total", {}, cell), whole))
            wanted = self.settings.wanted(kind or ANY, skill.name)
            if wanted is not None:
                row = self._row("skills", "reference", "share", wanted, unit, {**among, "skill": skill.name}, len(told))
                yield modelled(self.entry, row)
                reached, listed, fewest = reached + (yes / len(told) >= wanted), listed + 1, min(fewest, len(told))
        if listed:
            for measure, value in (("reached", reached), ("listed", listed)):
                yield modelled(self.entry, self._row("skills", measure, "count", float(value), unit, among, fewest))

    def _counted(self, has: pd.DataFrame, unit: str | None, among: Mapping[str, str]) -> Result:
        row = self._row("actors", "count", "count", float(len(has)), unit, among, len(has))
        return replace(row, quantity=counted(row, "total", {}, {name: [code] for name, code in among.items()}))

    def _row(
        self,
        indicator: str,
        measure: str,
        unit: str,
        value: float,
        place: str | None,
        domain: Mapping[str, Any],
        behind: int,
    ) -> Result:
        return Result(
            analysis=self.entry.name,
            indicator=indicator,
            measure=measure,
            population="respondents",
            **self.context.where(place),
            unit=unit,
            inference="census",
            estimate=value,
            wave=self.wave,
            domain=dict(domain) or None,
            n=float(behind),
            contributors=float(behind),
            confirmatory=self.entry.confirmatory,
            source=self.source,
        )
