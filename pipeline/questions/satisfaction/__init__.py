"""What users think of the spaces: overall, item by item, whether they would recommend them, and what goes with that.

The numbers are made in :mod:`.answer`; here stands what may be said of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pipeline.results.statement import UNIT, FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them.
DEFAULTS = {"prefix": "sat_"}
#: Half-width, in points, beyond which the change of a share of users tells nothing that could be used.
USELESS = 15.0
#: So many items with the fewest satisfied are named.
LOWEST = 3
#: Under this, items do not measure one thing well enough to be summed up (Nunnally 1978, Psychometric Theory, p. 245).
CONSISTENT = 0.7

_OVERALL, _DRIVEN, _COMPARED = "{items.first-prefix}", "{drivers.of-prefix}", "{funnel.item-prefix}"
_SHARE, _SHIFT = Pick(_OVERALL, "share"), Pick(_OVERALL, "shift", at="change")
_WHOLE = Pick(_OVERALL, "share", whole=True)
_RATED, _RATED_DRIVEN = {"rated": "{entry}.{items.first-prefix}"}, {"rated": "{entry}.{drivers.of-prefix}"}
_OTHERS = (_OVERALL,)
_EACH = Pick("", "share", by="indicator", without=_OTHERS)


def _spaces(measure: str, domain: str = "") -> Pick:
    return Pick(_COMPARED, measure, at="all", population="spaces", method="funnel", domain=domain)


def _driver(measure: str, at: Literal["first", "last"] = "last", by: str = "") -> Pick:
    return Pick(_DRIVEN, measure, at=at, by=by)


def _outside(name: str) -> StatementSpec:
    rows = _spaces(name, "limits=95/widened=yes")
    return StatementSpec(name, "level", rows, convention=0.0, asked="funnel", of="whole")


STATEMENTS = (
    StatementSpec(
        "level",
        "level",
        _SHARE,
        {"whole": _WHOLE, "model": Pick(_OVERALL, "share", method="eblup")},
        named={**_RATED, "answers": "codes=answer=*{satisfied.all}"},
    ),
    StatementSpec("change", "change", _SHIFT, limit=USELESS, asked="contrast", named=_RATED),
    StatementSpec(
        "gap", "difference", Pick(_OVERALL, "gap"), {"share": _SHARE, "whole": _WHOLE}, of="units", named=_RATED
    ),
    StatementSpec(
        "by_unit",
        "groups",
        Pick(_OVERALL, "gap", by=UNIT),
        {"share": _SHARE, "whole": _WHOLE},
        each="difference",
        of="whole",
        named=_RATED,
        optional=True,
    ),
    StatementSpec("least", "list", replace(_EACH, most=-LOWEST), each="level", of="whole", optional=True),
    StatementSpec(
        "items", "list", _EACH, {"whole": replace(_EACH, whole=True)}, each="level", of="units", optional=True
    ),
    StatementSpec(
        "items_change",
        "groups",
        replace(_EACH, measure="shift", at="change"),
        {"before": replace(_EACH, at="first"), "now": _EACH},
        each="change",
        limit=USELESS,
        asked="contrast",
        of="whole",
        optional=True,
    ),
    StatementSpec("recommend", "level", Pick("{recommend}", "score"), asked="recommend", of="whole"),
    StatementSpec("recommend_before", "level", Pick("{recommend}", "score", at="first"), asked="recommend", of="whole"),
    StatementSpec("explained", "level", _driver("explained"), asked="drivers", of="whole", named=_RATED_DRIVEN),
    StatementSpec(
        "drivers",
        "groups",
        _driver("odds_ratio", by="item"),
        each="difference",
        asked="drivers",
        of="whole",
    ),
    StatementSpec("slopes", "test", _driver("parallel_lines"), asked="drivers", of="whole"),
    StatementSpec("slopes_before", "test", _driver("parallel_lines", at="first"), asked="drivers", of="whole"),
    StatementSpec("consistency", "level", Pick("scale", "alpha"), convention=CONSISTENT, asked="scale", of="whole"),
    StatementSpec("omega", "level", Pick("scale", "omega"), asked="scale", of="whole"),
    StatementSpec("spaces", "level", _spaces("spaces"), asked="funnel", of="whole"),
    StatementSpec("between", "level", _spaces("between"), convention=0.0, asked="funnel", of="whole"),
    StatementSpec("dispersion", "level", _spaces("dispersion"), asked="funnel", of="whole"),
    _outside("under"),
    _outside("over"),
)

FIGURES = (
    FigureSpec("by-item", "items", "items_change", {"fewest": 2}),
    FigureSpec("answers", "distribution", "level", {"indicator": _OVERALL, "strongest": "{satisfied.all}"}),
    FigureSpec("changes", "items-table", "items_change"),
    FigureSpec(
        "drivers",
        "estimates-table",
        "explained",
        {
            "by": "item",
            "whole": False,
            "columns": (
                {
                    "indicator": "overall",
                    "measure": "odds_ratio",
                    "time": "last",
                    "population": "users",
                    "head": "odds_ratio",
                },
                {
                    "indicator": "overall",
                    "measure": "explained",
                    "time": "last",
                    "population": "users",
                    "head": "share_explained",
                },
            ),
        },
    ),
    FigureSpec(
        "between-spaces",
        "estimates-table",
        "between",
        {
            "by": "size",
            "whole": False,
            "columns": (
                {
                    "indicator": "overall",
                    "measure": "spaces",
                    "time": "last",
                    "population": "spaces",
                    "method": "funnel",
                    "interval": False,
                    "head": "spaces_compared",
                },
                {
                    "indicator": "overall",
                    "measure": "under",
                    "time": "last",
                    "population": "spaces",
                    "method": "funnel",
                    "interval": False,
                    "head": "under_the_limit",
                },
                {
                    "indicator": "overall",
                    "measure": "over",
                    "time": "last",
                    "population": "spaces",
                    "method": "funnel",
                    "interval": False,
                    "head": "over_the_limit",
                },
                {
                    "indicator": "overall",
                    "measure": "lower_limit",
                    "time": "last",
                    "population": "spaces",
                    "method": "funnel",
                    "interval": False,
                    "head": "lower_limit",
                },
                {
                    "indicator": "overall",
                    "measure": "upper_limit",
                    "time": "last",
                    "population": "spaces",
                    "method": "funnel",
                    "interval": False,
                    "head": "upper_limit",
                },
            ),
        },
    ),
)
