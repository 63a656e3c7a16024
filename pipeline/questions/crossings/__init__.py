"""Cross-tables: where answers differ most from one category to another; the tables themselves are in the annex.

The numbers are made in :mod:`.answer`; here stands what may be said of them.
"""

from __future__ import annotations

from pipeline.results.statement import TABLE, Pick, StatementSpec

#: So many of the strongest associations are named.
MOST = 5

#: How long it takes beside other questions: those that take longest are answered first.
EFFORT = 4

STATEMENTS = (
    StatementSpec(
        "strongest",
        "groups",
        Pick("", "association", by=TABLE, most=MOST),
        each="test",
        of="whole",
    ),
)
