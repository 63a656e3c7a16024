"""Why a share changed: how far because the public changed, and how far because users of the same kind ask otherwise.

Three decompositions of the change between two waves answer, each with the error of the whole design: Kitagawa by one
factor, Das Gupta by several at once, and Oaxaca-Blinder by regressions. They describe; none says what caused a change.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from pipeline.questions.context import Context
from pipeline.questions.declared import Declared, declared
from pipeline.questions.decomposition.oaxaca import oaxaca
from pipeline.questions.decomposition.rates import das_gupta, kitagawa
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import LEVEL, over_columns
from pipeline.questions.outcomes import Outcome
from pipeline.questions.parts import About, inference, percent
from pipeline.questions.surveyed import domain_column, known_wave
from pipeline.results import Result
from pipeline.results.measure import NOT_ESTIMABLE, Covered, Measure, Relation
from pipeline.results.time import from_to
from pipeline.survey import Design, SurveyError, smooth

Floats = NDArray[np.float64]
_PART = Relation("part", "share")

#: The kinds of numbers of this question.
MEASURES = (
    NOT_ESTIMABLE,
    *(Measure(name, "point", relation=_PART) for name in ("behaviour", "endowments", "coefficients")),
    Measure(
        "composition",
        "point",
        relation=_PART,
        # its parts by factor were measured to cover 95 times in 100, unlike their sum
        covered=(
            Covered("oaxaca_logit_last", 0.90, whole=True),
            Covered("oaxaca_linear_last", 0.91, whole=True),
            Covered("oaxaca_linear_average", 0.91, whole=True),
            Covered("oaxaca_logit_average", 0.92, whole=True),
            Covered("oaxaca_linear_pooled", 0.93, whole=True),
        ),
    ),
    Measure(
        "interaction_part",
        "point",
        relation=_PART,
        covered=(Covered("oaxaca_linear", 0.92), Covered("oaxaca_logit", 0.92)),
    ),
)


class Settings(Strict):
    """Settings of a decomposition."""

    of: str = "demand"
    """Entry of the plan that it looks at."""
    indicators: list[str] = Field(min_length=1)
    """Shares that the entry `of` defines."""
    contrast: tuple[str | int, str | int]
    """Two waves whose change is told."""
    factor: str = "age_band"
    """Factor of Kitagawa's decomposition."""
    factors: tuple[str, ...] = ()
    """Factors of Das Gupta's decomposition, crossed."""
    terms: tuple[str, ...] = ()
    """Terms of the regressions of Oaxaca-Blinder."""
    models: tuple[Literal["linear", "logit"], ...] = ("linear", "logit")
    """Regressions of Oaxaca-Blinder."""
    references: tuple[Literal["first", "last", "average", "pooled"], ...] = ("first", "last", "average")
    """Whose coefficients are the reference; pooled ones are linear only."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return the parts of the change of each indicator, in points."""
    settings = entry.checked(Settings)
    known = declared(context, entry, settings.of)
    first, last = known_wave(entry, known.subject.waves, settings.contrast, "contrast")
    columns = [settings.factor, *settings.factors, *settings.terms]
    for key, names in (("factor", [settings.factor]), ("factors", settings.factors), ("terms", settings.terms)):
        for i, name in enumerate(names):
            domain_column(entry, known.subject.frame, name, key, i)
    made: list[Result] = []
    for i, indicator in enumerate(settings.indicators):
        outcome = known.outcome(entry, indicator, "indicators", i)
        if not {first, last} <= set(outcome.base):
            continue
        about = About(entry, known.entry.name, indicator, known.subject, outcome.base[last], outcome)
        design = _loaded(known, outcome, columns)
        waves = (first, last)
        try:
            made += _parts(about, design, settings, waves)
        except SurveyError:
            made.append(about.not_estimable("decomposition", from_to(*waves)))
    return made


def _parts(about: About, design: Design, settings: Settings, waves: tuple[str, str]) -> list[Result]:
    made = _kitagawa(about, design, settings.factor, waves)
    made += _das_gupta(about, design, settings.factors, waves) if settings.factors else []
    return made + (_oaxaca(about, design, settings, waves) if settings.terms else [])


def _loaded(known: Declared, outcome: Outcome, columns: Sequence[str]) -> Design:
    frame = known.subject.frame[list(dict.fromkeys(["wave", *columns]))].astype("object")
    frame = frame.where(frame.notna(), None).assign(_outcome=outcome.values)
    return over_columns(known.subject.design, frame)


