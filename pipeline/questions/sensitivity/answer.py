"""Would the main finding stand if it were made otherwise: other weights, another variance, another index, other spaces.

Each variant changes one choice and keeps the rest; it writes the level of both waves and the change under a ``method``
of its own beside the published estimate. A variant is no better than the published estimate: it tells whether a
referee who would have chosen otherwise would read something else. The mode of collection cannot be varied, since nobody
answered in two modes; ``tipping`` says instead how large its effect would have to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from pipeline.evaluation import Source
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.declared import Declared, declared
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Event, Floats, Outcome, any_of, numbers, ticked
from pipeline.questions.returns import ReturnsSettings, read_returns
from pipeline.questions.surveyed import asked_question, known_wave
from pipeline.results import Result
from pipeline.results.measure import SHARE, SHIFT, Measure, Relation
from pipeline.results.quantity import statistic
from pipeline.survey import Design
from pipeline.weighting import MET, WeightedSource, replay

Bools = NDArray[np.bool_]
SPACE = "site_id"
_SHARE_WEIGHTS = "share_weights"

#: The kinds of numbers of this question.
MEASURES = (
    SHARE,
    SHIFT,
    Measure("tipping", "point", relation=Relation("part", "share")),
    *(Measure(name, "ratio") for name in ("deff", "deff_weighting", "deff_clustering")),
)


class Settings(Strict):
    """Settings of sensitivity."""

    of: str = "demand"
    """Entry of demand whose index is tried."""
    indicator: str = "elaborate"
    """The index."""
    contrast: tuple[str | int, str | int]
    """Two waves whose change is told."""
    wider: tuple[str, ...] = ()
    """Services counted as elaborate by a broader index."""
    fewest: int = Field(default=30, ge=11)
    """Variants that set aside fewer respondents are not told: their difference would be about those few."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return level and change of the index under every variant that the survey allows, and the tipping point."""
    settings = entry.checked(Settings)
    known = declared(context, entry, settings.of)
    first, last = known_wave(entry, known.subject.waves, settings.contrast, "contrast")
    outcome = known.outcome(entry, settings.indicator, "indicator")
    source = context.survey(known.subject.source)
    made = [_tipping(known, outcome, (first, last)), *_design_effect(known, outcome)]
    for method, subject, variant in _variants(context, entry, settings, known, outcome, source):
        told = estimates.levels(known.entry, subject, [variant])
        told += estimates.shifts(known.entry, subject, [variant], (first, last))
        made += [replace(row, method=method, confirmatory=False) for row in told]
    return made


def _tipping(known: Declared, outcome: Outcome, waves: tuple[str, str]) -> Result:
    """Return the bias, in points, that would leave the change no longer distinguishable from none."""
    row = estimates.shifts(known.entry, known.subject, [outcome], waves)[0]
    told = row.lower * row.upper > 0
    nearest = min(row.lower, row.upper, key=abs) if told else 0.0
    blank = dict.fromkeys(("se", "lower", "upper", "p_value"), np.nan)
    assert row.quantity is not None
    of = statistic("tipping", row.quantity)
    return replace(row, measure="tipping", estimate=nearest, confirmatory=False, quantity=of, **blank)  # type: ignore[arg-type]


def _design_effect(known: Declared, outcome: Outcome) -> Iterator[Result]:
    """Yield the design effect of each level, the part of unequal weights (Kish 1965, sec. 11.7) and what remains.

    What remains is the ratio of the two: clusters, strata, calibration and sampling fractions together. They describe
    the sample and have no sampling error of their own here.
    """
    frame, weights = known.subject.frame, known.subject.design.weights
    for row in estimates.levels(known.entry, known.subject, [outcome]):
        inside = (frame["wave"] == row.wave).to_numpy() & ~np.isnan(outcome.values) & (weights != 0)
        own = weights[inside]
        if not own.size or not np.isfinite(row.deff):
            continue
        kish = own.size * float((own**2).sum()) / float(own.sum()) ** 2
        blank = dict.fromkeys(("se", "lower", "upper", "level", "df", "p_value", "n_effective", "deff"), np.nan)
        for measure, value in (("deff", row.deff), ("deff_weighting", kish), ("deff_clustering", row.deff / kish)):
            assert row.quantity is not None
            said = replace(row, measure=measure, unit="ratio", inference="census", confirmatory=False)
            said = replace(said, quantity=statistic(measure, row.quantity))
            yield replace(said, estimate=value, contributors=float(own.size), **blank)  # type: ignore[arg-type]


def _variants(
    context: Context, entry: Entry, settings: Settings, known: Declared, outcome: Outcome, source: Source
) -> Iterator[tuple[str, Subject, Outcome]]:
    weighted = context.weighted(source.name)
    subject = known.subject
    if weighted.visit is not None:
        yield "visit_weights", replace(subject, design=weighted.visit, population="visits"), outcome
    for method, other in _other_designs(weighted, source):
        # another variance of the same weights estimates the same quantity
        yield method, replace(subject, design=other, variant="" if method == "no_fpc" else method), outcome
    for method, values, event in _other_indexes(context, entry, settings, known):
        yield method, subject, replace(outcome, values=values, event=event)
    for method, inside in _other_spaces(context, entry, subject):
        among = replace(outcome.event, also={**outcome.event.also, f"{SPACE}~{method}": [1]})
        kept = replace(outcome, values=np.where(inside, outcome.values, np.nan), event=among)
        if _told(kept, subject) and _told(outcome, subject) - _told(kept, subject) >= settings.fewest:
            yield method, subject, kept


