"""What came in and what it is worth: response at both stages, records kept, silence on one question, weights.

The numbers are made in :mod:`.answer`, and have three first names: ``response``, ``account`` and ``weighting``.
"""

from __future__ import annotations

from typing import Literal

from pipeline.results.statement import FigureSpec, Pick, StatementSpec

_SURVEY, _VISITS = "survey.name", "survey.visits"


def _visits(indicator: str, measure: str = "rate") -> Pick:
    return Pick(indicator, measure, population="visits")


def _spaces(indicator: str, measure: str = "rate") -> Pick:
    return Pick(indicator, measure, population="spaces")


def _records(indicator: str, at: Literal["first", "last"] = "last") -> Pick:
    return Pick(indicator, "count", at, population="records", analysis="account", domain="source={survey.name}")


def _given(indicator: str, measure: str) -> Pick:
    return Pick(indicator, measure, population="records", domain="source={survey.name}")


def _weight(measure: str, indicator: str = "person", population: str = "users") -> Pick:
    return Pick(indicator, measure, population=population, analysis="weighting")


STATEMENTS = (
    StatementSpec(
        "spaces",
        "level",
        _spaces("spaces"),
        {
            "participating": _spaces("spaces.participating", "count"),
            "sampled": _spaces("spaces.sampled", "count"),
        },
        optional=True,
        of="whole",
    ),
    StatementSpec(
        "persons",
        "level",
        _visits("persons"),
        {"accepted": _visits("persons.accepted", "count"), "handed": _visits("persons.handed", "count")},
        optional=True,
        of="whole",
    ),
    StatementSpec(
        "partial",
        "tally",
        _visits("persons.partial", "count"),
        {"complete": _visits("persons.complete")},
        optional=True,
        of="whole",
    ),
    StatementSpec("overall", "level", _visits("overall"), optional=True, of="whole"),
    StatementSpec(
        "overall_before",
        "level",
        Pick("overall", "rate", at="first", population="visits"),
        optional=True,
        of="whole",
    ),
    StatementSpec(
        "kept",
        "level",
        _records("accepted"),
        {"received": _records("received"), "before": _records("accepted", "first")},
        asked=_SURVEY,
        named={"survey": "surveyed={survey.name}"},
        of="whole",
    ),
    StatementSpec(
        "returned",
        "level",
        _given("returned", "rate"),
        {"given": _given("given", "count"), "back": _given("back", "count")},
        asked=_SURVEY,
        optional=True,
        of="whole",
    ),
    StatementSpec("set_aside", "tally", _records("set_aside"), asked=_SURVEY, of="whole"),
    StatementSpec(
        "silent",
        "level",
        Pick("{survey.visits.question}", "item_nonresponse", population="respondents"),
        asked=_VISITS,
        of="whole",
    ),
    StatementSpec(
        "items",
        "list",
        Pick("", "item_nonresponse", population="respondents", by="indicator"),
        each="level",
        asked="items",
        of="whole",
    ),
    StatementSpec(
        "weights",
        "level",
        _weight("deff_kish"),
        {"answers": _weight("n"), "worth": _weight("n_effective")},
        asked=_SURVEY,
        optional=True,
        of="whole",
    ),
    StatementSpec("cap", "level", _weight("capped_share"), {"cap": _weight("cap")}, asked=_VISITS, of="whole"),
    StatementSpec(
        "calibration",
        "level",
        _weight("g_min", "visit", "visits"),
        {"highest": _weight("g_max", "visit", "visits")},
        asked=_VISITS,
        optional=True,
        of="whole",
    ),
)

FIGURES = (
    FigureSpec(
        "stages",
        "response-table",
        "overall",
        {
            "lines": (
                ("spaces.eligible", "count"),
                ("spaces.sampled", "count"),
                ("spaces.participating", "count"),
                ("spaces", "rate"),
                ("persons.handed", "count"),
                ("persons.returned", "count"),
                ("persons.accepted", "count"),
                ("persons.partial", "count"),
                ("persons.complete", "rate"),
                ("persons", "rate"),
                ("overall", "rate"),
            ),
            "read": ("persons", "rate"),
            "silent": "item_nonresponse",
        },
    ),
    FigureSpec("records", "account-table", "kept", {"analysis": "account"}),
    FigureSpec(
        "weights",
        "weights-table",
        "weights",
        {
            "analysis": "weighting",
            "measures": (
                *("n", "sum", "min", "mean", "max", "cv", "deff_kish", "n_effective", "g_min", "g_max"),
                *("cap", "capped_share", "cap_effect", "links_imputed_share"),
            ),
            "brief": ("n", "min", "max", "cv", "deff_kish", "n_effective"),
        },
    ),
    FigureSpec(
        "margins",
        "margins-table",
        "calibration",
        {"analysis": "weighting", "measures": ("target", "before", "after")},
    ),
)
