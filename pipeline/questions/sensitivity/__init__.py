"""A lens: whether the change of another question holds under other choices of method, one at a time."""

from __future__ import annotations

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Variants that change one choice and keep the rest, in the order in which they are told.
VARIANTS = (
    "visit_weights",
    "no_fpc",
    "uncalibrated",
    "half_cap",
    "this_space_only",
    "wider_index",
    "two_services",
    "common_spaces",
    "never_labelled",
    "complete_returns",
)

STATEMENTS = (
    StatementSpec(
        "variants",
        "groups",
        Pick("elaborate", "shift", at="change", by="method", among=VARIANTS),
        each="change",
        of="whole",
    ),
    # how far a bias would have to move the change, for the methods
    StatementSpec("tipping", "change", Pick("elaborate", "tipping", at="change"), of="whole", optional=True),
)

_READ = {"indicator": "elaborate", "population": ("users", "visits"), "method": ("", *VARIANTS)}

FIGURES = (
    FigureSpec(
        "variants",
        "estimates-table",
        "variants",
        {
            "by": "method",
            "columns": (
                {
                    **_READ,
                    "measure": "share",
                    "time": "first",
                    "head": "first_wave",
                },
                {
                    **_READ,
                    "measure": "share",
                    "time": "last",
                    "head": "last_wave",
                },
                {
                    **_READ,
                    "measure": "shift",
                    "head": "change_points",
                },
            ),
        },
    ),
)
