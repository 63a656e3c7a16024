"""Tests that come before a family of comparisons: whether anything moved, and whether groups moved differently.

A shift of one age band, one pays or one service is told as established only when the test over all of them allows it
(see `families`). The test that groups moved differently says whether their shifts may be opposed to each other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.questions.adjusted.settings import METHOD, Settings, about
from pipeline.questions.adjusted.standardised import fitted, formula_of
from pipeline.questions.declared import Declared
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import over_columns
from pipeline.questions.outcomes import Outcome
from pipeline.questions.parts import About
from pipeline.questions.regressions import OUTCOME, complete, plain_design
from pipeline.results import Result
from pipeline.results.time import from_to
from pipeline.survey import Design, SurveyError, term_test
from pipeline.survey.term_test import TermTest

Waves = tuple[str, str]
#: Over more groups than this the Wald test asks too much of the estimated covariance: the likelihood ratio is taken.
MANY = 8


def of_indicator(entry: Entry, settings: Settings, known: Declared, outcome: Outcome, waves: Waves) -> list[Result]:
    """Return, over groups and over units, the tests of any shift and of different shifts, plain and adjusted.

    A test that the sample cannot carry (a unit without any yes in a wave) is left out.
    """
    subject = known.subject
    told = about(entry, known, outcome, waves[1])
    overs = [settings.by, *([subject.level] if settings.pooled else [])]
    columns = list(dict.fromkeys([*overs, *settings.controls]))
    design = plain_design(subject, outcome.values, columns)
    made: list[Result] = []
    for over in overs:
        for method, terms in ((None, ()), (METHOD, settings.controls)):
            rows = complete(design, [over, *terms], waves)
            groups = design.frame.loc[rows, over].nunique()
            try:
                fit = fitted(design, formula_of("wave", over, terms, OUTCOME), "logit", rows)
                kind = "LRT" if groups > MANY else "Wald"
                moved = fit.term_test(["wave", f"wave:{over}"], kind)
                differently = fit.term_test(f"wave:{over}", kind)
            except SurveyError:
                continue
            made.append(_told(told, "global_test", moved, method, waves, over, fit.n))
            made.append(_told(told, "interaction", differently, method, waves, over, fit.n))
    if settings.pooled:
        made += _gaps(told, design, subject.level, waves[1])
    return made


def _gaps(told: About, design: Design, level: str, wave: str) -> list[Result]:
    """Return the test that the units differ in the last wave, which comes before their gaps."""
    rows = complete(design, [level], [wave])
    try:
        fit = fitted(design, f"{OUTCOME} ~ {level}", "logit", rows)
        test = fit.term_test(level, "LRT")
    except SurveyError:
        return []
    return [_told(told, "global_test", test, None, (wave,), level, fit.n)]


def _told(
    told: About, measure: str, test: TermTest, method: str | None, waves: tuple[str, ...], over: str, n: int
) -> Result:
    numbers = {"df": float(test.df), "p_value": test.p_value, "n": float(n)}
    when, domain = from_to(*waves), {"over": over}
    return told.result(
        measure, "score", test.statistic, wave=when, method=method, domain=domain, inference="model", numbers=numbers
    )


def of_items(entry: Entry, settings: Settings, known: Declared, waves: Waves) -> list[Result]:
    """Return the test that the share of no item of ``of`` moved, items of both waves together."""
    chosen = [o for name, o in known.outcomes.items() if name not in known.indexes and set(waves) <= set(o.base)]
    if not settings.items or len(chosen) < 2:
        return []
    names = [f"_item_{i}" for i in range(len(chosen))]
    frame = pd.DataFrame(dict(zip(names, (o.values for o in chosen), strict=True)), index=known.subject.frame.index)
    design = over_columns(known.subject.design, frame.assign(wave=known.subject.frame["wave"].astype("object")))
    inside = frame.notna().all(axis=1).to_numpy() & design.frame["wave"].isin(waves).to_numpy()
    table = design.mean(names, by="wave", where=inside)
    covariance = design.covariance("mean", names, by="wave", where=inside)
    sign = np.where(table["wave"] == waves[1], 1.0, -1.0)
    rows = np.array([np.where(table["variable"] == name, sign, 0.0) for name in names])
    values = rows @ table["estimate"].to_numpy(np.float64)
    ddf = float(table["df"].min())
    try:
        test = term_test.wald(names, np.arange(len(names)), values, rows @ covariance @ rows.T, ddf)
    except SurveyError:
        return []
    told = About(entry, known.entry.name, "items", known.subject, chosen[0].base[waves[1]])
    return [_told(told, "global_test", test, None, waves, "items", int(inside.sum()))]
