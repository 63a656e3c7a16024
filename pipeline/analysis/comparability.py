"""May the waves be compared: services offered in one wave only, a change of mode that shows, a sample too thin.

Three warnings, each with what it rests on, so that the report can say it where the change is told. None corrects
anything: an index leaves out what was not offered, and a mode effect cannot be told apart from a real change that moves
everything the same way.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pipeline.analysis import demand, estimates
from pipeline.analysis.context import Context
from pipeline.analysis.declared import Declared, declared, notes
from pipeline.analysis.entry import Entry, Strict
from pipeline.analysis.estimates import Subject
from pipeline.analysis.outcomes import Outcome
from pipeline.analysis.surveyed import known_wave
from pipeline.results import Result
from pipeline.results.quantity import NOTHING

ANALYSIS = "quality_checks"
ALPHA = 0.05
#: How the names of modes filled in alone on a screen begin.
SCREEN = "web"
#: Column of the space where a person was met.
SPACE = "site_id"
#: Fewer ratings cannot show that they moved together.
MINIMUM = 4
#: A unit carries an estimate of its own with this many answers and degrees of freedom (the rules of `protect`).
ANSWERS, DEGREES = 30, 8


class Settings(Strict):
    """Settings of comparability.

    ``of``: the entry whose items must have been offered in both waves of ``contrast``; ``battery``: an entry of
    ratings, whose notes and the boxes ticked show a change of mode.
    """

    of: str = "demand"
    battery: str | None = "satisfaction"
    contrast: tuple[str | int, str | int]


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the warnings (1 or 0) and the numbers they rest on."""
    settings = entry.checked(Settings)
    known = declared(context, entry, settings.of)
    first, last = known_wave(entry, known.subject.waves, settings.contrast, "contrast")
    made = _new_items(entry, known, (first, last)) + _sparse(entry, known, (first, last))
    if settings.battery is not None:
        modes = {w.name: w.mode for w in context.evaluation.settings.waves}
        ratings = notes(context, entry, settings.battery)
        made += _mode(entry, ratings, known, (first, last), (modes[first], modes[last]))
    return made


def _new_items(entry: Entry, known: Declared, waves: tuple[str, str]) -> list[Result]:
    """Return how many items one of the waves did not offer."""
    apart = [name for name, o in known.outcomes.items() if (waves[0] in o.base) != (waves[1] in o.base)]
    return [
        _row(entry, known.subject, "new_items", "warning", "score", float(bool(apart)), waves),
        _row(entry, known.subject, "new_items", "items", "count", float(len(apart)), waves),
        *(_row(entry, known.subject, "new_items", "item", "score", 1.0, waves, {"item": name}) for name in apart),
    ]


def _mode(
    entry: Entry,
    ratings: tuple[Subject, list[Outcome]],
    known: Declared,
    waves: tuple[str, str],
    modes: tuple[str, str],
) -> list[Result]:
    """Return whether answers moved as a change of mode moves them: notes one way, boxes ticked the other.

    Alone before a screen people give lower notes and tick more boxes than on a sheet handed over by someone; services
    rarely make both happen. The items whose mean note moved most, either way, are left out (a quarter at each end).
    Both moves are tested in the spaces surveyed in both waves, each compared with itself; the p-value is the larger.
    """
    subject, outcomes = ratings
    outcomes = [o for o in outcomes if set(waves) <= set(o.base)]
    boxes = [o for n, o in known.outcomes.items() if n not in demand.INDEX and set(waves) <= set(o.base)]
    if modes[0] == modes[1] or len(outcomes) < MINIMUM or len(boxes) < MINIMUM or SPACE not in subject.frame:
        return [_row(entry, subject, "mode_effect", "warning", "score", 0.0, waves)]
    frame = subject.frame
    table = pd.DataFrame({str(i): o.values for i, o in enumerate(outcomes)}, index=frame.index)
    means = [table[(frame["wave"] == w) & (subject.design.weights != 0)].mean() for w in waves]
    kept = central(means[1] - means[0])
    # answers missing for some items must not move the mean of the others
    note = (table[kept] - table[kept].mean()).mean(axis=1)
    ticked = pd.Series(np.sum([o.values for o in boxes], axis=0), index=frame.index)
    lower, more = _pairs(subject, -note, waves), _pairs(subject, ticked, waves)
    towards = max(lower[1], more[1])
    away = max(1 - lower[1], 1 - more[1])
    screen = [m.startswith(SCREEN) for m in modes]
    # between two modes of one kind either direction is possible, and both are asked
    p = towards if screen == [False, True] else away if screen == [True, False] else min(1.0, 2 * min(towards, away))
    return [
        _row(entry, subject, "mode_effect", "warning", "score", float(p < ALPHA), waves, p_value=p),
        _row(entry, subject, "mode_effect", "notes", "coefficient", -lower[0], waves),
        _row(entry, subject, "mode_effect", "boxes", "coefficient", more[0], waves),
    ]


