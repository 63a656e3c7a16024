"""Trends along all waves: the mean change a year, plain and with the public held still, and whether it is a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.questions.adjusted.settings import METHOD, Settings, about
from pipeline.questions.adjusted.standardised import fitted
from pipeline.questions.context import Context
from pipeline.questions.declared import Declared
from pipeline.questions.entry import Entry
from pipeline.questions.outcomes import Outcome
from pipeline.questions.parts import About
from pipeline.questions.regressions import OUTCOME, complete, plain_design
from pipeline.results import Result, one
from pipeline.survey import SurveyError
from pipeline.survey.model_fit import ModelFit

TIME = "_year"


def answer(context: Context, entry: Entry, settings: Settings, known: Declared, outcome: Outcome) -> list[Result]:
    """Return the mean change a year in points, plain and adjusted, and the test of a curve; three waves at least."""
    waves = [w for w in known.subject.waves if w in outcome.base]
    if len(waves) < 3:
        return []
    design = plain_design(known.subject, outcome.values, settings.controls)
    years = _years(context, waves)
    centre = float(np.mean(list(years.values())))
    time = design.frame["wave"].map({w: y - centre for w, y in years.items()}).astype("float64")
    design.frame[TIME] = time
    told = about(entry, known, outcome, waves[-1])
    made = []
    for method, terms in ((None, ()), (METHOD, settings.controls)):
        rows = complete(design, terms, waves)
        right = " + ".join([TIME, *terms])
        try:
            straight = fitted(design, f"{OUTCOME} ~ {right}", "logit", rows)
            curved = fitted(design, f"{OUTCOME} ~ {right} + I({TIME}**2)", "logit", rows)
        except SurveyError:
            made.append(told.not_estimable("adjusted", f"{waves[0]}..{waves[-1]}"))
            break
        made += [_trend(told, straight, method, waves), _curve(told, curved, method, waves)]
    return made


def _years(context: Context, waves: Sequence[str]) -> dict[str, float]:
    """Return the middle of every wave's fieldwork in years."""
    middles = {}
    for wave in context.evaluation.settings.waves:
        start, end = wave.field
        day = start.toordinal() + (end.toordinal() - start.toordinal()) / 2
        middles[wave.name] = day / 365.25
    return {w: middles[w] for w in waves}


def _trend(told: About, fit: ModelFit, method: str | None, waves: Sequence[str]) -> Result:
    effect = one(fit.average_marginal_effects(TIME, "linearised").table, TIME)
    numbers = {name: 100 * float(effect[name]) for name in ("se", "lower", "upper")}
    numbers |= {"level": fit.level, "df": float(fit.df), "p_value": float(effect["p"]), "n": float(fit.n)}
    slope, when = 100 * float(effect["estimate"]), f"{waves[0]}..{waves[-1]}"
    return told.result("trend", "coefficient", slope, wave=when, method=method, inference="model", numbers=numbers)


def _curve(told: About, fit: ModelFit, method: str | None, waves: Sequence[str]) -> Result:
    test = fit.term_test(next(t for t in fit.terms if "**" in t), "Wald")
    numbers, when = {"df": float(test.df), "p_value": test.p_value, "n": float(fit.n)}, f"{waves[0]}..{waves[-1]}"
    return told.result(
        "curvature", "score", test.statistic, wave=when, method=method, inference="model", numbers=numbers
    )
