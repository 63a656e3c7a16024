"""The median under other readings: other distributions, the first answer alone, protests as refusals, no true zeros."""

from __future__ import annotations

import numpy as np

from pipeline.questions.entry import Entry
from pipeline.questions.estimates import LEVEL, Subject
from pipeline.questions.payment.agreement import shift_of_second
from pipeline.questions.payment.answers import Bounds, single_bounded
from pipeline.questions.payment.bids import Asked
from pipeline.questions.payment.likelihood import fit
from pipeline.questions.payment.rows import modelled
from pipeline.questions.payment.settings import Settings
from pipeline.questions.payment.spike import Spike
from pipeline.results import Result
from pipeline.survey import ConvergenceError


def of_wave(entry: Entry, settings: Settings, subject: Subject, answers: Asked, wave: str) -> list[Result]:
    """Return medians and truncated means by reading, log likelihoods, and the test that two answers agree."""
    here = (subject.frame["wave"] == wave).to_numpy()
    zero = np.where(here, answers.zero, np.nan)
    readings: dict[str, tuple[str, Bounds, np.ndarray]] = {
        d: (d, answers.bounds, zero) for d in settings.others if d != settings.distribution
    }
    if settings.format == "double":
        first = single_bounded(answers.bid, np.where(answers.zero == 1, np.nan, answers.yes))
        readings["first_answer"] = (settings.distribution, first, zero)
    if np.nansum(answers.protest[here]) > 0:
        refusing = np.where(here & (answers.protest == 1), 1.0, zero)
        readings["protest_refuses"] = (settings.distribution, answers.bounds, refusing)
    made = []
    for method, (distribution, bounds, zeros) in readings.items():
        made += _reading(entry, settings, subject, method, distribution, bounds, zeros, wave, here)
    made.append(_likelihood(entry, settings, subject, settings.distribution, answers.bounds, wave, here))
    if settings.format == "double":
        made += _agreement(entry, settings, subject, answers, wave, here)
    return made


def _reading(
    entry: Entry,
    settings: Settings,
    subject: Subject,
    method: str,
    distribution: str,
    bounds: Bounds,
    zeros: np.ndarray,
    wave: str,
    here: np.ndarray,
) -> list[Result]:
    spike = Spike(subject.design, fit(subject.design, bounds, distribution, where=here), zeros)
    found = spike.amounts(settings.cut)
    n = float((~np.isnan(zeros) & (subject.design.weights != 0)).sum())
    made = [
        modelled(entry, subject, settings.indicator, measure, "euro", wave, value, se, found.df, n, method)
        for measure, value, se in zip(("median", "mean_truncated"), found.estimate, found.se, strict=True)
    ]
    if method == distribution:
        made.append(_likelihood(entry, settings, subject, distribution, bounds, wave, here))
    return made


def _likelihood(
    entry: Entry, settings: Settings, subject: Subject, distribution: str, bounds: Bounds, wave: str, here: np.ndarray
) -> Result:
    curve = fit(subject.design, bounds, distribution, where=here)
    value = curve.log_likelihood / curve.n
    return modelled(entry, subject, "fit", "log_likelihood", "coefficient", wave, value, n=curve.n, method=distribution)


def _agreement(
    entry: Entry, settings: Settings, subject: Subject, answers: Asked, wave: str, here: np.ndarray
) -> list[Result]:
    if not settings.distribution.startswith(("log", "weib")) or settings.distribution == "logistic":
        return []
    yes = np.where(answers.zero == 1, np.nan, answers.yes)
    try:
        shift = shift_of_second(
            subject.design, answers.bid, yes, answers.follow_up, answers.second, settings.distribution, here
        )
    except ConvergenceError:
        # the answers exclude each other: no shift to tell, and the report says that nothing was found
        return []
    low, high = np.expm1(shift.interval(LEVEL))
    change = np.expm1(shift.estimate)
    return [
        modelled(
            entry,
            subject,
            "second_answer",
            "effect",
            "ratio",
            wave,
            change,
            (1 + change) * shift.se,
            shift.df,
            shift.n,
            p_value=shift.p_value,
            interval=(float(low), float(high)),
        )
    ]
