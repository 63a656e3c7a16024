"""Which characteristics go with an outcome in one wave, the others held equal: adjusted shares or means and effects.

A regression on the answers of one wave gives, for every category of a characteristic, the share (or mean) that the
whole public would have in it, and its difference from the reference category. It describes who answers what; it is
no effect of a characteristic on anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from pipeline.instrument import Code
from pipeline.questions import estimates
from pipeline.questions.context import Context
from pipeline.questions.declared import declared
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Outcome, answers_of, base_of, numbers, one_of, ticked, value_of
from pipeline.questions.parts import About, inference
from pipeline.questions.regressions import OUTCOME, complete, plain_design
from pipeline.questions.surveyed import asked_question, domain_column, known_codes, known_wave
from pipeline.results import Result
from pipeline.results.measure import MEAN, NOT_ESTIMABLE, SHARE, Measure, Relation
from pipeline.survey import Design, SurveyError, smooth
from pipeline.survey.marginal_effects import MarginalEffects
from pipeline.survey.model_fit import ModelFit

METHOD = "adjusted"

#: The kinds of numbers of this question.
MEASURES = (
    SHARE,
    MEAN,
    NOT_ESTIMABLE,
    Measure("effect", "point", family="gated", relation=Relation("effect", "share")),
    Measure("effect", "mean", "signed", family="gated", limit="difference", relation=Relation("effect", "mean")),
    Measure("global_test", "score", family="gate"),
)


class Explained(Strict):
    """The outcome: a share that another entry declares, or a question's own share or mean."""

    entry: str | None = None
    """Entry of the plan that declares the share; goes with `indicator`."""
    indicator: str | None = None
    """The share of that entry: elaborate, overall..."""
    question: str | None = None
    """Or a question of the survey, with `codes`, `item` or `mean`."""
    codes: tuple[Code, ...] = ()
    """The answers that count, their share together."""
    item: str | None = None
    """The box of a multiple question that counts."""
    mean: bool = False
    """Whether the mean of the answers, numbers, is explained and not a share."""

    @model_validator(mode="after")
    def _one_outcome(self) -> Explained:
        if (self.entry is None) != (self.indicator is None) or (self.entry is None) == (self.question is None):
            raise ValueError("the outcome is either `entry` with `indicator`, or `question` with codes, item or mean")
        if self.question and [bool(self.codes), self.item is not None, self.mean].count(True) != 1:
            raise ValueError("`question` goes with exactly one of codes, item and mean")
        return self


class Settings(Strict):
    """Settings of associations."""

    outcome: Explained
    """What is explained: a share or a mean."""
    characteristics: list[str] = Field(min_length=1)
    """Columns of categories that the regression holds together: age_band, sex, occupation..."""
    references: Mapping[str, Code] = Field(default_factory=dict)
    """Of a characteristic, the category that the others are compared with; the most numerous by default."""
    wave: str | int | None = None
    """The wave whose answers are read; the last one by default."""
    source: str | None = None
    """The survey, where there are several; the first by default."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return observed and adjusted levels by category, effects against the reference, and a test a characteristic."""
    settings = entry.checked(Settings)
    subject, outcome = _outcome(context, entry, settings)
    columns = [
        domain_column(entry, subject.frame, c, "characteristics", i) for i, c in enumerate(settings.characteristics)
    ]
    wave = _wave(entry, settings, subject, outcome)
    here = (subject.frame["wave"] == wave).to_numpy()
    made: list[Result] = []
    for by in ([], *([c] for c in columns)):
        made += estimates.levels(entry, subject, [outcome], by=by, where=here)
    return [*made, *model_rows(entry, settings, subject, outcome, wave)]


def model_rows(entry: Entry, settings: Settings, subject: Subject, outcome: Outcome, wave: str) -> list[Result]:
    """Return what the regression of an outcome gives in a wave, or a check that says that the sample cannot carry it.

    Raises
    ------
    AnalyseError
        A characteristic has one category alone, or its reference is none of its categories.
    """
    columns = settings.characteristics
    design = plain_design(subject, outcome.values, columns)
    rows = complete(design, columns, [wave])
    design = _with_references(entry, settings, design, columns, rows)
    about = About(entry, entry.name, outcome.indicator, subject, outcome.base[wave], outcome)
    # logistic for a share, linear for a mean
    family = "binomial" if outcome.unit == "share" else "gaussian"
    try:
        fit = design.glm(f"{OUTCOME} ~ {' + '.join(columns)}", family=family, where=rows)
    except SurveyError:
        return [about.not_estimable("associations", wave)]
    return [row for column in columns for row in _of_column(about, outcome, fit, column, wave)]


