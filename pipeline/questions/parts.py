"""Results of functions of several estimates: parts of a change, standardised shares, what a mediator carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.questions.entry import Entry
from pipeline.questions.estimates import Subject, level_quantity
from pipeline.questions.outcomes import Outcome
from pipeline.questions.quantities import modelled
from pipeline.results import Result
from pipeline.results.quantity import NOTHING, Quantity, Where, difference
from pipeline.results.time import ends, is_span
from pipeline.survey.smooth import Smooth


@dataclass(frozen=True)
class About:
    """What a family of results is about: the entry whose name starts the ids, its indicator, waves and population."""

    entry: Entry
    analysis: str
    indicator: str
    subject: Subject
    base: str
    outcome: Outcome | None = None

    def result(
        self,
        measure: str,
        unit: str,
        estimate: float,
        *,
        wave: str,
        method: str | None = None,
        domain: Mapping[str, object] | None = None,
        unit_code: str | None = None,
        inference: str | None = None,
        numbers: Mapping[str, float],
    ) -> Result:
        """Return one result of the region, or of the unit ``unit_code``; ``numbers`` are n, se, p_value and so on."""
        subject = self.subject
        made = Result(
            analysis=self.analysis,
            indicator=self.indicator,
            measure=measure,
            population=subject.population,
            territory_level="region" if unit_code is None else subject.level,
            territory=subject.region if unit_code is None else unit_code,
            unit=unit,
            inference=inference or subject.inference,
            estimate=estimate,
            wave=wave,
            method=method,
            domain=domain,
            boundaries=None if unit_code is None else subject.boundaries,
            base=self.base,
            confirmatory=self.entry.confirmatory,
            source=subject.source,
        )
        return modelled(self.entry, replace(made, **numbers), *self._levels(made))  # type: ignore[arg-type]

    def _levels(self, row: Result) -> Iterator[Quantity]:
        """Yield the level, or the difference of the levels of two waves, that a row is a statistic of."""
        if self.outcome is None:
            return
        where = Where(row.territory_level, row.territory)
        cell = {name: code for name, code in (row.domain or {}).items() if name in self.subject.frame}
        waves = ends(row.wave)
        found = [level_quantity(self.subject, self.outcome, w, where, cell) for w in waves]
        yield found[0] if not is_span(row.wave) else difference(found[1], found[0])

    def not_estimable(self, question: str, wave: str) -> Result:
        """Return the check that tells that a question could not be estimated for this indicator."""
        subject = self.subject
        return Result(
            analysis="quality_checks",
            indicator=question,
            measure="not_estimable",
            population="records",
            territory_level="region",
            territory=subject.region,
            unit="score",
            inference="census",
            estimate=1.0,
            wave=wave,
            domain={"indicator": self.indicator, **self.entry.apart},
            source=subject.source,
            quantity=NOTHING,
        )


def inference(values: Smooth, place: int, scale: float = 1.0) -> dict[str, float]:
    """Return standard error, interval, degrees of freedom and p of one value, multiplied by ``scale``."""
    return {
        "se": scale * float(values.se[place]),
        "lower": scale * float(values.lower[place]),
        "upper": scale * float(values.upper[place]),
        "level": values.level,
        "df": float(values.df),
        "p_value": float(values.p_value[place]),
    }


def percent(values: Smooth, place: int) -> float:
    """Return a difference of shares in points."""
    return float(100 * np.asarray(values.estimate)[place])
