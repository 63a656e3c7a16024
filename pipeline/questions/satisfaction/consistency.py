"""Whether the items of satisfaction measure one thing: reliability wave by wave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.questions.entry import Entry
from pipeline.questions.estimates import LEVEL, Subject
from pipeline.questions.outcomes import numbers
from pipeline.questions.satisfaction.reliability import reliability
from pipeline.results import Result

MEASURES = ("alpha", "omega")


def consistency(entry: Entry, subject: Subject, items: Sequence[str]) -> list[Result]:
    """Return Cronbach's alpha and McDonald's omega of the persons who answered every item.

    A wave in which one factor does not fit, or an item was not asked, has no row: there is nothing to tell.
    """
    answers = np.column_stack([numbers(subject.frame[i]) for i in items])
    made = []
    for wave in subject.waves:
        here = (subject.frame["wave"] == wave).to_numpy(bool)
        if np.isnan(answers[here]).all(axis=0).any():
            continue
        try:
            found = reliability(subject.design, answers, here)
        except ValueError:
            continue
        for measure, value, se, low, high in zip(
            MEASURES, found.estimate, found.se, found.lower, found.upper, strict=True
        ):
            made.append(
                Result(
                    analysis=entry.name,
                    indicator="scale",
                    measure=measure,
                    population=subject.population,
                    territory_level="region",
                    territory=subject.region,
                    unit="coefficient",
                    inference=subject.inference,
                    wave=wave,
                    estimate=float(value),
                    se=float(se),
                    lower=float(low),
                    upper=float(high),
                    level=LEVEL,
                    df=found.df,
                    n=found.n,
                    confirmatory=entry.confirmatory,
                    source=subject.source,
                )
            )
    return made
