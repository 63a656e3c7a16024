"""Measures: what kind of number a question writes, declared once, one line each.

Whatever decides how a number is written, tested or judged reads its declaration, never its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import ResultsError

#: How a number is written beyond what its unit says: a relative change or a difference carries its sign, a rate or
#: ratio can be told as a percentage, amounts that people declare are whole euros, ``.0`` and ``.2`` are decimals.
Format = Literal["", "change", "signed", "percent", "whole", ".0", ".2"]
#: How a test is adjusted: within its family (Holm); then no further than the test of the whole family allows
#: (``gated``); as such a test (``gate``); alone; screened with all others of its kind (Benjamini and Hochberg).
Family = Literal["family", "gated", "gate", "alone", "screened"]
#: When a number of a model is too imprecise: as its unit says; a difference of means may be nil, so that the width of
#: its interval is not set against its size.
Limit = Literal["unit", "difference"]
#: Relations that set two dates, two parts or two situations against each other.
COMPARISONS = frozenset({"difference", "rest", "change", "effect"})
FILE = "measures.json"


@dataclass(frozen=True)
class Relation:
    """How a measure follows from another of the same indicator.

    kind : ``difference`` between two waves; ``change``: the same, relative; ``rest``: between a part and the rest of
        the region; ``effect``: between two situations; ``part`` of a difference between waves; ``mark``: of a part of
        the population against the whole; ``ratio``; ``synthetic``: what a model makes of a direct estimate.
    of : the measure it is made of.   by : what it is divided by (ratio), or the domain that is the part (mark).
    """

    kind: Literal["difference", "change", "rest", "effect", "part", "mark", "ratio", "synthetic"]
    of: str
    by: str = ""


@dataclass(frozen=True)
class Covered:
    """How often an interval of 95 % was measured to cover (benchmarks/coverage_questions.json), where under 93 in 100.

    method : as in the results table.   rate : between 0 and 1.   whole : only of rows without a domain.
    """

    method: str
    rate: float
    whole: bool = False


@dataclass(frozen=True)
class Measure:
    """One kind of number of a question.

    name, unit : as in the results table.   format : see :data:`Format`.
    family, limit : see the types.   relation : what it is made of.
    covered : measured coverage that is told with the number.
    digits : significant digits of a number of people that carries no standard error.   finest : its least step. Both
        are coarse by default: what is computed from shares gives them back with every digit that it prints.
    listed : counts persons or bodies on a list, each of them one: protected as spaces are, not as answers.
    """

    name: str
    unit: str
    format: Format = ""
    family: Family = "family"
    limit: Limit = "unit"
    relation: Relation | None = None
    covered: tuple[Covered, ...] = ()
    digits: int = 2
    finest: float = 0.0
    listed: bool = False

    @property
    def kind(self) -> str:
        """Return the kind of the relation; empty for a level."""
        return "" if self.relation is None else self.relation.kind

    @property
    def compares(self) -> bool:
        """Return whether the number sets two dates, two parts or two situations against each other."""
        return self.kind in COMPARISONS or self.unit == "point"


SHARE = Measure("share", "share")
MEAN = Measure("mean", "mean")
SCORE = Measure("score", "score")
COUNT = Measure("count", "count")
SHIFT = Measure("shift", "point", family="gated", relation=Relation("difference", "share"))
#: Clusters of a unit are few, so that the interval of its gap covers less than it announces.
GAP = Measure("gap", "point", family="gated", relation=Relation("rest", "share"), covered=(Covered("", 0.92),))
MEAN_SHIFT = Measure("mean_shift", "mean", "signed", limit="difference", relation=Relation("difference", "mean"))
MEAN_GAP = Measure("mean_gap", "mean", "signed", relation=Relation("rest", "mean"))
SCORE_SHIFT = Measure("score_shift", "score", relation=Relation("difference", "score"))
SCORE_GAP = Measure("score_gap", "score", relation=Relation("rest", "score"))
EVOLUTION = Measure("evolution", "ratio", "change", relation=Relation("change", "count"))
#: A check of the material or of a method: 1 where it raises a warning.
WARNING = Measure("warning", "score", family="alone")
#: A question that could not be estimated says so, as a check of the material.
NOT_ESTIMABLE = Measure("not_estimable", "score")
#: What estimates of a survey write whatever the question: levels, changes between waves, gaps between units.
ESTIMATES = (SHARE, MEAN, SCORE, COUNT, SHIFT, GAP, MEAN_SHIFT, MEAN_GAP, SCORE_SHIFT, SCORE_GAP)


@dataclass(frozen=True)
class Measures:
    """The measures of every question, looked up by question, name and unit.

    Rows of no question (made without a plan) have the measures of every survey, and plain ones, unless ``""`` is
    declared too.
    """

    declared: Mapping[str, tuple[Measure, ...]] = field(default_factory=dict)

    def of(self, question: str, name: str, unit: str) -> Measure:
        """Return a declaration.

        Raises
        ------
        ResultsError
            For a measure that the question does not declare in this unit.
        """
        planned = question != "" or question in self.declared
        known = self.declared.get(question, ()) if planned else ESTIMATES
        found = [m for m in known if (m.name, m.unit) == (name, unit)]
        if found or not planned:
            return found[0] if found else Measure(name, unit)
        units = [m.unit for m in known if m.name == name]
        raise ResultsError(
            f"the question '{question}' writes a measure that it does not declare",
            found=f"measure '{name}' in unit '{unit}'",
            allowed=[f"'{name}' in unit '{u}'" for u in units] or [m.name for m in known] or "(it declares none)",
            action=f"declare it under MEASURES where '{question}' writes its rows",
        )

    def write(self, path: Path) -> None:
        """Write the declarations as JSON, in order of questions, names and units; what is default is left out."""
        held = {q: [_told(m) for m in sorted(self.declared[q], key=_place)] for q in sorted(self.declared)}
        path.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Measures:
        """Read what :meth:`write` wrote.

        Raises
        ------
        ResultsError
            When the file is missing.
        """
        if not path.is_file():
            raise ResultsError(
                "the declarations of measures are missing", where=str(path), action="run the stages before this one"
            )
        held = json.loads(path.read_text(encoding="utf-8"))
        return cls({question: tuple(map(_measure, told)) for question, told in held.items()})


def measures(declared: Mapping[str, Iterable[Measure]]) -> Measures:
    """Return declarations checked: a question declares a name once a unit.

    Raises
    ------
    ResultsError
        When a question declares a measure twice.
    """
    held = {question: tuple(told) for question, told in declared.items()}
    for question, told in held.items():
        named = list(map(_place, told))
        twice = sorted({pair for pair in named if named.count(pair) > 1})
        if twice:
            raise ResultsError(f"the question '{question}' declares a measure twice", found=twice)
    return Measures(held)


def _place(measure: Measure) -> tuple[str, str]:
    return measure.name, measure.unit


def _told(measure: Measure) -> dict[str, Any]:
    """Return what a declaration says beyond the defaults."""
    defaults, told = asdict(Measure("", "")), asdict(measure)
    return {name: value for name, value in told.items() if name in ("name", "unit") or value != defaults[name]}


def _measure(told: dict[str, Any]) -> Measure:
    relation, covered = told.pop("relation", None), told.pop("covered", ())
    return Measure(
        **told, relation=relation and Relation(**relation), covered=tuple(Covered(**each) for each in covered)
    )
