"""Has demand moved for comparable users: the change between waves with the public held still, and where it differs.

A regression on both waves gives the share that each wave would have with the public of both. Home equipment enters a
second model: having a computer is one of the ways in which demand moves, a mediator and not a confounder. A change
among users is not a change among inhabitants: who comes is chosen.
"""

from __future__ import annotations

from pipeline.questions.adjusted import categories, global_tests, shifts, territories, trends
from pipeline.questions.adjusted.settings import Settings, about
from pipeline.questions.context import Context
from pipeline.questions.declared import Declared, declared
from pipeline.questions.entry import Entry
from pipeline.questions.outcomes import Outcome
from pipeline.questions.surveyed import domain_column, known_wave
from pipeline.results import Result
from pipeline.results.measure import NOT_ESTIMABLE, SHARE, SHIFT, Covered, Measure, Relation
from pipeline.results.time import from_to
from pipeline.survey import SurveyError

__all__ = ["MEASURES", "Settings", "answer"]

#: The kinds of numbers of this question.
MEASURES = (
    SHARE,
    SHIFT,
    NOT_ESTIMABLE,
    Measure("mediated", "point", relation=Relation("part", "share"), covered=(Covered("equipment", 0.89),)),
    Measure("distribution", "share", covered=(Covered("adjusted", 0.92),)),
    Measure("distribution_shift", "point", relation=Relation("difference", "distribution")),
    Measure("odds_ratio", "odds_ratio"),
    Measure("trend", "coefficient"),
    Measure("global_test", "score", family="gate"),
    *(Measure(name, "score", family="alone") for name in ("interaction", "curvature", "parallel_lines")),
    Measure("variance", "coefficient"),
    Measure("shrinkage", "ratio"),
)


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return adjusted shares and shifts, odds ratios, global tests, pooled shifts of units and trends."""
    settings = entry.checked(Settings)
    known = declared(context, entry, settings.of)
    for key in ("controls", "mediators"):
        for i, name in enumerate(getattr(settings, key)):
            domain_column(entry, known.subject.frame, name, key, i)
    made: list[Result] = []
    if settings.contrast is not None:
        first, last = known_wave(entry, known.subject.waves, settings.contrast, "contrast")
        for i, indicator in enumerate(settings.indicators):
            outcome = known.outcome(entry, indicator, "indicators", i)
            if {first, last} <= set(outcome.base):
                made += _shifts(entry, settings, known, outcome, (first, last))
                made += global_tests.of_indicator(entry, settings, known, outcome, (first, last))
                made += territories.answer(entry, settings, known, outcome, (first, last)) if settings.pooled else []
        made += global_tests.of_items(entry, settings, known, (first, last))
        for i, choice in enumerate(settings.categorical):
            made += categories.answer(context, entry, settings, choice, i, (first, last))
    for i, indicator in enumerate(settings.trends):
        made += trends.answer(context, entry, settings, known, known.outcome(entry, indicator, "trends", i))
    return made


def _shifts(
    entry: Entry, settings: Settings, known: Declared, outcome: Outcome, waves: tuple[str, str]
) -> list[Result]:
    """Return adjusted shifts, or a check that says that the sample cannot carry the regression."""
    try:
        return shifts.answer(entry, settings, known, outcome, waves)
    except SurveyError:
        return [about(entry, known, outcome, waves[1]).not_estimable("adjusted", from_to(*waves))]
