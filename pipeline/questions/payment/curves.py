"""The acceptance curve of a wave: median, truncated mean, what each price would bring in and whom it would keep out."""

from __future__ import annotations

import numpy as np

from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject
from pipeline.questions.payment.bids import Asked
from pipeline.questions.payment.likelihood import fit
from pipeline.questions.payment.rows import modelled
from pipeline.questions.payment.settings import Settings
from pipeline.questions.payment.spike import Spike
from pipeline.results import Result

#: A group is told with this many usable answers: fewer cannot place a curve.
LEAST = 100


def of_wave(entry: Entry, settings: Settings, subject: Subject, answers: Asked, wave: str) -> list[Result]:
    """Return the curve of everybody and of every group of ``by``."""
    here = (subject.frame["wave"] == wave).to_numpy()
    curve = fit(subject.design, answers.bounds, settings.distribution, where=here)
    zero = np.where(here, answers.zero, np.nan)
    everyone = Spike(subject.design, curve, zero)
    made = _amounts(entry, settings, subject, everyone, wave, {}) + _prices(
        entry, settings, subject, everyone, wave, {}
    )
    return made + (_groups(entry, settings, subject, answers, wave) if settings.by else [])


def _groups(entry: Entry, settings: Settings, subject: Subject, answers: Asked, wave: str) -> list[Result]:
    """Return the curves of groups: a location each, one scale for all."""
    group = subject.frame[str(settings.by)]
    here = (subject.frame["wave"] == wave).to_numpy() & group.notna().to_numpy()
    usable = here & ~np.isnan(answers.bounds.low) & (subject.design.weights != 0)
    sizes = group[usable].value_counts()
    codes = sorted(sizes[sizes >= LEAST].index, key=str)
    if len(codes) < 2:
        return []
    kept = here & group.isin(codes).to_numpy()
    dummies = np.column_stack([(group == c).to_numpy(np.float64, na_value=0.0) for c in codes[1:]])
    names = [f"{settings.by}={c}" for c in codes[1:]]
    curve = fit(subject.design, answers.bounds, settings.distribution, dummies, names, kept)
    made = []
    for i, code in enumerate(codes):
        at = np.array([1.0, *(float(i == j) for j in range(1, len(codes)))])
        inside = kept & (group == code).to_numpy(bool, na_value=False)
        spike = Spike(subject.design, curve, np.where(inside, answers.zero, np.nan), at)
        domain = {str(settings.by): code}
        made += _amounts(entry, settings, subject, spike, wave, domain)
        made += _prices(entry, settings, subject, spike, wave, domain)
    return made


def _answered(spike: Spike) -> float:
    return float((~np.isnan(spike.zero) & (spike.design.weights != 0)).sum())


def _amounts(
    entry: Entry, settings: Settings, subject: Subject, spike: Spike, wave: str, domain: dict[str, object]
) -> list[Result]:
    found = spike.amounts(settings.cut)
    facts = {"df": found.df, "n": _answered(spike), "domain": domain}
    return [
        modelled(entry, subject, settings.indicator, measure, "euro", wave, value, se, **facts)  # type: ignore[arg-type]
        for measure, value, se in zip(("median", "mean_truncated"), found.estimate, found.se, strict=True)
    ]


def _prices(
    entry: Entry, settings: Settings, subject: Subject, spike: Spike, wave: str, domain: dict[str, object]
) -> list[Result]:
    prices = [*settings.prices, settings.cut]
    found = spike.shares(prices)
    n, name = _answered(spike), settings.indicator
    made = []
    for price, share, se in zip(prices[:-1], found.estimate, found.se, strict=False):
        facts = {"df": found.df, "n": n, "domain": {**domain, "price": f"{price:g}"}}
        made += [
            modelled(entry, subject, name, "acceptance", "share", wave, share, se, **facts),  # type: ignore[arg-type]
            modelled(entry, subject, name, "exclusion", "share", wave, 1 - share, se, **facts),  # type: ignore[arg-type]
            modelled(entry, subject, name, "revenue", "euro", wave, price * share, price * se, **facts),  # type: ignore[arg-type]
        ]
    tail = {"df": found.df, "n": n, "domain": domain}
    made.append(
        modelled(entry, subject, name, "tail", "share", wave, found.estimate[-1], found.se[-1], **tail)  # type: ignore[arg-type]
    )
    return made
