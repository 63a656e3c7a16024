"""Which characteristics go with an outcome in one wave, the others held equal.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/associations/``.
"""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Warnings of method that weaken its results.
WEAKENED_BY: tuple[str, ...] = ()
_OUTCOME = {"outcome": "outcome={entry}"}

STATEMENTS = (
    StatementSpec(
        "effects",
        "groups",
        Pick("", "effect", method="adjusted", by="domain"),
        each="difference",
        of="whole",
        named=_OUTCOME,
    ),
)

FIGURES = (
    FigureSpec(
        "effects", "effects", "effects", {"measure": "effect", "method": "adjusted", "by": "{characteristics.all}"}
    ),
    FigureSpec(
        "table",
        "characteristics-table",
        "effects",
        {
            "by": "{characteristics.all}",
            "columns": (
                {"measure": ("share", "mean"), "method": "", "head": "observed"},
                {"measure": ("share", "mean"), "method": "adjusted", "head": "adjusted"},
                {"measure": "effect", "method": "adjusted", "head": "effect", "against": True},
            ),
        },
    ),
)
