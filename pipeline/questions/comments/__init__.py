"""What users wrote in the open question: the themes of their remarks, and whether some come up more often than before.

The numbers are made in :mod:`.answer`; here stands what may be said of them.
"""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Half-width, in points, beyond which the change of a share of remarks tells nothing that could be used.
USELESS = 15.0
#: So many of the most frequent themes are named.
MOST = 3

STATEMENTS = (
    StatementSpec(
        "themes",
        "list",
        Pick("", "share", by="indicator", most=MOST),
        # all themes are coded in the same remarks: the number of these is that of any
        {"remarks": Pick("", "share")},
        each="level",
        of="whole",
    ),
    StatementSpec(
        "changes",
        "groups",
        Pick("", "shift", at="change", by="indicator"),
        each="change",
        limit=USELESS,
        asked="contrast",
        of="whole",
    ),
)

FIGURES = (FigureSpec("remarks", "items-table", "themes"),)
