"""What users would pay: the median amount, whom it is about, how it moved, what prices bring in and whom they keep out.

The numbers are made in :mod:`.answer`; words and chapters are in ``reports/<lang>/payment/``.
"""

from __future__ import annotations

from typing import Any

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

#: Settings that statements name, where the plan does not give them.
DEFAULTS = {"indicator": "subscription", "distribution": "log_logistic", "by": "group", "covariates": {}}
#: More prices than any plan declares.
_ALL = 30


def _amount(measure: str, **more: Any) -> Pick:
    return Pick("{indicator}", measure, **more)


def _share(indicator: str, **more: Any) -> Pick:
    return Pick(indicator, "share", **more)


def _warning(name: str) -> Pick:
    return Pick(name, "warning", population="records", domain="{apart}", analysis="quality_checks")


#: Warnings of method that weaken its results.
WEAKENED_BY = ("refusal_of_payment",)

STATEMENTS = (
    StatementSpec(
        "refusals",
        "warning",
        _warning("refusal_of_payment"),
        {"zero": _share("zero"), "protest": _share("protest")},
        of="whole",
        optional=True,
    ),
    StatementSpec("median", "level", _amount("median"), {"before": _amount("median", at="first")}, of="whole"),
    StatementSpec("usable", "level", _share("usable"), of="whole"),
    StatementSpec("left_out", "list", _share("left_out", by="left_out", most=_ALL), each="level", of="whole"),
    StatementSpec("protests_refuse", "level", _amount("median", method="protest_refuses"), of="whole", optional=True),
    StatementSpec(
        "cheapest",
        "level",
        _amount("acceptance", domain="price={prices.min}"),
        {"dearest": _amount("acceptance", domain="price={prices.max}")},
        of="whole",
        named={"price": "{prices.min}", "top": "{prices.max}"},
    ),
    StatementSpec("accept", "list", _share("accept", by="price", most=_ALL), each="level", of="whole", optional=True),
    StatementSpec("by_group", "list", _amount("median", by="{by}"), each="level", of="whole"),
    StatementSpec("evolution", "change", _amount("evolution", at="change"), of="whole", optional=True),
    StatementSpec(
        "mean",
        "level",
        _amount("mean_truncated"),
        {"tail": _amount("tail"), "turnbull": _amount("turnbull")},
        of="whole",
        named={"top": "{top|prices.max}"},
    ),
    StatementSpec("revenue", "list", _amount("revenue", by="price", most=1), each="level", of="whole"),
    StatementSpec(
        "kept_out",
        "list",
        _amount("exclusion", by="{by}", domain="price={prices.min}", most=_ALL),
        each="level",
        of="whole",
        named={"price": "{prices.min}"},
    ),
    StatementSpec(
        "effects",
        "groups",
        _amount("effect", at="change", by="domain"),
        each="difference",
        of="whole",
        named={"references": "codes={covariates.pairs}"},
        optional=True,
    ),
    StatementSpec("second_answer", "difference", Pick("second_answer", "effect"), of="whole", optional=True),
    StatementSpec("kristrom", "level", _amount("kristrom"), of="whole", optional=True),
    StatementSpec(
        "fit",
        "list",
        Pick("fit", "log_likelihood", by="method", most=1),
        each="level",
        of="whole",
        named={"law": "method={distribution}"},
    ),
)

FIGURES = (
    FigureSpec(
        "acceptance",
        "curve",
        "median",
        {"indicator": "subscription", "measure": "acceptance", "by": "price", "middle": "median"},
    ),
    FigureSpec(
        "prices",
        "estimates-table",
        "revenue",
        {
            "by": "price",
            "whole": False,
            "columns": (
                {
                    "indicator": "accept",
                    "population": "users",
                    "measure": "share",
                    "time": "last",
                    "head": "accept_it_first",
                },
                {
                    "indicator": "subscription",
                    "population": "users",
                    "measure": "acceptance",
                    "time": "last",
                    "head": "would_accept",
                },
                {
                    "indicator": "subscription",
                    "population": "users",
                    "measure": "exclusion",
                    "time": "last",
                    "head": "would_do_without",
                },
                {
                    "indicator": "subscription",
                    "population": "users",
                    "measure": "revenue",
                    "time": "last",
                    "head": "revenue_per_user",
                },
            ),
        },
    ),
    FigureSpec(
        "exclusion",
        "crossed-table",
        "kept_out",
        {"indicator": "subscription", "measure": "exclusion", "by": "occupation", "across": "price"},
    ),
    FigureSpec(
        "readings",
        "estimates-table",
        "protests_refuse",
        {
            "by": "method",
            "columns": (
                {
                    "indicator": "subscription",
                    "population": "users",
                    "measure": "median",
                    "time": "last",
                    "head": "median_amount",
                },
                {
                    "indicator": "subscription",
                    "population": "users",
                    "measure": "mean_truncated",
                    "time": "last",
                    "head": "mean_amount_cut",
                },
            ),
        },
    ),
)
