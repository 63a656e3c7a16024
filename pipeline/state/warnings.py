"""Warnings that the statistics raise about their own method, and which results each of them weakens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipeline.results.significance import COMPARISONS, Row

#: Rows by which the statistics warn: estimate 1 where the warning is raised.
CHECKS, WARNING = "quality_checks", "warning"


@dataclass(frozen=True)
class Weakening:
    """What warnings weaken, as the folders of questions declare it; entries may bear any name.

    results : question -> the warnings that weaken its results.
    answers : warnings that weaken whatever rests on answers to the survey that they are about.
    """

    results: Mapping[str, frozenset[str]] = field(default_factory=dict)
    answers: frozenset[str] = frozenset()

    def of(self, row: Row) -> frozenset[str]:
        """Return the warnings that may weaken a row: a count as such stands, a change of counts may not."""
        named = self.results.get(str(row["question"]), frozenset())
        if row["inference"] == "census":
            return named if row["measure"] in COMPARISONS else frozenset()
        return named | self.answers


def raised(table: pd.DataFrame) -> list[str]:
    """Return the names of the warnings that the statistics raise, in order."""
    rows = table[(table["analysis"] == CHECKS) & (table["measure"] == WARNING) & (table["estimate"] >= 0.5)]
    return list(dict.fromkeys(rows["indicator"]))


def sources_of(table: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return the raised warnings with the sources that each is about; read once for many rows."""
    checks = table[table["analysis"] == CHECKS]
    return {name: frozenset(checks[checks["indicator"] == name]["source"]) for name in raised(checks)}


def concerning(warned: Mapping[str, frozenset[str]], weakening: Weakening, row: Row) -> list[str]:
    """Return the warnings that concern a row, among those raised (:func:`sources_of`)."""
    may = weakening.of(row)
    elsewhere = {name for name in weakening.answers & set(warned) if row["source"] not in warned[name]}
    return [name for name in warned if name in may and name not in elsewhere]