def _outcome(context: Context, entry: Entry, settings: Settings) -> tuple[Subject, Outcome]:
    """Return whom the outcome is about, and the outcome."""
    told = settings.outcome
    if told.entry is not None:
        known = declared(context, entry, told.entry, "outcome", "entry")
        return known.subject, known.outcome(entry, str(told.indicator), "outcome", "indicator")
    subject = estimates.persons(context, settings.source)
    question = asked_question(entry, context.instrument(subject.source), str(told.question), "outcome", "question")
    base, frame, name = base_of(question, subject.waves), subject.frame, question.name
    if told.mean:
        values, event = numbers(frame[name]), value_of(question)
        return subject, Outcome(name, "mean", "mean", values, base, event, asked=question)
    if told.item is not None:
        items = [i.name for i in question.items]
        if told.item not in items:
            raise entry.error(f"question '{name}' has no such item", "outcome", "item", found=told.item, allowed=items)
        values, event = numbers(frame[f"{name}_{told.item}"]), ticked(question, [told.item])
        return subject, Outcome(name, "share", "share", values, base, event, asked=question)
    codes = known_codes(entry, question, told.codes, "outcome", "codes")
    return subject, Outcome(
        name, "share", "share", one_of(frame[name], codes), base, answers_of(question, codes), asked=question
    )


def _wave(entry: Entry, settings: Settings, subject: Subject, outcome: Outcome) -> str:
    asked = [w for w in subject.waves if w in outcome.base]
    if settings.wave is None:
        return asked[-1]
    (wave,) = known_wave(entry, asked, [settings.wave], "wave")
    return wave


def _with_references(
    entry: Entry, settings: Settings, design: Design, columns: Sequence[str], rows: np.ndarray
) -> Design:
    """Return the design whose characteristics have their reference first: the one declared, or the most numerous."""
    frame = design.frame.copy()
    for column in columns:
        # formulas read categories as text
        values = frame[column].astype("object").map(str, na_action="ignore")
        counts = values[rows].value_counts()
        if len(counts) < 2:
            raise entry.error(
                f"the characteristic '{column}' has one category alone among the answers",
                "characteristics",
                found=list(counts.index),
                action="leave it out",
            )
        wanted = settings.references.get(column)
        if wanted is not None and str(wanted) not in counts:
            raise entry.error(
                f"'{column}' has no such category among the answers",
                "references",
                column,
                found=wanted,
                allowed=sorted(counts.index),
            )
        # of several that are as numerous, the first by name
        most = min((-int(n), str(c)) for c, n in counts.items())[1]
        first = most if wanted is None else str(wanted)
        frame[column] = pd.Categorical(values, categories=[first, *sorted(set(counts.index) - {first})])
    return estimates.over_columns(design, frame)


def _of_column(about: About, outcome: Outcome, fit: ModelFit, column: str, wave: str) -> list[Result]:
    """Return the adjusted level of every category, its difference from the first, and the test of them all.

    Notes
    -----
    Graubard and Korn (1999, Biometrics 55, 652): predictive margins; the errors count the coefficients and the public
    averaged over. The difference of two margins is the average marginal effect of the category.
    """
    frame = fit.design.frame.iloc[fit.matrix.rows]
    categories = [c for c in frame[column].cat.categories if (frame[column] == c).any()]
    margins = fit.predictive_margins(column, categories, "linearised")
    said = [frame.loc[(frame[column] == c).to_numpy(), OUTCOME] for c in categories]
    yes = [float((v == 1).sum()) if outcome.unit == "share" else float(len(v)) for v in said]
    made = []
    for i, category in enumerate(categories):
        level = _value(fit, margins, [i])
        numbers_of = {k: v for k, v in inference(level, 0).items() if k != "p_value"}
        counted = {"n": float(len(said[i])), "contributors": yes[i]}
        domain = {column: category}
        made.append(
            about.result(
                outcome.measure, outcome.unit, float(level.estimate[0]), wave=wave, method=METHOD, domain=domain,
                numbers={**numbers_of, **counted},
            )
        )  # fmt: skip
        if i:
            counted = {"n": float(len(said[i]) + len(said[0])), "contributors": min(yes[i], yes[0])}
            made.append(_effect(about, outcome, _value(fit, margins, [0, i]), domain, wave, counted))
    test = fit.term_test(column, "Wald")
    numbers_of = {"df": float(test.df), "p_value": test.p_value, "n": float(fit.n)}
    made.append(
        about.result(
            "global_test", "score", test.statistic, wave=wave, method=METHOD, domain={"over": column},
            inference="model", numbers=numbers_of,
        )
    )  # fmt: skip
    return made


def _effect(
    about: About,
    outcome: Outcome,
    value: smooth.Smooth,
    domain: dict[str, object],
    wave: str,
    counted: dict[str, float],
) -> Result:
    share = outcome.unit == "share"
    scale, unit = (100.0, "point") if share else (1.0, "mean")
    numbers_of = {**inference(value, 0, scale), **counted}
    estimate = scale * float(value.estimate[0])
    # a difference of means may be nil: it is judged as one of a model, whose width is not set against its size
    inference_of = None if share else "model"
    return about.result(
        "effect", unit, estimate, wave=wave, method=METHOD, domain=domain, inference=inference_of, numbers=numbers_of
    )


def _value(fit: ModelFit, margins: MarginalEffects, places: list[int]) -> smooth.Smooth:
    """Return a margin, or the second of two less the first, with its error."""
    assert margins.influences is not None
    estimate = margins.table["estimate"].to_numpy(np.float64)[places]
    return smooth.of_influences(
        fit.design,
        fit.matrix.rows,
        estimate,
        margins.influences[:, places],
        lambda v: np.array([v[-1] - v[0] if len(v) > 1 else v[0]]),
        fit.level,
        fit.df,
    )
