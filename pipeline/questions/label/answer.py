"""What the label changed: labelled spaces before and after, against spaces not labelled or not yet.

A pays project wins the label, so its spaces share what happens to them: errors are those between pays. Spaces were
not labelled at random; the trends before the label, and what they could not have shown, are results like the effect.
"""

from __future__ import annotations

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.label.closures import informative
from pipeline.questions.label.effects import estimated
from pipeline.questions.label.hours import decomposed
from pipeline.questions.label.pretrends import anticipated
from pipeline.questions.label.treated import counted, treated_of
from pipeline.questions.panel import read_panel
from pipeline.questions.quantities import each_modelled
from pipeline.questions.returns import ReturnsSettings
from pipeline.results import Result
from pipeline.results.measure import COUNT, WARNING, Measure, Relation

#: The kinds of numbers of this question.
MEASURES = (
    COUNT,
    WARNING,
    Measure("effect", "ratio", "change", relation=Relation("effect", "count")),
    *(Measure(name, "ratio", "change") for name in ("trend", "minimum_detectable", "bias")),
    Measure("joint", "ratio"),
    Measure("comparable", "count"),
)


class Settings(ReturnsSettings):
    """Settings of the label: sources, and draws and seed of the wild bootstrap."""

    draws: int = 999
    """Draws of the wild bootstrap."""
    seed: int = 1
    """Seed of the random draws, so that every run gives the same numbers."""


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return effects, event study, trends before the label, closures and the share of opening hours.

    Raises
    ------
    AnalyseError
        When no space, or every space, was labelled during the months received.
    """
    settings = entry.checked(Settings)
    panel = read_panel(context, entry, settings)
    labelled = panel.sites["labelled"].to_numpy(np.float64)
    inside = (labelled > 0) & (labelled < len(panel.months))
    if not inside.any() or not np.isnan(labelled).any():
        raise entry.error(
            "the effect of a label needs spaces labelled during the months received, and others never labelled",
            found=f"{int(inside.sum())} labelled within, {int(np.isnan(labelled).sum())} never",
            action="take the question 'label' out of the plan, or check role label_date of the register",
        )
    treated = treated_of(panel)
    effects, main = estimated(context, entry, panel, treated, settings.draws, settings.seed)
    made = [
        *counted(context, entry, panel, treated),
        *effects,
        *anticipated(context, entry, panel, treated, main),
        *informative(context, entry, panel, treated, main),
        *decomposed(context, entry, panel, main),
    ]
    return [*each_modelled(entry, made)]
