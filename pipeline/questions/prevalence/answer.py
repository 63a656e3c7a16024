"""How common an answer is: shares and means of declared questions by wave and domain, and their shifts between waves.

The general question of a survey of inhabitants. The base of each number is who was asked, as the instrument's routing
declares it, narrowed by the plan where waves asked different people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from pipeline.instrument import Code, Condition, Instrument, Question
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome, answers_of, base_of, holds, numbers, one_of, ticked, value_of
from pipeline.questions.surveyed import asked_question, domain_column, known_codes, known_wave
from pipeline.results import Result
from pipeline.results.measure import MEAN, MEAN_SHIFT, SHARE, SHIFT, Measure

#: The kinds of numbers of this question.
MEASURES = (SHARE, SHIFT, MEAN, MEAN_SHIFT, Measure("distribution", "share"))


class Indicator(Strict):
    """One number to follow."""

    name: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    """Name in result_ids."""
    question: str
    """Question that it is made of."""
    codes: list[Code] | None = None
    """Answers whose share is told, together."""
    item: str | None = None
    """Box of a multiple question whose share is told."""
    mean: bool = False
    """Whether the mean is told."""
    distribution: bool = False
    """Whether every answer is told."""
    where: tuple[Condition, ...] = ()
    """Conditions that narrow the base."""
    base: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_]+$")
    """Key of the label of the base, where the received file does not hold the filter."""
    waves: list[str | int] | None = None
    """Waves it is told for; all by default."""
    contrasts: list[tuple[str | int, str | int]] | None = None
    """Pairs of waves, in place of those of the entry."""

    @model_validator(mode="after")
    def _one_reading(self) -> Indicator:
        if [self.codes is not None, self.item is not None, self.mean, self.distribution].count(True) != 1:
            raise ValueError(f"indicator '{self.name}' needs exactly one of codes, item, mean and distribution")
        return self


class Between(Strict):
    """Two parts of the population, of which it is told whether they come nearer to each other."""

    column: str
    """Column that parts them, one of `by`."""
    one: str
    """Code of the one."""
    other: str
    """Code of the other."""


class Settings(Strict):
    """Settings of prevalence."""

    indicators: list[Indicator] = Field(min_length=1)
    """Numbers to follow."""
    by: tuple[str, ...] = ("age_band",)
    """Columns to estimate by, each alone (age_band, sex...)."""
    contrasts: tuple[tuple[str | int, str | int], ...] = ()
    """Pairs of waves; a pair in which an indicator was not asked is left out for it."""
    territory: bool = False
    """Whether to estimate by unit too."""
    between: Between | None = None
    """Two parts of the population whose gap closes, widens, or neither."""
    source: str | None = None
    """Source that it reads, where there are several."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return levels by wave and domain, and shifts between the declared waves."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    instrument = context.instrument(source.name)
    people = estimates.subjects(context, source)
    subject = estimates.of_persons(context, source, people)
    columns = [domain_column(entry, subject.frame, c, "by", i) for i, c in enumerate(settings.by)]
    _known_parts(entry, settings.between, settings.by, subject)
    cells: list[list[str]] = [[], *([c] for c in columns), *([[subject.level]] if settings.territory else [])]
    outcomes = [
        (indicator, o)
        for i, indicator in enumerate(settings.indicators)
        for o in indicator_outcomes(entry, i, indicator, subject, instrument)
    ]
    made: list[Result] = []
    for by in cells:
        made += estimates.levels(entry, subject, [o for _, o in outcomes], by=by)
    for pair, chosen in _pairs(entry, settings, subject, outcomes).items():
        for by in cells:
            made += estimates.shifts(entry, subject, chosen, pair, by=by)
    return made


def _known_parts(entry: Entry, between: Between | None, by: Sequence[str], subject: Subject) -> None:
    """Refuse parts of the population that no number tells of."""
    if between is None:
        return
    if between.column not in by:
        raise entry.error("the column is not estimated by", "between", "column", found=between.column, allowed=list(by))
    codes = sorted(subject.frame[between.column].dropna().astype(str).unique())
    for name, code in (("one", between.one), ("other", between.other)):
        if code not in codes:
            raise entry.error("the column has no such code", "between", name, found=code, allowed=codes)