def _told(outcome: Outcome, subject: Subject) -> int:
    return int((~np.isnan(outcome.values) & (subject.design.weights != 0)).sum())


def _other_designs(weighted: WeightedSource, source: Source) -> Iterator[tuple[str, Design]]:
    """Yield designs of persons that change one choice of the recipe and replay all of it."""
    plan, frame = weighted.plan, weighted.frame
    if weighted.person is None:
        return
    changed: dict[str, tuple[pd.DataFrame, dict[str, Any]]] = {}
    if plan["population_sizes"]:
        changed["no_fpc"] = frame, {**plan, "population_sizes": None}
    without = [s for s in plan["steps"] if s["step"] not in MET]
    if len(without) < len(plan["steps"]):
        changed["uncalibrated"] = frame, {**plan, "steps": without}
    shared = next((s for s in plan["steps"] if s["step"] == _SHARE_WEIGHTS), None)
    if shared is not None and shared["cap"]:
        changed["half_cap"] = frame, _sharing(plan, cap=shared["cap"] / 2)
    if shared is not None and source.visits is not None and source.visits.elsewhere in frame:
        more = pd.to_numeric(frame[source.visits.elsewhere]).astype("float64").fillna(0.0)
        here = (frame[shared["column"]] - more).clip(lower=1.0)
        changed["this_space_only"] = frame.assign(_links_here=here), _sharing(plan, column="_links_here")
    for method, (rows, recipe) in changed.items():
        person = replay(source.name, rows, recipe).person
        if person is not None:
            yield method, person


def _sharing(plan: dict[str, Any], **changed: object) -> dict[str, Any]:
    steps = [{**s, **changed} if s["step"] == _SHARE_WEIGHTS else s for s in plan["steps"]]
    return {**plan, "steps": steps}


def _other_indexes(
    context: Context, entry: Entry, settings: Settings, known: Declared
) -> Iterator[tuple[str, Floats, Event]]:
    """Yield (n,) the index with more services, and the index that asks for two services instead of one."""
    if not known.indexes:
        return
    chosen = known.settings
    question = asked_question(known.entry, context.instrument(known.subject.source), chosen.services, "services")
    offered = {i.name for i in question.items if all(i in question.offered(w) for w in known.subject.waves)}
    unknown = [i for i in settings.wider if i not in offered]
    if unknown:
        raise entry.error("this service was not offered in every wave", "wider", found=unknown, allowed=sorted(offered))
    chosen_items = [i for i in getattr(chosen, settings.indicator, ()) if i in offered]
    items: Sequence[str] = [f"{question.name}_{i}" for i in chosen_items]
    frame = known.subject.frame
    if settings.wider and items:
        wider = any_of(frame[[*items, *(f"{question.name}_{i}" for i in settings.wider)]])
        yield "wider_index", wider, ticked(question, [*chosen_items, *settings.wider])
    if len(items) > 1:
        ticks = np.column_stack([numbers(frame[c]) for c in items])
        answered = ~np.isnan(ticks).all(axis=1)
        two = np.where(answered, np.nansum(ticks, axis=1) >= 2, np.nan)
        yield "two_services", two, ticked(question, chosen_items, least=2)


def _other_spaces(context: Context, entry: Entry, subject: Subject) -> Iterator[tuple[str, Bools]]:
    """Yield (n,) the respondents met in some spaces: never labelled, of both waves, with complete returns."""
    frame = subject.frame
    if SPACE not in frame:
        return
    met = frame.loc[subject.design.weights != 0, [SPACE, "wave"]].drop_duplicates()
    both = met.groupby(SPACE)["wave"].nunique() == len(subject.waves)
    yield "common_spaces", frame[SPACE].isin(both.index[both]).to_numpy(dtype=bool, na_value=False)
    register = context.kind("sites")
    if register is not None and context.instrument(register.name).all_by_role("label_date"):
        sites = context.by_role(register.name, ("label_date",), (SPACE,))
        never = sites.loc[sites["label_date"].isna(), SPACE]
        yield "never_labelled", frame[SPACE].isin(never).to_numpy(dtype=bool, na_value=False)
    if context.kind("attendance") is not None and register is not None:
        yield "complete_returns", _complete(context, entry, subject)


def _complete(context: Context, entry: Entry, subject: Subject) -> Bools:
    """Return (n,) whether the space of a respondent sent every line of its return for the month of the wave."""
    returns = read_returns(context, entry, ReturnsSettings())
    spaces = context.by_role(context.kind("sites").name, (), (SPACE,))[SPACE]  # type: ignore[union-attr]
    inside = np.zeros(len(subject.frame), dtype=bool)
    for wave in subject.waves:
        month = context.evaluation.wave(wave).attendance_month
        day = pd.Timestamp(month) if month else pd.NaT
        at = next((i for i, p in enumerate(returns.months) if p.start_time <= day <= p.end_time), None)
        if at is None:
            continue
        sent = spaces.to_numpy()[np.flatnonzero(~np.isnan(returns.counts[:, at]).any(axis=(1, 2)))]
        inside |= ((subject.frame["wave"] == wave) & subject.frame[SPACE].isin(sent)).to_numpy(
            dtype=bool, na_value=False
        )
    return inside