def _classes(
    design: Design, factors: Sequence[str], waves: tuple[str, str]
) -> tuple[list[tuple[object, ...]], NDArray[np.bool_], Floats]:
    """Return the crossed classes, the rows of both waves that have them all, and contributions (n, 4 classes).

    Contributions: sizes of the first wave by class, its yeses, then the same of the last wave.
    """
    frame = design.frame
    inside = frame[[*factors, "_outcome"]].notna().all(axis=1).to_numpy() & frame["wave"].isin(waves).to_numpy()
    levels = [sorted(frame.loc[inside, f].unique(), key=str) for f in factors]
    classes = list(product(*levels))
    place = pd.Series(range(len(classes)), index=pd.MultiIndex.from_tuples(classes))
    code = place.reindex(pd.MultiIndex.from_frame(frame.loc[inside, list(factors)])).to_numpy(np.int64)
    values = np.zeros((len(frame), 4 * len(classes)))
    last = (frame.loc[inside, "wave"] == waves[1]).to_numpy(np.int64)
    rows, start = np.flatnonzero(inside), 2 * last * len(classes)
    values[rows, start + code] = 1.0
    values[rows, start + len(classes) + code] = frame.loc[inside, "_outcome"].to_numpy(np.float64)
    return classes, inside, values


def _populations(totals: Floats, shape: tuple[int, ...]) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return sizes and rates of both waves from their totals; an empty class takes the rate of the other wave.

    A class that one wave lacks then says nothing about behaviour, and counts in full as composition.
    """
    size_a, yes_a, size_b, yes_b = totals.reshape(4, *shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate_a, rate_b = yes_a / size_a, yes_b / size_b
    filled_a = np.where(size_a > 0, rate_a, np.where(size_b > 0, rate_b, 0.0))
    filled_b = np.where(size_b > 0, rate_b, filled_a)
    return (size_a, filled_a), (size_b, filled_b)


def _kitagawa(about: About, design: Design, factor: str, waves: tuple[str, str]) -> list[Result]:
    classes, inside, values = _classes(design, [factor], waves)
    shape = (len(classes),)

    def parts(totals: Floats) -> Floats:
        made = kitagawa(*_populations(totals, shape))
        return np.concatenate([[made.behaviour.sum(), made.composition.sum()], made.behaviour])

    told = smooth.of_totals(design, values, parts, inside, LEVEL)
    rows = [_row(about, told, i, m, "kitagawa", waves, n=told.n) for i, m in enumerate(("behaviour", "composition"))]
    weights = design.weights != 0
    for j, (code,) in enumerate(classes):
        here = inside & weights & (design.frame[factor] == code).to_numpy()
        rows.append(_row(about, told, 2 + j, "behaviour", "kitagawa", waves, {factor: code}, n=float(here.sum())))
    return rows


def _das_gupta(about: About, design: Design, factors: Sequence[str], waves: tuple[str, str]) -> list[Result]:
    classes, inside, values = _classes(design, factors, waves)
    sizes = [len({c[i] for c in classes}) for i in range(len(factors))]

    def parts(totals: Floats) -> Floats:
        made = das_gupta(*_populations(totals, tuple(sizes)))
        return np.concatenate([[made.behaviour, made.composition.sum()], made.composition])

    told = smooth.of_totals(design, values, parts, inside, LEVEL)
    rows = [_row(about, told, i, m, "das_gupta", waves, n=told.n) for i, m in enumerate(("behaviour", "composition"))]
    return rows + [
        _row(about, told, 2 + i, "composition", "das_gupta", waves, {"factor": f}, n=told.n)
        for i, f in enumerate(factors)
    ]


def _oaxaca(about: About, design: Design, settings: Settings, waves: tuple[str, str]) -> list[Result]:
    rows = []
    for model in settings.models:
        references = [r for r in settings.references if model == "linear" or r != "pooled"]
        made = oaxaca(design, "_outcome", settings.terms, "wave", *waves, model, references, LEVEL)
        for place, (part, reference, term) in enumerate(made.labels):
            # the total is told elsewhere; terms of a logit are shares of a sum that may be about zero
            if part == "total" or (term and model == "logit"):
                continue
            method = "_".join(p for p in (f"oaxaca_{model}", reference) if p)
            domain: dict[str, object] | None = {"factor": term} if term else None
            measure = "interaction_part" if part == "interaction" else part
            rows.append(_row(about, made.parts, place, measure, method, waves, domain, n=made.parts.n))
    return rows


def _row(
    about: About,
    told: smooth.Smooth,
    place: int,
    measure: str,
    method: str,
    waves: tuple[str, str],
    domain: dict[str, object] | None = None,
    n: float = np.nan,
) -> Result:
    numbers = {**inference(told, place, 100.0), "n": n, "contributors": n}
    when = from_to(*waves)
    return about.result(
        measure, "point", percent(told, place), wave=when, method=method, domain=domain, numbers=numbers
    )
