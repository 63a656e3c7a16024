"""Whether so many refuse that a median of amounts tells little: persons who would pay nothing, and protests."""

from __future__ import annotations

import numpy as np

from pipeline.questions import estimates
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import EVERYBODY, Outcome
from pipeline.questions.payment.bids import Asked
from pipeline.results import Result
from pipeline.results.quantity import NOTHING

#: A warning is raised when the lower limit of one of the shares is above this.
ZEROS, PROTESTS = 0.05, 0.10


def warning(entry: Entry, subject: Subject, answers: Asked, wave: str) -> Result:
    """Return 1 when true zeros or protests are many beyond chance, else 0."""
    base = {wave: "all"}
    outcomes = [
        Outcome(name, "share", "share", values, base, EVERYBODY)
        for name, values in (("zero", answers.zero), ("protest", answers.protest))
        if not np.isnan(values).all()
    ]
    where = (subject.frame["wave"] == wave).to_numpy()
    limits = {r.indicator: r.lower for r in estimates.levels(entry, subject, outcomes, where=where)}
    raised = limits.get("zero", 0.0) > ZEROS or limits.get("protest", 0.0) > PROTESTS
    return Result(
        analysis="quality_checks",
        indicator="refusal_of_payment",
        measure="warning",
        population="records",
        territory_level="region",
        territory=subject.region,
        unit="score",
        inference="census",
        wave=wave,
        domain=entry.apart or None,
        estimate=float(raised),
        source=subject.source,
        quantity=NOTHING,
    )
