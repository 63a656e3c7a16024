"""A lens: the change of another question as the sum of what the public became and of what it does at equal profile."""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec


def _part(measure: str, method: str) -> Pick:
    return Pick("{indicators.first}", measure, at="change", population="", method=method)


#: What settings take where the plan leaves them out.
DEFAULTS = {"of": "demand", "indicators": ["elaborate"], "factor": "age_band", "factors": ()}
#: Warnings of method that weaken its results.
WEAKENED_BY = ("new_items",)

STATEMENTS = (
    StatementSpec(
        "composition",
        "change",
        _part("composition", "kitagawa"),
        of="whole",
        named={"what": "{of}.{indicators.first}", "factor": "by={factor}"},
    ),
    StatementSpec("behaviour", "change", _part("behaviour", "kitagawa"), of="whole", named={"factor": "by={factor}"}),
    StatementSpec(
        "several_factors",
        "change",
        _part("composition", "das_gupta"),
        of="whole",
        named={"factors": "codes=by=*{factors.all}"},
        optional=True,
    ),
)

_METHODS = (
    "kitagawa",
    "das_gupta",
    "oaxaca_linear_first",
    "oaxaca_linear_last",
    "oaxaca_linear_average",
    "oaxaca_linear_pooled",
    "oaxaca_logit_first",
    "oaxaca_logit_last",
    "oaxaca_logit_average",
)

FIGURES = (
    FigureSpec(
        "methods",
        "estimates-table",
        "composition",
        {
            "by": "method",
            "columns": (
                {
                    "indicator": "{indicators.first}",
                    "population": "users",
                    "measure": "composition",
                    "method": _METHODS,
                    "head": "composition_points",
                },
                {
                    "indicator": "{indicators.first}",
                    "population": "users",
                    "measure": "behaviour",
                    "method": _METHODS,
                    "head": "behaviour_points",
                },
            ),
        },
    ),
)
