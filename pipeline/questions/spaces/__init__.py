"""The spaces and their means: what the register holds at each date, and how that moved from the first to the last.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/spaces/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them.
DEFAULTS = {"equipment_years": 5}


def _spaces(indicator: str, measure: str, **fields: Any) -> Pick:
    return Pick(indicator, measure, population="spaces", **fields)


def _beside(indicator: str, measure: str, **fields: Any) -> dict[str, Pick]:
    """Return the same number at the first date, and that of the perimeter."""
    return {
        "before": _spaces(indicator, measure, at="first", **fields),
        "whole": _spaces(indicator, measure, whole=True, **fields),
    }


_OLD = "equipment_over_{equipment_years}"
_FAST = {"domain": "broadband=yes"}

STATEMENTS = (
    StatementSpec("open", "level", _spaces("open", "count"), {"before": _spaces("open", "count", at="first")}),
    StatementSpec("undated", "tally", _spaces("undated", "count"), optional=True),
    StatementSpec("closed", "tally", _spaces("closed", "count"), optional=True),
    StatementSpec("opened", "tally", _spaces("opened", "count"), optional=True),
    StatementSpec("labelled", "tally", _spaces("labelled", "count"), optional=True),
    StatementSpec("posts", "level", _spaces("posts", "count"), {"each": _spaces("posts", "mean")}, optional=True),
    StatementSpec(
        "hours", "level", _spaces("hours", "mean"), {"whole": _spaces("hours", "mean", whole=True)}, optional=True
    ),
    StatementSpec(
        "equipment",
        "level",
        _spaces(_OLD, "share"),
        _beside(_OLD, "share"),
        named={"years": "{equipment_years}"},
        optional=True,
    ),
    StatementSpec(
        "broadband",
        "level",
        _spaces("broadband", "share", **_FAST),
        _beside("broadband", "share", **_FAST),
        optional=True,
    ),
    StatementSpec(
        "facilitators",
        "list",
        _spaces("facilitator", "share", by="facilitator"),
        {"before": _spaces("facilitator", "share", at="first", by="facilitator")},
        each="level",
        of="whole",
        optional=True,
    ),
    StatementSpec(
        "types",
        "list",
        _spaces("site_type", "share", by="site_type"),
        {"before": _spaces("site_type", "share", at="first", by="site_type")},
        each="level",
        optional=True,
    ),
)

#: Indicator and measure of each line of the register, and the category that it is about where there are several.
_REGISTER = {
    "indicators": (
        ("open", "count"),
        ("opened", "count"),
        ("closed", "count"),
        ("labelled", "count"),
        ("posts", "count"),
        ("hours", "mean"),
        ("equipment_over_5", "share"),
        ("broadband", "share", "yes"),
        *(("facilitator", "share", c) for c in ("permanent", "fixed_term", "emploi_jeune", "volunteer", "none")),
    ),
    "since": ("opened", "closed"),
}

FIGURES = (
    FigureSpec("register", "register-table", "open", _REGISTER),
    FigureSpec("beside", "register-table", "open", {**_REGISTER, "beside_region": True}, of="units"),
)
