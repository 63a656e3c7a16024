"""Types of spaces from a survey that asked one questionnaire a space: axes, classes, what marks them, how stable.

Shares of spaces by class and the shares that describe classes are design-based, the classes taken as given. Nothing
is written about a single space.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator

from pipeline.instrument import Code, Instrument, Text
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.surveyed import asked_question, known_codes, known_wave
from pipeline.questions.typology.categories import table, variables
from pipeline.questions.typology.classification import Classified, classify, renumbered
from pipeline.questions.typology.rows import CLASS, Typed, axes, diagnostics, shares, test_values
from pipeline.results import Result
from pipeline.results.measure import SHARE, Measure, Relation

Floats = NDArray[np.float64]

#: The kinds of numbers of this question, with the decimals that the literature prints. A test value is a standardised
#: number, whose standard error is one by construction: its step is half of it.
MEASURES = (
    SHARE,
    Measure("test_value", "score", relation=Relation("mark", "share", CLASS), finest=0.5),
    Measure("coordinate", "score", finest=0.01),
    Measure("cos2", "ratio", finest=0.01),
    *(Measure(name, "ratio", finest=0.001) for name in ("contribution", "eigenvalue", "inertia")),
    *(Measure(name, "ratio") for name in ("between", "gain", "stability")),
    *(Measure(name, "count") for name in ("active", "kept", "merged", "over_mean", "number", "best", "stable")),
)


class Having(Strict):
    """An answer by which classes are numbered: the class that gives it most often comes first."""

    question: str
    """The question."""
    code: Code
    """The answer."""


class Settings(Strict):
    """Settings of the typology."""

    source: str | None = None
    """Source that it reads, where there are several."""
    wave: str | int | None = None
    """Wave that is classified; the last by default."""
    active: list[str] = Field(min_length=2)
    """Questions that make the axes."""
    supplementary: tuple[str, ...] = ()
    """Questions placed on them."""
    classes: int | None = Field(default=None, ge=2, le=8)
    """Number of classes; by the gain of inertia when absent."""
    names: tuple[Text, ...] = ()
    """Names of the classes in order, with a declared number."""
    first_has: Having | None = None
    """Answer by which classes are numbered: the class that gives it most often comes first; by falling size
    otherwise.
    """
    rare: float = Field(default=0.05, ge=0, lt=0.5)
    """Share under which a category joins the most frequent one."""
    inertia: float = Field(default=0.9, gt=0, le=1)
    """Share of Benzécri's corrected inertia on the kept axes."""
    draws: int = Field(default=50, ge=10)
    """Bootstrap samples."""

    @model_validator(mode="after")
    def _a_name_a_class(self) -> Settings:
        if self.names and len(self.names) != self.classes:
            raise ValueError("names goes with classes: one name a class, and classes says how many")
        return self


#: Fewest spaces that a typology is built on: ten a class of the least number of classes.
FEWEST = 30


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return shares of classes, what marks them, the axes and the diagnostics."""
    typed = typology(context, entry, entry.checked(Settings))
    told = shares(typed)
    return [*told, *test_values(typed, told), *axes(typed), *diagnostics(typed)]


def typology(context: Context, entry: Entry, settings: Settings) -> Typed:
    """Return the classes of the spaces that answered.

    Raises
    ------
    AnalyseError
        For unknown questions, or too few answers.
    """
    source = context.survey(settings.source)
    people = estimates.subjects(context, source)
    subject = estimates.of_persons(context, source, people)
    instrument = context.instrument(source.name)
    wave = known_wave(entry, subject.waves, [settings.wave or subject.waves[-1]], "wave")[0]
    active = variables(entry, instrument, settings.active, "active")
    other = variables(entry, instrument, settings.supplementary, "supplementary")
    weights = np.asarray(subject.design.weights, dtype=np.float64)
    rows = np.flatnonzero((subject.frame["wave"] == wave).to_numpy() & (weights > 0))
    if len(rows) < FEWEST:
        raise entry.error(
            "too few answers for a typology", "source", found=f"{len(rows)} in wave {wave}", allowed=f"{FEWEST} or more"
        )
    answers = subject.frame.iloc[rows].reset_index(drop=True)
    found = classify(
        table(answers, active),
        weights[rows],
        table(answers, other) if other else None,
        classes=settings.classes,
        inertia=settings.inertia,
        rare=settings.rare,
        draws=settings.draws,
    )
    found = _numbered(entry, settings, found, instrument, answers, weights[rows])
    labels = pd.Series(None, index=subject.frame.index, dtype="object")
    labels.iloc[rows] = [str(c + 1) for c in found.classes]
    design = estimates.over_columns(subject.design, subject.frame.assign(**{CLASS: labels}))
    return Typed(entry, replace(subject, design=design), wave, rows, active, other, found)


def _numbered(
    entry: Entry, settings: Settings, found: Classified, instrument: Instrument, answers: pd.DataFrame, weights: Floats
) -> Classified:
    """Return the classes in the declared order."""
    size: Floats = np.bincount(found.classes, weights).astype(np.float64)
    score = size
    if settings.first_has is not None:
        asked = settings.first_has
        question = asked_question(entry, instrument, asked.question, "first_has", "question", types=("single",))
        code = known_codes(entry, question, [asked.code], "first_has", "code")[0]
        gives = (answers[question.name] == code).to_numpy(dtype=np.float64, na_value=0.0)
        score = np.bincount(found.classes, weights * gives) / size
    order = renumbered(np.arange(len(size)), score)
    return replace(found, classes=order[found.classes], stability=found.stability[np.argsort(order)])
