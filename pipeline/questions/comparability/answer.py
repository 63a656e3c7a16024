"""May the waves be compared: services offered in one wave only, a change of mode that shows, a sample too thin.

Three warnings, each with what it rests on, so that the report can say it where the change is told. None corrects
anything: an index leaves out what was not offered, and a mode effect cannot be told apart from a real change that moves
everything the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.declared import Declared, declared, notes
from pipeline.questions.entry import Entry, Strict, entries
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome
from pipeline.questions.surveyed import known_wave
from pipeline.results import Result
from pipeline.results.measure import WARNING, Measure
from pipeline.results.quantity import NOTHING
from pipeline.results.time import from_to
from pipeline.survey import multiplicity

ANALYSIS = "quality_checks"
ALPHA, POWER = 0.05, 0.8
#: How the names of modes filled in alone on a screen begin.
SCREEN = "web"
#: Column of the space where a person was met.
SPACE = "site_id"
#: Column of what is adjusted, beside those of its groups.
VALUE = "value"
#: Fewer ratings cannot show that they moved together.
MINIMUM = 4
#: A unit carries an estimate of its own with this many answers and degrees of freedom (the rules of `protect`).
ANSWERS, DEGREES = 30, 8

#: The kinds of numbers of this question.
MEASURES = (
    WARNING,
    Measure("items", "count"),
    Measure("item", "score"),
    *(Measure(f"{name}{seen}", "coefficient") for name in ("notes", "boxes") for seen in ("", "_detectable")),
    Measure("boxes_detectable_share", "share"),
    Measure("enough", "share"),
    Measure("units", "count"),
)


@dataclass(frozen=True)
class Move:
    """A mean change, its error, degrees of freedom, the one-sided p that it is positive, and the mean ``before``."""

    mean: float
    se: float
    df: int
    p: float
    before: float = float("nan")

    def detectable(self, level: float) -> float:
        """Return the change that a one-sided test at ``level`` sees at 80 % power (Bloom 1995, Eval. Rev. 19)."""
        if self.df == 0:
            return float("nan")
        return float((special.stdtrit(self.df, 1 - level) + special.stdtrit(self.df, POWER)) * self.se)


class Settings(Strict):
    """Settings of comparability."""

    of: str = "demand"
    """Entry whose items must have been offered in both waves."""
    battery: str | None = "satisfaction"
    """Entry of ratings, whose notes show a change of mode as ticked boxes do."""
    contrast: tuple[str | int, str | int]
    """Two waves whose change is told."""
    neutral: tuple[str, ...] | None = None
    """Items whose boxes are counted; those of no index of the plan unless told."""
    adjust: tuple[str, ...] = ("age_band", "home_computer")
    """Columns that the number of boxes is adjusted for, where there are."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the warnings (1 or 0) and the numbers they rest on."""
    settings = entry.checked(Settings)
    known = declared(context, entry, settings.of)
    first, last = known_wave(entry, known.subject.waves, settings.contrast, "contrast")
    made = _new_items(entry, known, (first, last)) + _sparse(entry, known, (first, last))
    if settings.battery is not None:
        modes = {w.name: w.mode for w in context.evaluation.settings.waves}
        ratings = notes(context, entry, settings.battery)
        made += _mode(
            entry,
            settings,
            ratings,
            known,
            (first, last),
            (modes[first], modes[last]),
            _neutral(context, entry, settings, known),
        )
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
    settings: Settings,
    ratings: tuple[Subject, list[Outcome]],
    known: Declared,
    waves: tuple[str, str],
    modes: tuple[str, str],
    neutral: frozenset[str],
) -> list[Result]:
    """Return whether answers moved as a change of mode moves them: notes one way, or boxes ticked the other.

    Alone before a screen people give lower notes and tick more boxes than on a sheet handed over by someone. Each is
    tested by itself, for a mode may do one without the other: notes without the items whose mean moved most, either
    way (a quarter at each end); boxes among the ``neutral`` items, which no index counts, so that a demand that really
    moves raises nothing. Notes judge a space, and are compared within the spaces of both waves; wishes are those of
    persons, and are compared over all spaces. The warning is raised when one of the two p-values, corrected for two
    tests (Holm), is below 5 %. What each test could have seen stands beside.
    """
    subject = ratings[0]
    if modes[0] == modes[1] or SPACE not in subject.frame:
        return [_row(entry, subject, "mode_effect", "warning", "score", 0.0, waves)]
    moves = _moves(settings, ratings, known, waves, neutral)
    screen = [m.startswith(SCREEN) for m in modes]
    p = dict(zip(moves, multiplicity.adjust([_one_p(m, screen) for m in moves.values()], "holm"), strict=True))
    least = float(min(p.values(), default=np.nan))
    made = [_row(entry, subject, "mode_effect", "warning", "score", float(least < ALPHA), waves, p_value=least)]
    # Holm rejects the first of several tests at a part of the level only
    level = ALPHA / max(len(moves), 1) / (1 if screen[0] != screen[1] else 2)
    for name, move in moves.items():
        change = -move.mean if name == "notes" else move.mean
        seen = move.detectable(level)
        made += [
            _row(entry, subject, "mode_effect", name, "coefficient", change, waves, p_value=float(p[name])),
            _row(entry, subject, "mode_effect", f"{name}_detectable", "coefficient", seen, waves),
        ]
        if name == "boxes":
            share = seen / move.before
            made.append(_row(entry, subject, "mode_effect", "boxes_detectable_share", "share", share, waves))
    return made


