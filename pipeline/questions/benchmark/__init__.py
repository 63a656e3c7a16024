"""Who the actors of a territory are, and their skills set against a reference: actors who are in no network.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/benchmark/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: More types or skills than any questionnaire lists.
_ALL = 30


def _of(indicator: str, measure: str, **more: Any) -> Pick:
    return Pick(indicator, measure, population="respondents", **more)


_SHARES = _of("skills", "share", by="skill")
_REACHED = _of("skills", "reached")

STATEMENTS = (
    StatementSpec("actors", "level", _of("actors", "count"), {"whole": _of("actors", "count", whole=True)}),
    StatementSpec("types", "list", _of("actors", "count", by="type", most=_ALL), each="level", optional=True),
    StatementSpec(
        "reached",
        "level",
        _REACHED,
        {"listed": _of("skills", "listed"), "whole": _of("skills", "reached", whole=True)},
        named={"origin": "{entry}:reference"},
        optional=True,
    ),
    StatementSpec(
        "skills",
        "list",
        _SHARES,
        {"reference": _of("skills", "reference", by="skill"), "whole": _of("skills", "share", by="skill", whole=True)},
        each="level",
        optional=True,
    ),
    StatementSpec("by_type", "list", _of("skills", "reached", by="type"), each="level", of="whole", optional=True),
)

FIGURES = (
    FigureSpec(
        "by-type",
        "crossed-table",
        "",
        {"indicator": "skills", "measure": "share", "by": "type", "across": "skill", "population": "respondents"},
    ),
)
