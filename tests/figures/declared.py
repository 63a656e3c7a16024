"""Figures as the questions of the default evaluation declare them, and kinds that only an evaluation asks for."""

from __future__ import annotations

import functools
from typing import Any

from pipeline.evaluation import load
from pipeline.figures.registry import Entry
from pipeline.stages.language import figures_of
from tests.figures.made_up_results import ROOT

_ELABORATE: dict[str, Any] = {"analysis": "demand", "indicator": "elaborate"}
OWN = (
    Entry("units-plot", "places", _ELABORATE, ("demand",)),
    Entry("units-table", "pays-table", {"analysis": "demand"}, ("demand",)),
    Entry("map-units", "map-groups", _ELABORATE, ("demand",)),
    Entry("two-populations", "composition", {"analysis": "profile", "question": "age_band"}, ("profile",)),
)


@functools.cache
def entries(lang: str = "fr") -> tuple[Entry, ...]:
    """Return every figure with its texts in a language."""
    return (*figures_of(load("bretagne-cybercommunes", ROOT), lang), *OWN)


def entry(name: str, lang: str = "fr") -> Entry:
    """Return a figure by its name."""
    return next(e for e in entries(lang) if e.name == name)