def _moves(
    settings: Settings,
    ratings: tuple[Subject, list[Outcome]],
    known: Declared,
    waves: tuple[str, str],
    neutral: frozenset[str],
) -> dict[str, Move]:
    """Return how much lower notes and how many more boxes there are, of the two what the questionnaire lets one see."""
    subject, outcomes = ratings
    outcomes = [o for o in outcomes if set(waves) <= set(o.base)]
    boxes = [o for n, o in known.outcomes.items() if n in neutral and set(waves) <= set(o.base)]
    moves = {}
    if len(outcomes) >= MINIMUM:
        moves["notes"] = _pairs(subject, -_notes(subject, outcomes, waves), waves)
    if boxes:
        frame = known.subject.frame
        ticks = pd.Series(np.sum([o.values for o in boxes], axis=0), index=frame.index)
        moves["boxes"] = _whole(known.subject, adjusted(frame, ticks, settings.adjust), waves)
    return moves


def _notes(subject: Subject, outcomes: list[Outcome], waves: tuple[str, str]) -> pd.Series:
    """Return the mean note of each person over the central items, each from its own mean."""
    frame = subject.frame
    table = pd.DataFrame({str(i): o.values for i, o in enumerate(outcomes)}, index=frame.index)
    means = [table[(frame["wave"] == w) & (subject.design.weights != 0)].mean() for w in waves]
    kept = central(means[1] - means[0])
    # answers missing for some items must not move the mean of the others
    return (table[kept] - table[kept].mean()).mean(axis=1)


def _neutral(context: Context, entry: Entry, settings: Settings, known: Declared) -> frozenset[str]:
    """Return the items declared neutral, or those of demand that neither an index nor its wider variant counts.

    Whatever the plan itself takes for a sign of a demand that moves cannot show a change of mode.

    Raises
    ------
    AnalyseError
        For a declared item that ``of`` does not have.
    """
    if settings.neutral is not None:
        items = set(known.outcomes) - known.indexes
        unknown = [name for name in settings.neutral if name not in items]
        if unknown:
            message = f"the plan entry '{settings.of}' has no such item"
            raise entry.error(message, "neutral", found=unknown, allowed=sorted(items))
        return frozenset(settings.neutral)
    if not known.indexes:
        return frozenset()
    counted = {item for name in known.indexes for item in getattr(known.settings, name)}
    for e in entries(context.evaluation):
        if e.question == "sensitivity" and e.settings.get("of", settings.of) == settings.of:
            counted |= set(e.settings.get("wider") or ())
    return frozenset(known.outcomes) - known.indexes - counted


