"""Who would pay more, and whether amounts changed between two waves: relative effects on amounts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.questions.entry import Entry
from pipeline.questions.estimates import LEVEL, Subject
from pipeline.questions.outcomes import numbers
from pipeline.questions.payment.bids import Asked
from pipeline.questions.payment.distributions import DISTRIBUTIONS
from pipeline.questions.payment.likelihood import Curve, fit
from pipeline.questions.payment.rows import modelled
from pipeline.questions.payment.settings import Settings
from pipeline.results import Result
from pipeline.results.time import from_to
from pipeline.survey.intervals import t_quantile

Floats = NDArray[np.float64]
#: A number enters by its logarithm in base two: its effect is that of doubling it.
DOUBLED = "doubled"


def between(entry: Entry, settings: Settings, subject: Subject, answers: Asked, waves: tuple[str, str]) -> list[Result]:
    """Return the change of amounts between two waves, and the effects of covariates over both.

    An effect is that on the amounts of persons who would pay something, as a relative change; nothing is returned for a
    distribution that takes amounts themselves, where effects are not relative.
    """
    if not DISTRIBUTIONS[settings.distribution].logarithmic:
        return []
    here = subject.frame["wave"].isin(waves).to_numpy(bool)
    last = np.asarray(subject.frame["wave"] == waves[1], dtype=np.float64)[:, None]
    when = from_to(*waves)
    plain = fit(subject.design, answers.bounds, settings.distribution, last, ["wave"], where=here)
    made = [_change(entry, settings, subject, plain, 1, "evolution", when, {})]
    columns = list(_covariates(settings, subject))
    if columns:
        terms = np.column_stack([last[:, 0], *(values for _, values in columns)])
        names = ["wave", *(f"{k}={v}" for domain, _ in columns for k, v in domain.items())]
        curve = fit(subject.design, answers.bounds, settings.distribution, terms, names, here)
        made += [
            _change(entry, settings, subject, curve, 2 + i, "effect", when, domain)
            for i, (domain, _) in enumerate(columns)
        ]
    return made


def _covariates(settings: Settings, subject: Subject) -> Iterator[tuple[dict[str, object], Floats]]:
    for name, reference in settings.covariates.items():
        values = subject.frame[name]
        if reference is None:
            with np.errstate(divide="ignore"):
                logs = np.log2(numbers(values))
            yield {name: DOUBLED}, np.where(np.isfinite(logs), logs, np.nan)
            continue
        missing = values.isna().to_numpy()
        for code in sorted((c for c in values.dropna().unique() if c != reference), key=str):
            yield {name: code}, np.where(missing, np.nan, (values == code).to_numpy(np.float64, na_value=0.0))


def _change(
    entry: Entry,
    settings: Settings,
    subject: Subject,
    curve: Curve,
    position: int,
    measure: str,
    when: str,
    domain: dict[str, object],
) -> Result:
    value, se = float(curve.parameters[position]), float(curve.se[position])
    half = float(t_quantile(curve.df, LEVEL)) * se
    return modelled(
        entry,
        subject,
        settings.indicator,
        measure,
        "ratio",
        when,
        np.expm1(value),
        np.exp(value) * se,
        curve.df,
        curve.n,
        domain=domain,
        p_value=float(2 * special.stdtr(curve.df, -abs(value / se))),
        interval=(float(np.expm1(value - half)), float(np.expm1(value + half))),
    )
