"""Standardised shares of two waves, their differences in points, and odds ratios, with and without the mediators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.questions.adjusted.settings import METHOD, Settings, about
from pipeline.questions.adjusted.standardised import Standardised, carried, fitted, formula_of, standardised
from pipeline.questions.declared import Declared
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import LEVEL
from pipeline.questions.outcomes import Outcome
from pipeline.questions.parts import About, inference, percent
from pipeline.questions.regressions import OUTCOME, complete, plain_design
from pipeline.results import Result
from pipeline.results.time import from_to
from pipeline.survey import smooth
from pipeline.survey.model_fit import ModelFit

Waves = tuple[str, str]


def answer(entry: Entry, settings: Settings, known: Declared, outcome: Outcome, waves: Waves) -> list[Result]:
    """Return adjusted levels, shifts and odds ratios of one indicator, everyone and by group.

    Both models use the rows that have every control and mediator, so that their difference is not one of rows.
    """
    subject = known.subject
    columns = list(dict.fromkeys([settings.by, *settings.controls, *settings.mediators]))
    design = plain_design(subject, outcome.values, columns)
    rows = complete(design, columns, waves)
    told = about(entry, known, outcome, waves[1])
    made: list[Result] = []
    models: list[Standardised] = []
    for method, terms in _models(settings):
        fit = fitted(design, formula_of("wave", settings.by, terms, OUTCOME), "logit", rows)
        model = standardised(fit, "wave", waves, settings.by, OUTCOME)
        made += levels(told, model, settings.by, method)
        made += differences(told, model, settings.by, method, waves)
        plain = fitted(design, formula_of("wave", None, terms, OUTCOME), "logit", rows)
        made += _odds_ratios(told, fit, plain, settings.by, method, waves)
        models.append(model)
    if len(models) == 2:
        made += _mediated(told, models[0], models[1], settings, waves)
    return made


def _models(settings: Settings) -> list[tuple[str, tuple[str, ...]]]:
    first = (METHOD, settings.controls)
    if not settings.mediators:
        return [first]
    return [first, (f"{METHOD}_{settings.mediated_by}", (*settings.controls, *settings.mediators))]


def _domain(by: str, group: object) -> dict[str, object] | None:
    return None if group is None else {by: group}


def levels(told: About, model: Standardised, by: str, method: str) -> list[Result]:
    """Return the standardised share of every wave and group."""
    made = []
    for place, cell in enumerate(model.cells):
        p, se = float(model.shares.estimate[place]), float(model.shares.se[place])
        size = min(p * (1 - p) / se**2, cell.n) if se > 0 else cell.n
        # that a share is not zero is no finding
        tested = {k: v for k, v in inference(model.shares, place).items() if k != "p_value"}
        numbers = {**tested, "n": cell.n, "n_effective": size, "contributors": cell.yes}
        domain = _domain(by, cell.group)
        made.append(told.result("share", "share", p, wave=cell.wave, method=method, domain=domain, numbers=numbers))
    return made


def differences(told: About, model: Standardised, by: str, method: str, waves: Waves) -> list[Result]:
    """Return the difference of the standardised shares of the two waves, everyone and by group."""
    made = []
    for group in dict.fromkeys(c.group for c in model.cells):
        places = [model.place(w, group) for w in waves]
        made.append(_shift(told, "shift", model.difference(*places), model, places, method, waves, _domain(by, group)))
    return made


def _mediated(
    told: About, without: Standardised, within: Standardised, settings: Settings, waves: Waves
) -> list[Result]:
    """Return the part of the shift that the mediators carry, everyone and by group."""
    made = []
    for group in dict.fromkeys(c.group for c in without.cells):
        places = [without.place(w, group) for w in waves]
        gap = carried(without, within, *places)
        domain = _domain(settings.by, group)
        made.append(_shift(told, "mediated", gap, without, places, settings.mediated_by, waves, domain))
    return made


def _shift(
    told: About,
    measure: str,
    value: smooth.Smooth,
    model: Standardised,
    places: list[int],
    method: str,
    waves: Waves,
    domain: dict[str, object] | None,
) -> Result:
    cells = [model.cells[i] for i in places]
    numbers = {**inference(value, 0, 100.0), "n": sum(c.n for c in cells), "contributors": min(c.yes for c in cells)}
    when = from_to(*waves)
    return told.result(measure, "point", percent(value, 0), wave=when, method=method, domain=domain, numbers=numbers)


def _odds_ratios(told: About, crossed: ModelFit, plain: ModelFit, by: str, method: str, waves: Waves) -> list[Result]:
    """Return the odds ratio of the last wave against the first: one for all groups, then one a group.

    The interval is that of its logarithm, which is nearer to a normal law.
    """
    made = []
    name = f"wave[T.{waves[1]}]"
    for fit, combinations in ((plain, {None: [name]}), (crossed, _by_group(crossed, name, by))):
        columns = list(fit.coefficients["term"])
        for group, terms in combinations.items():
            weight = np.zeros(len(columns))
            weight[[columns.index(t) for t in terms]] = 1.0
            made.append(_odds_ratio(told, fit, weight, method, waves, _domain(by, group)))
    return made


def _by_group(fit: ModelFit, name: str, by: str) -> dict[object, list[str]]:
    columns = list(fit.coefficients["term"])
    groups = sorted(fit.design.frame[by].iloc[fit.matrix.rows].unique(), key=str)
    return {g: [name, *(c for c in columns if c == f"{name}:{by}[T.{g}]")] for g in groups}


def _odds_ratio(
    told: About,
    fit: ModelFit,
    weight: NDArray[np.float64],
    method: str,
    waves: Waves,
    domain: dict[str, object] | None,
) -> Result:
    rows = fit.matrix.rows
    log = smooth.of_influences(
        fit.design, rows, fit.estimate, fit.influences, lambda v: np.array([weight @ v]), LEVEL, fit.df
    )
    ratio = float(np.exp(log.estimate[0]))
    numbers = {**inference(log, 0), "n": float(fit.n), "se": ratio * float(log.se[0])}
    numbers |= {"lower": float(np.exp(log.lower[0])), "upper": float(np.exp(log.upper[0]))}
    when = from_to(*waves)
    return told.result(
        "odds_ratio", "odds_ratio", ratio, wave=when, method=method, domain=domain, inference="model", numbers=numbers
    )