def adjusted(frame: pd.DataFrame, values: pd.Series, columns: Sequence[str]) -> pd.Series:
    """Return a number less what age, equipment... account for, as told by persons of one space and one wave.

    The coefficients come from within spaces and waves (least squares), so that they take nothing of what differs
    between waves. Columns that the frame lacks are left out; a missing answer is a group of its own.
    """
    used = [c for c in columns if c in frame]
    if not used:
        return values
    groups = frame[used].astype("object").fillna("").astype(str)
    dummies = pd.get_dummies(groups, drop_first=True, dtype=np.float64)
    table = dummies.assign(**{VALUE: values})[values.notna()]
    inner = table - table.groupby([frame[SPACE], frame["wave"]]).transform("mean")
    inner = inner.dropna()
    slope = np.linalg.lstsq(inner[dummies.columns].to_numpy(), inner[VALUE].to_numpy(), rcond=None)[0]
    out: pd.Series = values - (dummies - dummies.mean()) @ slope
    return out


def _one_p(move: Move, screen: list[bool]) -> float:
    """Return the p-value of a move towards the screen; between two modes of one kind either direction is possible."""
    if screen == [False, True]:
        return move.p
    return 1 - move.p if screen == [True, False] else min(1.0, 2 * min(move.p, 1 - move.p))


def _pairs(subject: Subject, values: pd.Series, waves: tuple[str, str]) -> Move:
    """Return the mean change of a number in the spaces of both waves."""
    told = subject.frame[[SPACE, "wave"]].assign(value=values)[subject.design.weights != 0]
    by = told.dropna().groupby([SPACE, "wave"])["value"].agg(["mean", "count"]).unstack()
    sides = [(by["mean"][w], by["count"][w]) for w in waves]
    both = np.logical_and.reduce([m.notna().to_numpy() for m, _ in sides])
    change = (sides[1][0] - sides[0][0]).to_numpy(np.float64)[both]
    weights = 1 / (1 / sides[0][1] + 1 / sides[1][1]).to_numpy(np.float64)[both]
    return paired(change, weights)


def _whole(subject: Subject, values: pd.Series, waves: tuple[str, str]) -> Move:
    """Return the change of a weighted mean over all spaces; answers of one space hang together, whatever the wave."""
    frame, weights = subject.frame, pd.Series(subject.design.weights, index=subject.frame.index)
    told = frame["wave"].isin(waves) & values.notna() & (weights != 0)
    part = frame.loc[told, "wave"].map({waves[0]: -1.0, waves[1]: 1.0})
    w, value = weights[told], values[told]
    share = w / w.groupby(part).transform("sum")
    mean = (share * value).groupby(part).transform("sum")
    change = float((share * value * part).sum())
    before = float((share * value)[part < 0].sum())
    pulls = (share * (value - mean) * part).groupby(frame.loc[told, SPACE]).sum()
    m = len(pulls)
    if m < 3:
        return Move(float("nan"), float("nan"), 0, 1.0)
    se = float(np.sqrt((pulls**2).sum() * m / (m - 1)))
    return Move(change, se, m - 1, float(special.stdtr(m - 1, -change / se)), before)


def central(moved: pd.Series) -> list[str]:
    """Return the names of the changes that are neither in the highest nor in the lowest quarter."""
    cut = len(moved) // 4
    ordered = moved.sort_values(kind="stable")
    return [str(name) for name in ordered.index[cut : len(moved) - cut]]


def paired(differences: NDArray[np.float64], weights: NDArray[np.float64]) -> Move:
    """Return the weighted mean of differences of pairs and the one-sided p that it is positive; 1 under three pairs.

    weights : (pairs,) effective numbers of answers; the error is that of a ratio, whatever the variances are.
    """
    if len(differences) < 3:
        return Move(float("nan"), float("nan"), 0, 1.0)
    share = weights / weights.sum()
    mean = float(share @ differences)
    m = len(differences)
    se = float(np.sqrt((share**2 * (differences - mean) ** 2).sum() * m / (m - 1)))
    return Move(mean, se, m - 1, float(special.stdtr(m - 1, -mean / se)))


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
        wave=from_to(*waves),
        domain={**(domain or {}), **entry.apart} or None,
        confirmatory=entry.confirmatory,
        source=subject.source,
        p_value=p_value,
        quantity=NOTHING,
    )
