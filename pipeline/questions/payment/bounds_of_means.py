"""Means that need no curve: Turnbull's lower bound and Kriström's mean, their errors by replicates of the wave."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject
from pipeline.questions.payment.answers import Bounds
from pipeline.questions.payment.bids import Asked
from pipeline.questions.payment.nonparametric import interval_acceptance, pooled_acceptance
from pipeline.questions.payment.rows import modelled
from pipeline.questions.payment.settings import Settings
from pipeline.results import Result
from pipeline.weighting import WeightedSource, one_wave

Floats = NDArray[np.float64]
MEASURES = ("turnbull", "kristrom")


def without_model(
    entry: Entry, settings: Settings, subject: Subject, answers: Asked, wave: str, weighted: WeightedSource
) -> list[Result]:
    """Return the lower bound and the mean of a wave, cut at the top; zeros accept no price, protests are left out.

    Replicates replay the whole weighting of the wave, calibration included.
    """
    here = (subject.frame["wave"] == wave).to_numpy()
    design = one_wave(weighted, wave).person
    if design is None or settings.format == "open":
        return []
    double = settings.format in ("single", "double")
    bid, yes, known = answers.bid[here], answers.yes[here], ~np.isnan(answers.zero[here])
    bounds = _with_zeros(answers, here)

    def means(weights: Floats) -> Floats:
        used = known & (weights > 0)
        curve = (
            pooled_acceptance(bid[used], yes[used], weights[used])
            if double
            else interval_acceptance(Bounds(bounds.low[used], bounds.high[used]), weights[used], 1e-6)
        )
        return np.array([curve.lower_bound, curve.kristrom(max(settings.cut, float(curve.prices[-1])))])

    replicates = design.replicates("bootstrap", n=settings.replicates, seed=settings.seed)
    table = replicates.of_weights(means)
    n = float((known & (design.weights != 0)).sum())
    df = float(settings.replicates - 1)
    return [
        modelled(
            entry,
            subject,
            settings.indicator,
            measure,
            "euro",
            wave,
            float(row["estimate"]),
            float(row["se"]),
            df,
            n,
            interval=(float(row["lower"]), float(row["upper"])),
            inference=subject.inference,
        )
        for measure, (_, row) in zip(MEASURES, table.iterrows(), strict=True)
    ]


def _with_zeros(answers: Asked, here: NDArray[np.bool_]) -> Bounds:
    """Return the bounds of a wave in which persons who would pay nothing stand under the lowest amount."""
    low, high = answers.bounds.low[here].copy(), answers.bounds.high[here].copy()
    zero = answers.zero[here] == 1
    low[zero], high[zero] = 0.0, 0.0
    return Bounds(low, high)
