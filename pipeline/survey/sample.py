"""The sample: rows, how they were drawn, how their weights were adjusted, and what the kernels need of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.survey import linearised, lonely, moments, taylor
from pipeline.survey.domains import Domains, domains_of, names_of
from pipeline.survey.errors import DesignError, UnsupportedError, VariableError, listed
from pipeline.survey.frames import kept_frame
from pipeline.survey.linearised import Linearised
from pipeline.survey.steps import Step, projection_of
from pipeline.survey.structure import Floats, Stage, read_stages
from pipeline.survey.weights import weights_of

Columns = str | Sequence[str]
#: Columns whose values make domains, or domains that were made of these rows before, for many outcomes.
By = Columns | Domains


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Sample:
    """A sample and its design: the base of `Design`, which documents the arguments."""

    frame: pd.DataFrame
    stages: tuple[Stage, ...]
    base_weights: Floats
    steps: tuple[Step, ...]
    lonely_psu: str
    lonely_domains: bool
    normalised: bool

    def __init__(
        self,
        frame: pd.DataFrame,
        weights: str | None = None,
        strata: str | Sequence[str | None] | None = None,
        clusters: Columns | None = None,
        population_sizes: str | Sequence[str | None] | None = None,
        nested: bool = True,
        lonely_psu: str = "fail",
        waves: str | None = None,
        lonely_domains: bool = False,
        shared_units: bool = True,
    ) -> None:
        if lonely_psu not in lonely.RULES:
            raise DesignError(f"lonely_psu '{lonely_psu}' is not known; choose one of {listed(lonely.RULES)}")
        frame = kept_frame(frame)
        stages = read_stages(
            frame,
            _one_a_stage(strata),
            names_of(clusters),
            _one_a_stage(population_sizes),
            nested,
            waves,
            shared_units,
        )
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "stages", stages)
        object.__setattr__(self, "base_weights", _base_weights(frame, weights, stages))
        object.__setattr__(self, "steps", ())
        object.__setattr__(self, "lonely_psu", lonely_psu)
        object.__setattr__(self, "lonely_domains", lonely_domains)
        object.__setattr__(self, "normalised", False)

    def __repr__(self) -> str:
        stage = self.stages[0]
        return (
            f"<Design: {len(self.frame)} rows, {len(np.unique(stage.group))} strata, "
            f"{len(np.unique(stage.shared))} primary units, {len(self.stages)} stages, "
            f"steps {[step.kind for step in self.steps]}>"
        )

    def stepped(self, step: Step, normalised: bool | None = None) -> Self:
        """Return the same sample with one more step of weighting."""
        new = object.__new__(type(self))
        for name in ("frame", "stages", "base_weights", "lonely_psu", "lonely_domains"):
            object.__setattr__(new, name, getattr(self, name))
        object.__setattr__(new, "steps", (*self.steps, step))
        object.__setattr__(new, "normalised", self.normalised if normalised is None else normalised)
        return new

    @property
    def weights(self) -> Floats:
        """Weights (n,) after every step."""
        return self.steps[-1].after if self.steps else self.base_weights

    @property
    def g_weights(self) -> Floats:
        """Ratios (n,) of weights after and before the last step; 1 where the weight is 0."""
        if not self.steps:
            return np.ones(len(self.frame))
        last = self.steps[-1]
        return np.divide(last.after, last.before, out=np.ones(len(last.after)), where=last.before != 0)

    @property
    def report(self) -> Mapping[str, Any]:
        """What the last step did (margins before and after, effective sizes, effect of a cap)."""
        return self.steps[-1].report if self.steps else {}

    @cached_property
    def forms(self) -> taylor.Variance:
        """Quadratic forms and residual operator, for `taylor.variances` and `taylor.covariance`."""
        return taylor.variance_of(self.stages, projection_of(self.steps), self.lonely_psu, self.lonely_domains)

    @cached_property
    def psu_rows(self) -> sparse.csr_array:
        """(P, n) sparse: rows of each primary unit, the same unit in every wave."""
        return taylor.indicator(self.stages[0].shared[self.stages[0].unit])

    @cached_property
    def stratum_rows(self) -> sparse.csr_array:
        """(H, n) sparse: rows of each first-stage stratum, the same stratum in every wave."""
        stage = self.stages[0]
        return taylor.indicator(stage.group[stage.unit_stratum][stage.unit])

    @property
    def degrees_of_freedom(self) -> int:
        """Primary units less strata among rows with a positive weight (R's `degf`)."""
        used = self.weights != 0
        stage = self.stages[0]
        psus = np.unique(stage.shared[stage.unit[used]])
        strata = np.unique(stage.group[stage.unit_stratum[stage.unit[used]]])
        return len(psus) - len(strata)

    def linearise(
        self,
        statistic: str,
        variables: Columns,
        by: By | None = None,
        where: Any = None,
        denominator: Columns | None = None,
        missing: str = "refuse",
    ) -> Linearised:
        """Return a statistic reduced to scores: mean, total, ratio, proportion or variance."""
        domains = domains_of(self.frame, by, where, self.weights)
        names = names_of(variables)
        if not names:
            raise VariableError(f"{statistic}: no variable given")
        if statistic == "mean":
            return linearised.linear_mean(self.frame, self.weights, domains, names)
        if statistic == "variance":
            return moments.linear_variance(self.frame, self.weights, domains, names)
        if statistic == "total":
            if self.normalised:
                raise UnsupportedError("totals are meaningless with normalised weights; take them before normalise()")
            return linearised.linear_total(self.frame, self.weights, domains, names, missing)
        if statistic == "ratio":
            return linearised.linear_ratio(self.frame, self.weights, domains, names, names_of(denominator))
        if statistic == "proportion":
            if len(names) != 1:
                raise UnsupportedError("contrasts of proportions take one variable at a time")
            return linearised.linear_proportion(self.frame, self.weights, domains, names[0])
        raise UnsupportedError(
            f"statistic '{statistic}' is not known; choose mean, total, ratio, proportion or variance"
        )


def _one_a_stage(columns: str | Sequence[str | None] | None) -> list[str | None]:
    if columns is None:
        return []
    return [columns] if isinstance(columns, str) else list(columns)


def _base_weights(frame: pd.DataFrame, column: str | None, stages: tuple[Stage, ...]) -> Floats:
    if column is not None:
        return weights_of(frame, column)
    product = np.ones(len(frame))
    for stage in stages:
        product = product * (stage.population / stage.size)[stage.unit_stratum[stage.unit]]
    if not np.isfinite(product).all():
        raise DesignError("no weights: name the column with weights=, or give population_sizes at every stage")
    return product
