"""A typology as results: shares of classes, what marks them, the plane of the categories, diagnostics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.questions import estimates
from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject
from pipeline.questions.outcomes import Event, Outcome
from pipeline.questions.quantities import diagnostic, modelled
from pipeline.questions.typology.categories import Variable, table
from pipeline.questions.typology.classification import Classified
from pipeline.questions.typology.description import marks
from pipeline.questions.typology.stability import STABLE
from pipeline.results import Result
from pipeline.results.quantity import ANSWERED

#: Name of the domain that holds the number of a class.
CLASS = "class"
#: Axes that are told: those of the plane.
_PLANE = 2
_MOST_CLASSES = 8


@dataclass(frozen=True, eq=False)
class Typed:
    """A typology ready to be told.

    subject : its frame has the column ``class`` (text, None outside ``rows``).   rows : (n,) positions of the units
    that were classified.   active, supplementary : variables.   found : axes and classes.
    """

    entry: Entry
    subject: Subject
    wave: str
    rows: NDArray[np.int64]
    active: list[Variable]
    supplementary: list[Variable]
    found: Classified

    @property
    def variables(self) -> list[Variable]:
        """Return active and supplementary variables."""
        return [*self.active, *self.supplementary]

    def row(self, indicator: str, measure: str, estimate: float, unit: str, **values: Any) -> Result:
        """Return a number of the model about the region."""
        fixed: dict[str, Any] = {
            "inference": "model",
            "population": self.subject.population,
            "n": float(len(self.rows)),
            "wave": self.wave,
        }
        row = Result(
            analysis=self.entry.name,
            indicator=indicator,
            measure=measure,
            territory_level="region",
            territory=self.subject.region,
            unit=unit,
            estimate=float(estimate),
            source=self.subject.source,
            **{**fixed, **values},
        )
        return diagnostic(row) if row.population == "records" else modelled(self.entry, row)

    def classified(self, event: Event) -> Event:
        """Return an event among those that this typology classified: classes of another one are other classes."""
        return replace(event, also={f"{CLASS}~{self.entry.recipe}": ANSWERED})


def shares(typed: Typed) -> list[Result]:
    """Return the share of each class, and of every category in each class and in the whole, by the design."""
    frame, size = typed.subject.frame, len(typed.found.stability)
    inside = np.zeros(len(frame), dtype=bool)
    inside[typed.rows] = True
    number = frame[CLASS]
    base = {typed.wave: "all"}
    of_class = [
        Outcome(
            CLASS,
            "share",
            "share",
            np.where(inside, number == str(c + 1), np.nan),
            base,
            typed.classified(Event({CLASS: [c + 1]})),
            {CLASS: str(c + 1)},
        )
        for c in range(size)
    ]
    in_all, in_class = (
        [o for v in typed.variables for o in v.outcomes(frame, typed.wave, inside, among)]
        for among in (lambda event: event, typed.classified)
    )
    made = estimates.levels(typed.entry, typed.subject, [*of_class, *in_all])
    return made + estimates.levels(typed.entry, typed.subject, in_class, by=[CLASS])


def test_values(typed: Typed, shares: Iterable[Result]) -> list[Result]:
    """Return how far each category is over- or under-represented in each class, as a test value of its ``shares``."""
    levels = {(r.indicator, frozenset((r.domain or {}).items())): r.quantity for r in shares}
    answers = typed.subject.frame.iloc[typed.rows].reset_index(drop=True)
    found = marks(table(answers, typed.variables), typed.found.classes)
    told = found.set_index(["variable", "category", "class"])["test_value"].to_dict()
    sizes = np.bincount(typed.found.classes)
    made = []
    for v in typed.variables:
        for category in v.categories():
            for c, n in enumerate(sizes):
                value = float(told.get((v.name, category, c), np.nan))
                if np.isfinite(value):
                    own = v.domain(category)
                    domain = {**own, CLASS: str(c + 1)}
                    of = [q for d in (domain, own) if (q := levels.get((v.name, frozenset(d.items())))) is not None]
                    row = typed.row(v.name, "test_value", value, "score", domain=domain, n=float(n))
                    made.append(modelled(typed.entry, row, *of))
    return made


def axes(typed: Typed) -> list[Result]:
    """Return coordinates, contributions and cos2 of the categories on the plane, and the inertia of the axes."""
    found, made = typed.found.axes, []
    present = found.categories.to_dict("index")
    for v in typed.variables:
        for category in v.categories():
            line = present.get((v.name, category))
            if line is None:
                continue
            for j in range(1, _PLANE + 1):
                domain = {**v.domain(category), "axis": str(j)}
                count = {"contributors": float(round(line["n"]))}
                made.append(typed.row(v.name, "coordinate", line[f"coordinate_{j}"], "score", domain=domain, **count))
                made.append(typed.row(v.name, "cos2", line[f"cos2_{j}"], "ratio", domain=domain, **count))
                if pd.notna(line[f"contribution_{j}"]):
                    made.append(
                        typed.row(v.name, "contribution", line[f"contribution_{j}"], "ratio", domain=domain, **count)
                    )
    corrected = {"benzecri": found.benzecri(), "greenacre": found.greenacre()}
    for j in range(max(typed.found.kept, _PLANE)):
        domain = {"axis": str(j + 1)}
        made.append(typed.row("axes", "eigenvalue", found.eigenvalues[j], "ratio", domain=domain))
        made += [
            typed.row("axes", "inertia", values[j], "ratio", method=name, domain=domain)
            for name, values in corrected.items()
            if j < len(values)
        ]
    return made


def diagnostics(typed: Typed) -> list[Result]:
    """Return what the classes rest on: axes kept, gain of inertia by number of classes, stability.

    Numbers of axes, variables and classes are counts about the analysis itself (population ``records``).
    """
    found = typed.found
    k = len(found.stability)
    over = int(np.sum(found.axes.eigenvalues > 1 / found.axes.variables))
    facts = {
        ("axes", "over_mean"): over,
        ("axes", "kept"): found.kept,
        ("axes", "active"): found.axes.variables,
        ("axes", "merged"): len(found.merged),
        ("classes", "number"): k,
        ("classes", "best"): found.best,
        ("classes", "stable"): int((found.stability >= STABLE).sum()),
    }
    exact = {"inference": "census", "population": "records"}
    made = [typed.row(indicator, measure, value, "count", **exact) for (indicator, measure), value in facts.items()]
    made.append(typed.row("classes", "between", found.between, "ratio"))
    total = np.concatenate([[0.0], np.cumsum(found.tree.loss)])
    inside = {c: total[len(found.tree.loss) + 1 - c] for c in range(1, _MOST_CLASSES + 1)}
    made += [
        typed.row("classes", "gain", inside[c] / inside[c - 1], "ratio", domain={"classes": str(c)})
        for c in range(2, _MOST_CLASSES + 1)
    ]
    for c, value in enumerate(found.stability):
        size = float(np.sum(found.classes == c))
        made.append(typed.row(CLASS, "stability", value, "ratio", domain={CLASS: str(c + 1)}, n=size))
    return made
