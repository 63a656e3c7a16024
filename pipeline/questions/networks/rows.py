"""Numbers of a network as rows of the results.

Three kinds, told apart by population and inference. What the list of actors says (``actors``, census) are facts of a
list. What those who answered declare among themselves (``respondents``, census) describes them and nobody else. What is
said of all actors (``actors``, model) supposes that the silent of a type are like those of the type who answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry
from pipeline.questions.networks.bounds import Bounded
from pipeline.questions.networks.estimation import Estimated
from pipeline.questions.networks.permutation import Permuted
from pipeline.results import Result
from pipeline.results.time import is_span

LEVEL = 0.95


@dataclass(frozen=True)
class Teller:
    """Writes rows about one wave, or two (``2003..2006``); ``n`` actors answered."""

    context: Context
    entry: Entry
    source: str
    wave: str
    n: float

    def row(
        self,
        indicator: str,
        measure: str,
        unit: str,
        value: float,
        *,
        population: str = "respondents",
        domain: Mapping[str, object] | None = None,
        place: str | None = None,
        contributors: float | None = None,
        p_value: float = np.nan,
    ) -> Result:
        """Return one exhaustive number; who contributes are the actors who answered unless said otherwise."""
        behind = self.n if contributors is None else float(contributors)
        return Result(
            analysis=self.entry.name,
            indicator=indicator,
            measure=measure,
            population=population,
            **self.context.where(place),
            unit=unit,
            inference="census",
            estimate=value,
            p_value=p_value,
            wave=self.wave,
            domain=domain,
            n=behind,
            contributors=behind,
            confirmatory=self.entry.confirmatory,
            source=self.source,
        )

    def estimated(
        self,
        indicator: str,
        measure: str,
        unit: str,
        found: Estimated,
        domain: Mapping[str, object] | None = None,
        contributors: float | None = None,
    ) -> Result:
        """Return an estimate for all actors; a change has its p-value. Where all answered, it is a count of them."""
        limits = (0.0, 1.0) if unit == "share" else (-np.inf, np.inf)
        exhaustive = self.row(
            indicator, measure, unit, found.estimate, population="actors", domain=domain, contributors=contributors
        )
        if found.se == 0 and found.lower == found.upper:
            return exhaustive
        return replace(
            exhaustive,
            inference="model",
            n=self.n,
            se=found.se,
            lower=max(found.lower, limits[0]),
            upper=min(found.upper, limits[1]),
            level=LEVEL,
            df=found.df,
            p_value=found.p_value if is_span(self.wave) else np.nan,
        )

    def bounded(
        self,
        indicator: str,
        found: Bounded,
        domain: Mapping[str, object] | None = None,
        contributors: float | None = None,
    ) -> Result:
        """Return a share among those who answered with its bounds over the silent, which are no confidence interval."""
        told = self.row(f"{indicator}_bounds", "share", "share", found.value, domain=domain, contributors=contributors)
        return replace(told, n=self.n, lower=found.least, upper=found.greatest)

    def permuted(self, indicator: str, measure: str, unit: str, found: Permuted) -> Result:
        """Return a tested statistic."""
        return self.row(indicator, measure, unit, found.value, p_value=found.p_value)


def present(value: float) -> bool:
    """Return whether a number could be computed."""
    return bool(np.isfinite(value))
