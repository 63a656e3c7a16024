"""Cross-tables: every closed question by each declared characteristic, wave by wave, with a test of association.

Shares are in lines: among those of a category, who gave each answer. Tests are exploratory and many; they are screened
together (see `families`), and the strength of an association is told beside its test.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from pipeline.instrument import Instrument, Question
from pipeline.questions import declared, estimates
from pipeline.questions.answer_groups import Groups, label
from pipeline.questions.context import Context
from pipeline.questions.derived import with_derived
from pipeline.questions.entry import Entry, Strict, entries
from pipeline.questions.estimates import Subject, over_columns
from pipeline.questions.outcomes import Outcome, answers_of, base_of, numbers, ticked, ticks
from pipeline.questions.parts import About
from pipeline.questions.surveyed import asked_question, domain_column
from pipeline.results import Result
from pipeline.results.measure import SHARE, Measure
from pipeline.survey import Design, SurveyError

CLOSED = ("single", "likert", "multiple")
#: Answers given by fewer respondents are taken together in a test, whose approximation needs counts.
RARE = 30
#: Entry of ratings, unless the plan names another.
RATINGS = "satisfaction"

#: The kinds of numbers of this question.
MEASURES = (SHARE, Measure("association", "coefficient", family="screened"))


class Settings(Strict):
    """Settings of cross-tables."""

    by: tuple[str, ...] = Field(min_length=1)
    """Characteristics that answers are crossed with."""
    territory: bool = True
    """Whether the units are one more characteristic."""
    questions: tuple[str, ...] = ()
    """Questions crossed; all closed ones of the instrument unless given."""
    without: tuple[str, ...] = ()
    """Questions left out."""
    ratings: str | None = RATINGS
    """Entry that says whether answers to its items are told in groups; by default the one of that name, else every
    entry of satisfaction that is about the same survey.
    """
    source: str | None = None
    """Source that it reads, where there are several."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the shares of every answer by category and the tests of association."""
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    instrument = context.instrument(source.name)
    people = estimates.subjects(context, source)
    subject = estimates.of_persons(context, source, people)
    subject = with_derived(context, source, subject, settings.by)
    columns = [domain_column(entry, subject.frame, c, "by", i) for i, c in enumerate(settings.by)]
    asked = [q for q in _questions(entry, settings, instrument) if _answered(subject, q)]
    made: list[Result] = []
    for column in [*columns, *([subject.level] if settings.territory and subject.level in subject.frame else [])]:
        grouped = _grouped_answers(context, entry, settings, subject, column)
        outcomes = [o for q in asked if q.name != column for o in answers(subject, q, grouped.get(q.name))]
        made += estimates.levels(entry, subject, outcomes, by=[column])
    design = _coded(subject, asked, columns)
    for column in columns:
        made += [row for q in asked if q.name != column for row in _tests(entry, subject, design, q, column)]
    return made


def _questions(entry: Entry, settings: Settings, instrument: Instrument) -> list[Question]:
    for i, name in enumerate(settings.without):
        asked_question(entry, instrument, name, "without", i)
    if settings.questions:
        chosen = [
            asked_question(entry, instrument, n, "questions", i, types=CLOSED) for i, n in enumerate(settings.questions)
        ]
    else:
        chosen = [q for q in instrument.questions if q.type in CLOSED]
    return [q for q in chosen if q.name not in settings.without]


def _answered(subject: Subject, question: Question) -> bool:
    columns = _columns(subject, question)
    return bool(columns) and bool(subject.frame[columns].notna().any().any())


def _columns(subject: Subject, question: Question) -> list[str]:
    names = [f"{question.name}_{i.name}" for i in question.items] if question.type == "multiple" else [question.name]
    return [n for n in names if n in subject.frame]


def _grouped_answers(
    context: Context, entry: Entry, settings: Settings, subject: Subject, column: str
) -> dict[str, Groups]:
    planned = {e.name for e in entries(context.evaluation)}
    if settings.ratings is None:
        return {}
    named = [settings.ratings]
    if settings.ratings == RATINGS and RATINGS not in planned:
        # the plan has given its entry another name
        named = declared.ratings(context)
    found = (declared.groups(context, entry, name, subject, column) for name in named)
    return {item: groups for each in found for item, groups in each.items()}


def answers(subject: Subject, question: Question, groups: Groups | None = None) -> list[Outcome]:
    """Return the outcome of each answer or group of answers, or of each item of a multiple question."""
    if question.type == "multiple":
        return [
            Outcome(
                question.name,
                "share",
                "share",
                numbers(subject.frame[f"{question.name}_{i.name}"]),
                base_of(question, [w for w in subject.waves if i in question.offered(w)]),
                ticked(question, [i.name]),
                {"item": i.name},
            )
            for i in question.items
        ]
    base = base_of(question, subject.waves)
    values = subject.frame[question.name]
    return [
        Outcome(question.name, "share", "share", ticks(values, c), base, answers_of(question, c), {"answer": label(c)})
        for c in groups or [(code,) for code in question.codes]
    ]


def _coded(subject: Subject, questions: list[Question], columns: list[str]) -> Design:
    """Return the design over categories, each coded once for all tests."""
    names = [*columns, *(c for q in questions for c in _columns(subject, q))]
    made = {n: pd.Categorical(subject.frame[n].astype("object")) for n in dict.fromkeys(names)}
    frame = pd.DataFrame(made, index=subject.frame.index)
    return over_columns(subject.design, frame.assign(wave=subject.frame["wave"].astype("object")))


def _tests(entry: Entry, subject: Subject, design: Design, question: Question, column: str) -> Iterator[Result]:
    """Yield a Rao-Scott test for every wave, and for every item of a multiple question.

    Tables that hold no test (an answer of one category only) yield nothing.
    """
    items = {f"{question.name}_{i.name}": i.name for i in question.items}
    base = base_of(question, subject.waves)
    for wave, said in base.items():
        here = (design.frame["wave"] == wave).to_numpy()
        for name in _columns(subject, question):
            grouped = _grouped(design, name, here)
            try:
                test = grouped.chi_square(name, column, where=here)
            except SurveyError:
                continue
            about = About(entry, entry.name, question.name, subject, said)
            domain = {"by": column, **({"item": items[name]} if name in items else {})}
            sides = min(test.shares.shape) - 1
            numbers_ = {"df": test.df, "p_value": test.p_value, "n": float(test.n)}
            yield about.result(
                "association",
                "coefficient",
                float(np.sqrt(test.pearson / test.n / sides)),
                wave=wave,
                domain=domain,
                inference="model",
                numbers=numbers_,
            )


def _grouped(design: Design, name: str, here: NDArray[np.bool_]) -> Design:
    """Return the design with the rare answers of a column taken together."""
    column = design.frame[name].cat
    codes = column.codes.to_numpy()
    counts = np.bincount(codes[here & (codes >= 0)], minlength=len(column.categories))
    given = np.flatnonzero(counts)
    rare = given[counts[given] < RARE]
    if not len(rare) or len(given) < 3:
        return design
    if counts[rare].sum() < RARE:
        others = np.setdiff1d(given, rare)
        rare = np.append(rare, others[np.argmin(counts[others])])
    merged = np.where(np.isin(codes, rare), rare[0], codes)
    values = pd.Categorical.from_codes(merged, categories=column.categories)
    return over_columns(design, design.frame.assign(**{name: values}))
