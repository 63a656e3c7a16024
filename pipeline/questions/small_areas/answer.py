"""Small territories: what a model says of every unit where its own answers are too few to be shown.

A Fay-Herriot model draws the direct estimate of a unit towards what units like it have, and is benchmarked to the
region. Levels are modelled wave by wave; a change between waves has a model of its own on the differences. The direct
numbers keep their rows and rules; these stand beside them under the method ``eblup`` (``synthetic`` without a sample).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pydantic import Field, field_validator, model_validator

from pipeline.errors import AnalyseError
from pipeline.instrument import Code, Instrument
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome, answers_of, any_of, base_of, numbers, one_of, ticked
from pipeline.questions.returns import Returns
from pipeline.questions.small_areas.covariates import covariates, needed_returns
from pipeline.questions.small_areas.prediction import Direct, predict
from pipeline.questions.small_areas.rows import Measured, diagnostics, unit_rows
from pipeline.questions.small_areas.scale import ScaleName
from pipeline.questions.small_areas.smoothing import Smoothing
from pipeline.questions.small_areas.variance_of_effects import Method
from pipeline.questions.surveyed import asked_question, known_codes, known_wave
from pipeline.results import Result
from pipeline.results.measure import SHIFT, Measure, Relation
from pipeline.results.time import from_to, last_of

#: Twenty-odd areas cannot tell the effects of more covariates from chance.
MOST_COVARIATES = 2

#: The kinds of numbers of this question.
MEASURES = (
    Measure("share", "share", relation=Relation("synthetic", "share", "shrinkage")),
    SHIFT,
    Measure("effect", "coefficient"),
    *(Measure(f"shrinkage{which}", "ratio") for which in ("", "_least", "_median", "_most")),
    *(Measure(name, "ratio") for name in ("design_effect", "effect_sd", "adjusted_likelihood", "gain", "benchmark")),
    *(Measure(name, "ratio") for name in ("normality", "distance", "leverage")),
)


class Indicator(Strict):
    """A share that ``analysis`` estimates directly under the same name: ``codes`` of a question or any of ``items``."""

    analysis: str
    """Entry that estimates it directly, under the same name."""
    name: str
    """Name in result_ids."""
    question: str
    """Question that it is made of."""
    codes: list[Code] | None = None
    """Answers whose share it is."""
    items: list[str] | None = None
    """Or boxes of a multiple question, any of which counts."""

    @model_validator(mode="after")
    def _one_reading(self) -> Indicator:
        if (self.codes is None) == (self.items is None):
            raise ValueError(f"indicator '{self.name}' needs either codes or items")
        return self


class Settings(Strict):
    """Settings of small areas."""

    indicators: list[Indicator] = Field(min_length=1)
    """Shares to model."""
    covariates: tuple[str, ...] = ()
    """At most two of commune_size, coastal and visits_per_inhabitant."""
    shift_covariates: tuple[str, ...] = ()
    """Covariates of the modelled difference between two waves."""
    method: Method = "reml"
    """How the variance between areas is estimated."""
    smoothing: Smoothing = "design_effect"
    """How sampling variances are smoothed."""
    scale: ScaleName = "arcsine"
    """Scale of the model."""
    contrast: tuple[str | int, str | int] | None = None
    """Two waves whose difference is modelled too."""
    source: str | None = None
    """Source that it reads, where there are several."""

    @field_validator("indicators")
    @classmethod
    def _told_apart(cls, indicators: list[Indicator]) -> list[Indicator]:
        names = [i.name for i in indicators]
        if len(set(names)) < len(names):
            raise ValueError("two indicators have the same name")
        return indicators

    @field_validator("covariates", "shift_covariates")
    @classmethod
    def _few(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(names) > MOST_COVARIATES:
            raise ValueError(
                f"at most {MOST_COVARIATES} covariates: with so few territories a third one fits their chance errors"
            )
        return names


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the model-based number of every unit and wave, of the change, and the diagnostics of each model."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    subject = estimates.of_persons(context, source, estimates.subjects(context, source))
    people = {(r.wave, r.territory): r for r in estimates.totals(entry, subject, "persons", by=[subject.level])}
    told = Teller(
        context, entry, settings, needed_returns(context, entry, (*settings.covariates, *settings.shift_covariates))
    )
    instrument = context.instrument(source.name)
    outcomes = [_outcome(entry, i, x, subject, instrument) for i, x in enumerate(settings.indicators)]
    pair = known_wave(entry, subject.waves, settings.contrast, "contrast") if settings.contrast is not None else ()
    levels = _measured(estimates.levels(entry, subject, outcomes, by=[subject.level]))
    region = _measured(estimates.levels(entry, subject, outcomes))
    if pair:
        waves = (pair[0], pair[1])
        shifts = _measured(estimates.shifts(entry, subject, outcomes, waves, by=[subject.level]))
        region |= _measured(estimates.shifts(entry, subject, outcomes, waves))
    made: list[Result] = []
    for indicator, outcome in zip(settings.indicators, outcomes, strict=True):
        name = indicator.name
        for wave in outcome.base:
            direct = _levels(levels, people, name, wave)
            made += told.rows(indicator, direct, region[name, wave, context.region], wave)
        if pair and set(pair) <= set(outcome.base):
            direct = _shifts(levels, shifts, people, name, waves)
            span = from_to(*pair)
            made += told.rows(indicator, direct, region[name, span, context.region], span)
    return made


def _outcome(entry: Entry, i: int, indicator: Indicator, subject: Subject, instrument: Instrument) -> Outcome:
    """Return the share as its own analysis computes it: an index counts the items that every wave offered."""
    keys = ("indicators", i)
    question = asked_question(entry, instrument, indicator.question, *keys, "question")
    waves = [w for w in subject.waves if question.asked(w)]
    base = base_of(question, waves)
    if indicator.codes is not None:
        codes = known_codes(entry, question, indicator.codes, *keys, "codes")
        values = one_of(subject.frame[question.name], codes)
        return Outcome(indicator.name, "share", "share", values, base, answers_of(question, codes))
    declared = {item.name: item for item in question.items}
    unknown = [name for name in indicator.items or [] if name not in declared]
    if unknown:
        raise entry.error("the question has no such item", *keys, "items", found=unknown, allowed=sorted(declared))
    common = [n for n in indicator.items or [] if all(declared[n] in question.offered(w) for w in waves)]
    if not common:
        raise entry.error("no item was offered in every wave", *keys, "items", found=indicator.items)
    if len(common) == 1:
        values = numbers(subject.frame[f"{question.name}_{common[0]}"])
    else:
        values = any_of(subject.frame[[f"{question.name}_{n}" for n in common]])
    return Outcome(indicator.name, "share", "share", values, base, ticked(question, common))


#: Direct results by indicator, wave and territory.
Measures = dict[tuple[str, str, str], Result]


def _measured(rows: list[Result]) -> Measures:
    return {(r.indicator, str(r.wave), r.territory): r for r in rows}


def _column(rows: list[Result], name: str) -> np.ndarray:
    return np.array([getattr(r, name) for r in rows], dtype=np.float64)


def _levels(levels: Measures, people: dict[tuple[str | None, str], Result], name: str, wave: str) -> Measured:
    rows = [r for (n, w, _), r in sorted(levels.items()) if (n, w) == (name, wave)]
    units = tuple(r.territory for r in rows)
    n = _column(rows, "n")
    weights = np.nan_to_num(_column([people[wave, u] for u in units], "estimate"))
    estimate = _column(rows, "estimate")
    sampled = n > 0
    share = np.average(estimate[sampled], weights=weights[sampled])
    reference = np.divide(share * (1 - share), n, out=np.full(len(n), np.nan), where=sampled)
    variance = np.where(_column(rows, "df") >= 1, _column(rows, "se") ** 2, np.nan)
    direct = Direct(estimate, variance, reference, n, weights)
    return Measured(units, direct, n, _column(rows, "contributors"), None)


def _shifts(
    levels: Measures,
    shifts: Measures,
    people: dict[tuple[str | None, str], Result],
    name: str,
    waves: tuple[str, str],
) -> Measured:
    """Return the differences of two waves; weights are the mean of the two waves', so that the sum is the region's
    change at an unchanged distribution of users over its units.
    """
    before, after = (_levels(levels, people, name, w) for w in waves)
    rows = [shifts[name, from_to(*waves), u] for u in after.units]
    with np.errstate(divide="ignore"):
        n = 2 / (1 / before.direct.n + 1 / after.direct.n)
    weights = sum(m.direct.weights / m.direct.weights.sum() for m in (before, after))
    variance = np.where(_column(rows, "df") >= 1, (_column(rows, "se") / 100) ** 2, np.nan)
    reference = before.direct.reference + after.direct.reference
    direct = Direct(_column(rows, "estimate") / 100, variance, reference, n, np.asarray(weights))
    least = np.minimum(before.contributors, after.contributors)
    return Measured(after.units, direct, np.minimum(before.n, after.n), least, waves)


@dataclass(frozen=True)
class Teller:
    """What every model of an entry is fitted with."""

    context: Context
    entry: Entry
    settings: Settings
    returns: Returns | None
    known: dict[tuple[tuple[str, ...], int], pd.DataFrame] = field(default_factory=dict, repr=False)

    def covariates(self, names: tuple[str, ...], units: tuple[str, ...], year: int) -> pd.DataFrame:
        """Return the covariates of a year, computed once for all the models that share them."""
        if (names, year) not in self.known:
            self.known[names, year] = covariates(self.context, self.entry, names, units, year, self.returns)
        return self.known[names, year]

    def rows(self, indicator: Indicator, measured: Measured, region: Result, wave: str) -> Iterator[Result]:
        """Yield the rows of one model: of the units, then its diagnostics."""
        settings = self.settings
        names = settings.covariates if measured.waves is None else settings.shift_covariates
        last = last_of(wave)
        year = self.context.evaluation.wave(last).year
        table = self.covariates(names, measured.units, year)
        x = np.column_stack([np.ones(len(table)), table.to_numpy(np.float64)])
        scale: ScaleName = settings.scale if measured.waves is None else "linear"
        try:
            found = predict(measured.direct, x, scale, settings.smoothing, settings.method)
        except AnalyseError as fault:
            where = f"{self.entry.where('indicators')}, {indicator.name}, {wave}"
            raise AnalyseError(
                fault.problem, where=where, found=fault.found, allowed=fault.allowed, action=fault.action
            ) from None
        yield from unit_rows(self.context, self.entry, indicator.analysis, indicator.name, measured, found, region)
        yield from diagnostics(self.context, self.entry, indicator.name, list(names), measured, found, region)
