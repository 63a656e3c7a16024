"""Who makes the visits: what share the most regular users make, whether it grew, and how unequal users are.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/concentration/``.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them.
DEFAULTS = {"most": (10, 20, 50)}
#: Half-width, in points, beyond which the change of a share of visits tells nothing that could be used.
USELESS = 15.0

_HELD = Pick("visits", "share", domain="most={most.min}")
_INDEX = Pick("visits", "gini")
_NAMED = {"percent": "{most.min}"}

STATEMENTS = (
    StatementSpec("held", "level", _HELD, {"before": replace(_HELD, at="first")}, of="whole", named=_NAMED),
    StatementSpec(
        "change",
        "change",
        replace(_HELD, measure="shift", at="change"),
        asked="contrast",
        limit=USELESS,
        of="whole",
        named=_NAMED,
    ),
    StatementSpec("gini", "level", _INDEX, {"before": replace(_INDEX, at="first")}, of="whole"),
)

FIGURES = (FigureSpec("by-part", "levels", "held", {"indicator": "visits", "by": "most"}),)
