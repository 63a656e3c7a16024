"""A framework of indicators: each objective with its baseline, target and yearly values, and its state in one word.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/framework/``. Recommendations of the
edition before are read back where the evaluation keeps them (``texts/recommendations.yaml``).
"""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: States of an indicator, from the one that is furthest.
STATES = ("met", "nearer", "under_way", "steady", "farther", "missed", "unknown")


def _state(name: str) -> StatementSpec:
    rows = Pick(name, "state", population="indicators", by="goal")
    distance = Pick("distance", "distance", population="indicators", by="goal")
    progress = Pick("progress", "progress", population="indicators", by="goal")
    return StatementSpec(
        name, "list", rows, {"distance": distance, "progress": progress}, each="level", of="whole", optional=True
    )


#: It is answered after all others, whose results it reads (:data:`pipeline.questions.plan.RESULTS`).
AFTER_OTHERS = True

STATEMENTS = (
    StatementSpec("shown", "tally", Pick("indicators", "count", population="indicators"), of="whole"),
    *map(_state, STATES),
)

FIGURES = (FigureSpec("table", "framework-table", "shown", {"about": "described", "start": "baseline"}),)
