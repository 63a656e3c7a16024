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

from pipeline.analysis import estimates
from pipeline.analysis.context import Context
from pipeline.analysis.declared import Declared, declared
from pipeline.analysis.entry import Entry, Strict
from pipeline.analysis.surveyed import known_wave
from pipeline.results import Result

ANALYSIS = "quality_checks"
ALPHA = 0.05
#: A unit carries an estimate of its own with this many answers and degrees of freedom (the rules of `protect`).
ANSWERS, DEGREES = 30, 8


class Settings(Strict):
    """Settings of comparability.

    ``of``: the entry whose items must have been offered in both waves of ``contrast``; ``battery``: an entry of
    ratings whose items should not all move together, to see a change of mode.
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
        battery = declared(context, entry, settings.battery)
        made += _mode(entry, battery, (first, last), modes[first] != modes[last])
    return made


def _new_items(entry: Entry, known: Declared, waves: tuple[str, str]) -> list[Result]:
    """Return how many items one of the waves did not offer."""
    apart = [name for name, o in known.outcomes.items() if (waves[0] in o.base) != (waves[1] in o.base)]
    return [
        _row(entry, known, "new_items", "warning", "score", float(bool(apart)), waves),
        _row(entry, known, "new_items", "items", "count", float(len(apart)), waves),
        *(_row(entry, known, "new_items", "item", "score", 1.0, waves, {"item": name}) for name in apart),
    ]


def _mode(entry: Entry, battery: Declared, waves: tuple[str, str], differs: bool) -> list[Result]:
    """Return whether more than half of the ratings moved the same way although the mode changed.

    Services improve and worsen one by one; a mode moves answers alike. The p-value is that of more than half of the
    items moving in one direction (partial conjunction, Benjamini and Heller 2008, Biometrics 64, 1215), both
    directions asked.
    """
    outcomes = [o for o in battery.outcomes.values() if set(waves) <= set(o.base)]
    if not differs or len(outcomes) < 3:
        return [_row(entry, battery, "mode_effect", "warning", "score", 0.0, waves)]
    moved = estimates.shifts(entry, battery.subject, outcomes, waves)
    t = np.array([r.estimate / r.se for r in moved])
    df = np.array([r.df for r in moved])
    p = min(1.0, 2 * min(_most(special.stdtr(df, t)), _most(special.stdtr(df, -t))))
    told = float(np.median([r.estimate for r in moved]))
    return [
        _row(entry, battery, "mode_effect", "warning", "score", float(p < ALPHA), waves, p_value=p),
        _row(entry, battery, "mode_effect", "median_shift", "coefficient", told, waves),
    ]


def _most(p: NDArray[np.float64]) -> float:
    """Return the p-value that more than half of the one-sided tests hold."""
    ordered = np.sort(p)
    needed = len(p) // 2 + 1
    return float((len(p) - needed + 1) * ordered[needed - 1])


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
        _row(entry, known, "sparse", "warning", "score", float(share < 0.5), waves),
        _row(entry, known, "sparse", "enough", "share", share, waves),
        _row(entry, known, "sparse", "units", "count", float(enough.sum()), waves),
    ]


def _row(
    entry: Entry,
    known: Declared,
    indicator: str,
    measure: str,
    unit: str,
    estimate: float,
    waves: tuple[str, str],
    domain: dict[str, object] | None = None,
    p_value: float = np.nan,
) -> Result:
    """Return one check; it describes the material, not people, and is always told."""
    subject = known.subject
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
    )
