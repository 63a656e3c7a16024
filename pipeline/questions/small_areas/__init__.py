"""Territories with few answers: which of their numbers a model stands in for, and whether that model holds.

The model's levels and changes stand beside the direct ones, under the analysis that estimates these. The numbers are
made in :mod:`.answer`; words and chapters are in ``reports/<lang>/small_areas/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import UNIT, FigureSpec, Pick, StatementSpec

#: The indicator that is told unit by unit is the first of the plan; tables and sheets have the others.
_FIRST, _OF = "{indicators.first.name}", "{indicators.first.analysis}"


def _share(**more: Any) -> Pick:
    return Pick(_FIRST, "share", analysis=_OF, **more)


def _fit(name: str, at: Any) -> StatementSpec:
    """Return what a referee asks of the model of a wave, or of the change."""
    told = ("design_effect", "effect_sd", "shrinkage_least", "shrinkage_median", "shrinkage_most")
    arguments = {measure: Pick(_FIRST, measure, at=at) for measure in (*told, "leverage", "benchmark")}
    return StatementSpec(name, "level", Pick(_FIRST, "gain", at=at), arguments, of="whole", optional=True)


def _each(name: str, measure: str, kind: str, at: Any = "last") -> StatementSpec:
    """Return a check of the models of every indicator."""
    return StatementSpec(name, "groups", Pick("", measure, at=at, by="indicator"), each=kind, of="whole", optional=True)


STATEMENTS = (
    StatementSpec(
        "by_unit",
        "list",
        _share(by=UNIT),
        {"model": _share(method="eblup")},
        each="level",
        of="whole",
        named={"what": f"{_OF}.{_FIRST}", "covariates": "{entry}:covariates"},
        optional=True,
    ),
    # what the methods say
    _fit("fit", "last"),
    _fit("fit_before", "first"),
    _fit("fit_change", "change"),
    _each("normality", "normality", "test"),
    _each("normality_change", "normality", "test", "change"),
    _each("distance", "distance", "test"),
    _each("distance_change", "distance", "test", "change"),
    _each("adjusted", "adjusted_likelihood", "warning"),
    _each("adjusted_before", "adjusted_likelihood", "warning", "first"),
    _each("adjusted_change", "adjusted_likelihood", "warning", "change"),
)

FIGURES = (FigureSpec("by-unit", "pays-models-table", "by_unit", {"analysis": _OF, "indicator": _FIRST}),)