def _pairs(subject: Subject, values: pd.Series, waves: tuple[str, str]) -> tuple[float, float]:
    """Return the mean change of a number in the spaces of both waves, and the one-sided p that it rose."""
    told = subject.frame[[SPACE, "wave"]].assign(value=values)[subject.design.weights != 0]
    by = told.dropna().groupby([SPACE, "wave"])["value"].agg(["mean", "count"]).unstack()
    sides = [(by["mean"][w], by["count"][w]) for w in waves]
    both = np.logical_and.reduce([m.notna().to_numpy() for m, _ in sides])
    change = (sides[1][0] - sides[0][0]).to_numpy(np.float64)[both]
    weights = 1 / (1 / sides[0][1] + 1 / sides[1][1]).to_numpy(np.float64)[both]
    return paired(change, weights)


def central(moved: pd.Series) -> list[str]:
    """Return the names of the changes that are neither in the highest nor in the lowest quarter."""
    cut = len(moved) // 4
    ordered = moved.sort_values(kind="stable")
    return [str(name) for name in ordered.index[cut : len(moved) - cut]]


def paired(differences: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Return the weighted mean of differences of pairs and the one-sided p that it is positive; 1 under three pairs.

    weights : (pairs,) effective numbers of answers; the error is that of a ratio, whatever the variances are.
    """
    if len(differences) < 3:
        return float("nan"), 1.0
    share = weights / weights.sum()
    mean = float(share @ differences)
    m = len(differences)
    se = float(np.sqrt((share**2 * (differences - mean) ** 2).sum() * m / (m - 1)))
    return mean, float(special.stdtr(m - 1, -mean / se))


def _sparse(entry: Entry, known: Declared, waves: tuple[str, str]) -> list[Result]:
    """Return whether fewer than half of the units carry estimates of their own in both waves."""
    subject = known.subject
    if subject.level not in subject.frame or subject.frame[subject.level].isna().all():
        return []
    first = next(iter(known.outcomes.values()))
    levels = estimates.levels(entry, subject, [first], by=[subject.level])
    table = pd.DataFrame([(r.territory, r.wave, r.n, r.df) for r in levels], columns=["unit", "wave", "n", "df"])
    enough = ((table["n"] >= ANSWERS) & (table["df"] >= DEGREES)).groupby(table["unit"]).all()
    share = float(enough.mean())
    return [
        _row(entry, known.subject, "sparse", "warning", "score", float(share < 0.5), waves),
        _row(entry, known.subject, "sparse", "enough", "share", share, waves),
        _row(entry, known.subject, "sparse", "units", "count", float(enough.sum()), waves),
    ]


def _row(
    entry: Entry,
    subject: Subject,
    indicator: str,
    measure: str,
    unit: str,
    estimate: float,
    waves: tuple[str, str],
    domain: dict[str, object] | None = None,
    p_value: float = np.nan,
) -> Result:
    """Return one check; it describes the material, not people, and is always told."""
    return Result(
        analysis=ANALYSIS,
        indicator=indicator,
        measure=measure,
        population="records",
        territory_level="region",
        territory=subject.region,
        unit=unit,
        inference="census",
        estimate=estimate,
        wave="..".join(waves),
        domain=domain,
        confirmatory=entry.confirmatory,
        source=subject.source,
        p_value=p_value,
        quantity=NOTHING,
    )
