"""What users ask for: the share that wants an elaborate service, how it moved, for whom, and service by service.

The numbers are made in :mod:`.answer`; here stands what may be said of them. Words and chapters are in
``reports/<lang>/demand/``.
"""

from __future__ import annotations

from pipeline.results.statement import UNIT, FigureSpec, Pick, StatementSpec

_SHARE, _SHIFT = Pick("elaborate", "share"), Pick("elaborate", "shift", at="change")
_WHOLE = Pick("elaborate", "share", whole=True)
_BESIDE = {"share": _SHARE, "whole": _WHOLE}
#: Half-width, in points, beyond which the change of a share of users tells nothing that could be used.
USELESS = 15.0

#: Warnings of method that weaken its results.
WEAKENED_BY = ("new_items",)

STATEMENTS = (
    StatementSpec("level", "level", _SHARE, {"whole": _WHOLE, "model": Pick("elaborate", "share", method="eblup")}),
    StatementSpec("change", "change", _SHIFT, {"before": Pick("elaborate", "share", at="first")}, limit=USELESS),
    StatementSpec("basic", "level", Pick("basic", "share"), {"whole": Pick("basic", "share", whole=True)}),
    StatementSpec("basic_change", "change", Pick("basic", "shift", at="change"), limit=USELESS),
    StatementSpec(
        "by_age", "groups", Pick("elaborate", "shift", at="change", by="age_band"), each="change", of="whole"
    ),
    StatementSpec(
        "services",
        "groups",
        Pick("", "shift", at="change", by="indicator", without=("elaborate", "basic")),
        each="change",
        of="whole",
    ),
    # which services are counted: it rests on the index itself, of visits so that no threshold is told twice
    StatementSpec(
        "definitions",
        "level",
        Pick("elaborate", "share", population="visits"),
        named={name: f"codes={{entry}}.*{{{name}.all}}" for name in ("basic", "elaborate")},
        asked="basic",
        of="whole",
    ),
    StatementSpec("gap", "difference", Pick("elaborate", "gap"), _BESIDE, of="units"),
    StatementSpec(
        "by_unit", "groups", Pick("elaborate", "gap", by=UNIT), _BESIDE, each="difference", of="whole", optional=True
    ),
    # what the methods say, where a lens on other choices has computed it
    StatementSpec(
        "design_effect",
        "level",
        Pick("elaborate", "deff"),
        {"weighting": Pick("elaborate", "deff_weighting"), "rest": Pick("elaborate", "deff_clustering")},
        of="whole",
        optional=True,
    ),
)

FIGURES = (
    FigureSpec("by-age", "levels", "change", {"indicator": "elaborate"}),
    FigureSpec("change", "shift", "by_age", {"indicator": "elaborate"}),
    FigureSpec("services", "items-table", "services"),
    FigureSpec("by-unit", "places", "by_unit", {"indicator": "elaborate"}),
    FigureSpec("units", "pays-table", "by_unit", {"indicator": "elaborate"}),
)
