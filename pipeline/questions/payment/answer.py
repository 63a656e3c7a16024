"""What users say they would pay: acceptance of prices, the median amount, means that the answers allow.

Declared intentions of persons who use the spaces already. The curve is a model and says so; the shares that accept the
first amount, Turnbull's lower bound and Kriström's mean need none.
"""

from __future__ import annotations

import numpy as np

from pipeline.instrument import Instrument, Question
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome
from pipeline.questions.payment import curves, effects, sensitivity
from pipeline.questions.payment.bids import Asked, asked
from pipeline.questions.payment.bounds_of_means import without_model
from pipeline.questions.payment.events import Events
from pipeline.questions.payment.left_out import whom
from pipeline.questions.payment.refusal import warning
from pipeline.questions.payment.settings import Settings
from pipeline.questions.surveyed import asked_question, known_codes, known_wave
from pipeline.results import Result
from pipeline.results.measure import SHARE, WARNING, Measure, Relation

__all__ = ["MEASURES", "Settings", "answer"]

#: The kinds of numbers of this question.
MEASURES = (
    SHARE,
    WARNING,
    *(Measure(name, "euro", "whole") for name in ("median", "mean_truncated", "turnbull", "kristrom")),
    Measure("revenue", "euro", ".2"),
    *(Measure(name, "share") for name in ("acceptance", "exclusion", "tail")),
    Measure("effect", "ratio", "change", relation=Relation("effect", "median")),
    Measure("evolution", "ratio", "change", relation=Relation("change", "median")),
    Measure("log_likelihood", "coefficient", digits=4),
)


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return what users would pay, wave by wave; nothing of a wave that did not ask.

    Raises
    ------
    AnalyseError
        When a question, code or wave of the settings does not exist, or answers contradict each other.
    """
    settings = entry.checked(Settings)
    source = context.survey(settings.source)
    question = _checked(entry, settings, context.instrument(source.name))
    subject = estimates.of_persons(context, source, estimates.subjects(context, source))
    held = tuple(w for w in subject.waves if question.asked(w))
    try:
        answers = asked(subject.frame, settings)
    except ValueError as fault:
        raise entry.error(f"answers about payment contradict each other: {fault}", "format") from None
    made = _observed(entry, settings, subject, answers, held)
    made += whom(entry, settings, subject, answers, held, Events(settings, entry.recipe))
    for wave in held:
        made += curves.of_wave(entry, settings, subject, answers, wave)
        made += sensitivity.of_wave(entry, settings, subject, answers, wave)
        made += without_model(entry, settings, subject, answers, wave, context.weighted(source.name))
        made.append(warning(entry, subject, answers, wave))
    if settings.contrast is not None:
        pair = known_wave(entry, subject.waves, settings.contrast, "contrast")
        if set(pair) <= set(held):
            made += effects.between(entry, settings, subject, answers, (pair[0], pair[1]))
    return made


def _checked(entry: Entry, settings: Settings, instrument: Instrument) -> Question:
    """Return the main question, all questions and codes of the settings checked."""
    main = "answer" if settings.answer is not None else "amount"
    question = asked_question(entry, instrument, str(getattr(settings, main)), main)
    for key in ("bid", "follow_up", "second", "zero", "by"):
        if (name := getattr(settings, key)) is not None:
            asked_question(entry, instrument, name, key)
    if settings.answer is not None:
        for key in ("yes", "no", "protest"):
            known_codes(entry, question, getattr(settings, key), key)
    for name, reference in settings.covariates.items():
        covariate = asked_question(entry, instrument, name, "covariates")
        if reference is not None:
            known_codes(entry, covariate, [reference], "covariates", name)
    return question


def _observed(
    entry: Entry, settings: Settings, subject: Subject, answers: Asked, waves: tuple[str, ...]
) -> list[Result]:
    """Return shares that need no model: who accepts a first amount, refuses the question, would pay nothing."""
    base, events = dict.fromkeys(waves, "all"), Events(settings, entry.recipe)
    wanted = []
    if not np.isnan(answers.protest).all():
        wanted.append(Outcome("protest", "share", "share", answers.protest, base, events.protest))
    if settings.zero is not None or settings.format == "open":
        wanted.append(Outcome("zero", "share", "share", answers.zero, base, events.zero))
    for bid in np.unique(answers.bid[~np.isnan(answers.bid) & ~np.isnan(answers.yes)]):
        values = np.where(answers.bid == bid, answers.yes, np.nan)
        wanted.append(Outcome("accept", "share", "share", values, base, events.accepts(bid), {"price": f"{bid:g}"}))
    return estimates.levels(entry, subject, wanted)
