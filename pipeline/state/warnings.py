"""Warnings that the statistics raise about their own method, and which results each of them weakens."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.results.significance import COMPARISONS, Row

#: Rows by which the statistics warn: estimate 1 where the warning is raised.
CHECKS, WARNING = "quality_checks", "warning"
_LABEL, _COUNTS = {"label"}, {"attendance", "attendance_model", "interruption", "forecast"}
#: What each warning weakens: analyses (None for all that rest on answers to the survey that it is about).
CONCERNS: dict[str, frozenset[str] | None] = {
    "mode_effect": None,
    "sparse": None,
    "new_items": frozenset({"demand", "adjusted", "decomposition"}),
    "pretrend": frozenset(_LABEL),
    "informative_closure": frozenset(_LABEL | _COUNTS),
    "refusal_of_payment": frozenset({"payment"}),
}


def raised(table: pd.DataFrame) -> list[str]:
    """Return the names of the warnings that the statistics raise, in order."""
    rows = table[(table["analysis"] == CHECKS) & (table["measure"] == WARNING) & (table["estimate"] >= 0.5)]
    return list(dict.fromkeys(rows["indicator"]))


def sources_of(table: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the raised warnings with the sources that each is about; read once for many rows."""
    checks = table[table["analysis"] == CHECKS]
    return {name: frozenset(checks[checks["indicator"] == name]["source"]) for name in raised(checks)}


def warnings_about(table: pd.DataFrame, row: Row) -> list[str]:
    """Return the raised warnings that concern a row."""
    return concerning(sources_of(table), row)


def concerning(warned: Mapping[str, frozenset[str]], row: Row) -> list[str]:
    """Return the warnings that concern a row, among those raised (:func:`sources_of`)."""
    analysis = str(row["analysis"])
    return [name for name, sources in warned.items() if concerned(name, analysis) and _rests_on(sources, name, row)]


def concerned(name: str, analysis: str) -> bool:
    """Return whether a warning may weaken the results of an analysis."""
    analyses = CONCERNS.get(name)
    return analyses is None or analysis in analyses


def _rests_on(sources: frozenset[str], name: str, row: Row) -> bool:
    """Return whether a row rests on what a warning is about: a count as such stands, a change of counts may not."""
    of_one_question = CONCERNS.get(name) is not None
    if row["inference"] == "census":
        return bool(of_one_question and row["analysis"] in _COUNTS and row["measure"] in COMPARISONS)
    return of_one_question or row["source"] in sources