def outcomes(context: Context, entry: Entry) -> tuple[Subject, list[Outcome]]:
    """Return the persons and the outcomes that another entry may start from."""
    settings = entry.checked(Settings)
    subject = estimates.persons(context, settings.source)
    instrument = context.instrument(subject.source)
    made = (
        indicator_outcomes(entry, i, indicator, subject, instrument) for i, indicator in enumerate(settings.indicators)
    )
    return subject, [o for each in made for o in each]


def indicator_outcomes(
    entry: Entry, i: int, indicator: Indicator, subject: Subject, instrument: Instrument
) -> list[Outcome]:
    """Return the outcomes of one indicator: one, or one an answer for a distribution."""
    keys = ("indicators", i)
    question = asked_question(entry, instrument, indicator.question, *keys, "question")
    for j, condition in enumerate(indicator.where):
        asked_question(entry, instrument, condition.question, *keys, "where", j, "question")
    waves = known_wave(entry, subject.waves, indicator.waves or subject.waves, *keys, "waves")
    base = base_of(question, [w for w in waves if question.asked(w)], indicator.where)
    if indicator.base is not None:
        base = dict.fromkeys(base, indicator.base)
    inside = holds(subject.frame, indicator.where) & subject.frame["wave"].isin(list(base)).to_numpy()

    def within(values: np.ndarray) -> np.ndarray:
        return np.where(inside, values, np.nan)

    frame, name = subject.frame, indicator.name
    if indicator.item is not None:
        column, base = _item(entry, indicator, question, base, *keys)
        event = ticked(question, [indicator.item], where=indicator.where)
        return [Outcome(name, "share", "share", within(numbers(frame[column])), base, event, asked=question)]
    if question.type == "multiple":
        raise entry.error("a multiple question needs an item", *keys, found=question.name, action="add item:")
    if indicator.mean:
        event = value_of(question, indicator.where)
        return [Outcome(name, "mean", "mean", within(numbers(frame[question.name])), base, event, asked=question)]
    if indicator.distribution:
        answers = pd.DataFrame({"wave": frame["wave"], "answer": frame[question.name]})[inside].drop_duplicates()
        given = set(answers.dropna().itertuples(index=False, name=None))
        return [
            Outcome(
                name,
                "distribution",
                "share",
                within(one_of(frame[question.name], [c])),
                # an answer that nobody gave in a wave may not have been offered: it is left out, not told as 0 %
                {w: b for w, b in base.items() if (w, c) in given and question.offers(w, c)},
                answers_of(question, [c], indicator.where),
                {"answer": c},
                question,
            )
            for c in question.codes
        ]
    codes = known_codes(entry, question, indicator.codes or [], *keys, "codes")
    event = answers_of(question, codes, indicator.where)
    return [Outcome(name, "share", "share", within(one_of(frame[question.name], codes)), base, event, asked=question)]


def _item(
    entry: Entry, indicator: Indicator, question: Question, base: dict[str, str], *keys: object
) -> tuple[str, dict[str, str]]:
    items = {i.name: i for i in question.items}
    item = items.get(str(indicator.item))
    if item is None:
        raise entry.error(
            f"question '{question.name}' has no such item", *keys, "item", found=indicator.item, allowed=sorted(items)
        )
    return f"{question.name}_{item.name}", {w: b for w, b in base.items() if item in question.offered(w)}


def _pairs(
    entry: Entry, settings: Settings, subject: Subject, outcomes: Sequence[tuple[Indicator, Outcome]]
) -> dict[tuple[str, str], list[Outcome]]:
    """Return the outcomes to compare between each pair of waves; distributions are told by wave only."""
    pairs: dict[tuple[str, str], list[Outcome]] = {}
    for indicator, outcome in outcomes:
        own = indicator.contrasts is not None
        for k, pair in enumerate(indicator.contrasts if indicator.contrasts is not None else settings.contrasts):
            keys = ("indicators", settings.indicators.index(indicator), "contrasts", k) if own else ("contrasts", k)
            first, last = known_wave(entry, subject.waves, pair, *keys)
            missing = [w for w in (first, last) if w not in outcome.base]
            if own and missing:
                raise entry.error(
                    "this wave did not ask the question", *keys, found=missing, allowed=list(outcome.base)
                )
            if own and not outcome.compares(first, last):
                raise entry.error(
                    "the two waves asked the question in other words",
                    *keys,
                    found=f"{first} and {last}",
                    action="declare `comparable: true` under `waves:` of the question, or leave the contrast out",
                )
            if not missing and outcome.measure != "distribution":
                pairs.setdefault((first, last), []).append(outcome)
    return pairs
