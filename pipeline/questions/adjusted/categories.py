"""Outcomes of several categories: adjusted shares of each by an ordinal or multinomial model, and their shifts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.questions.adjusted.settings import METHOD, Categorical, Settings
from pipeline.questions.adjusted.standardised import Standardised, fitted, formula_of, standardised
from pipeline.questions.context import Context
from pipeline.questions.declared import Declared, declared
from pipeline.questions.entry import Entry
from pipeline.questions.outcomes import base_of
from pipeline.questions.parts import About, inference, percent
from pipeline.questions.quantities import modelled
from pipeline.questions.regressions import OUTCOME, complete, plain_design
from pipeline.questions.surveyed import asked_question
from pipeline.results import Result
from pipeline.results.time import from_to
from pipeline.survey import SurveyError
from pipeline.survey.model_fit import ModelFit
from pipeline.survey.ordinal import Ordinal
from pipeline.survey.parallel_lines import parallel_lines

Waves = tuple[str, str]
NEITHER = "neither"


def answer(
    context: Context, entry: Entry, settings: Settings, choice: Categorical, place: int, waves: Waves
) -> list[Result]:
    """Return the adjusted share of every category in both waves and its shift.

    A sample that cannot carry the regression (nobody of a unit in a category) gives a check that says so.
    """
    known = declared(context, entry, choice.of or settings.of)
    subject = known.subject
    base, values, codes = _outcome(context, entry, choice, known, place, waves)
    if not set(waves) <= set(base):
        return []
    columns = list(dict.fromkeys([settings.by, *settings.controls]))
    design = plain_design(subject, pd.Categorical(values, categories=codes, ordered=choice.model == "ordinal"), columns)
    rows = complete(design, columns, waves)
    formula = formula_of("wave", settings.by, settings.controls, OUTCOME)
    told = About(entry, known.entry.name, choice.name, subject, base[waves[1]])
    try:
        fit = fitted(design, formula, choice.model, rows)
    except SurveyError:
        return [told.not_estimable("adjusted", from_to(*waves))]
    model = standardised(fit, "wave", waves, None, OUTCOME)
    levels = _levels(told, model)
    made = levels + _shifts(told, model, waves, levels)
    if choice.model == "ordinal":
        test = fit.term_test([t for t in fit.terms if "wave" in t], "Wald")
        numbers = {"df": float(test.df), "p_value": test.p_value, "n": float(fit.n)}
        when, domain = from_to(*waves), {"over": "answer"}
        made.append(
            told.result(
                "global_test",
                "score",
                test.statistic,
                wave=when,
                method=METHOD,
                domain=domain,
                inference="model",
                numbers=numbers,
            )
        )
        made += _assumption(told, fit, when)
    return made


def _assumption(told: About, fit: ModelFit, when: str) -> list[Result]:
    """Return the test that the wave moves every step of the outcome alike; nothing where answers cannot tell."""
    if not isinstance(fit, Ordinal):
        return []
    tested = parallel_lines(fit, [i for term, places in fit.terms.items() if "wave" in term for i in places])
    if tested is None or not np.isfinite(tested.whole.f):
        return []
    numbers = {"df": float(tested.whole.df), "p_value": tested.whole.p_value, "n": float(fit.n)}
    return [
        told.result(
            "parallel_lines", "score", tested.whole.f, wave=when, method=METHOD, inference="model", numbers=numbers
        )
    ]


def _outcome(
    context: Context, entry: Entry, choice: Categorical, known: Declared, place: int, waves: Waves
) -> tuple[dict[str, str], NDArray[np.object_], list[object]]:
    """Return the base by wave, the category (n,) of every respondent and the categories in order."""
    keys = ("categorical", place)
    if choice.question is not None:
        source = known.subject.source
        question = asked_question(entry, context.instrument(source), choice.question, *keys, "question")
        values = known.subject.frame[question.name].astype("object")
        present = set(values[known.subject.frame["wave"].isin(waves)].dropna())
        codes = [c for c in question.codes if c in present]
        return base_of(question, known.subject.waves), values.where(values.notna(), None).to_numpy(), list(codes)
    outcomes = [known.outcome(entry, name, *keys, "first_of", i) for i, name in enumerate(choice.first_of)]
    table = np.column_stack([o.values for o in outcomes])
    found = np.select([table[:, i] == 1 for i in range(len(outcomes))], list(choice.first_of), NEITHER).astype(object)
    found[np.isnan(table).any(axis=1)] = None
    return dict(outcomes[0].base), found, [*choice.first_of, NEITHER]


def _levels(told: About, model: Standardised) -> list[Result]:
    made = []
    for place, cell in enumerate(model.cells):
        tested = {k: v for k, v in inference(model.shares, place).items() if k != "p_value"}
        numbers = {**tested, "n": cell.n, "contributors": cell.yes}
        p, domain = float(model.shares.estimate[place]), {"answer": cell.category}
        made.append(
            told.result("distribution", "share", p, wave=cell.wave, method=METHOD, domain=domain, numbers=numbers)
        )
    return made


def _shifts(told: About, model: Standardised, waves: Waves, levels: list[Result]) -> list[Result]:
    made = []
    level = {(r.wave, (r.domain or {})["answer"]): r.quantity for r in levels}
    when = from_to(*waves)
    for category in dict.fromkeys(c.category for c in model.cells):
        places = [model.place(w, None, category) for w in waves]
        value, cells = model.difference(*places), [model.cells[i] for i in places]
        counted = {"n": sum(c.n for c in cells), "contributors": min(c.yes for c in cells)}
        numbers, domain = {**inference(value, 0, 100.0), **counted}, {"answer": category}
        shift = percent(value, 0)
        row = told.result(
            "distribution_shift", "point", shift, wave=when, method=METHOD, domain=domain, numbers=numbers
        )
        of = [q for w in reversed(waves) if (q := level[w, category]) is not None]
        made.append(modelled(told.entry, row, *of))
    return made
