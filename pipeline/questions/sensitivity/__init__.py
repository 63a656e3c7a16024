"""A lens: whether the change of another question holds under other choices of method, one at a time."""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Variants that change one choice and keep the rest, in the order in which they are told.
VARIANTS = (
    "visit_weights",
    "no_fpc",
    "uncalibrated",
    "half_cap",
    "this_space_only",
    "wider_index",
    "two_services",
    "common_spaces",
    "never_labelled",
    "complete_returns",
)

STATEMENTS = (
    StatementSpec(
        "variants",
        "groups",
        Pick("elaborate", "shift", at="change", by="method", among=VARIANTS),
        each="change",
        of="whole",
    ),
)

FIGURES = (FigureSpec("demand-sensitivity", "", "variants"),)
