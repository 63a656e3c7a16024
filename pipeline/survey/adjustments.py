"""Adjustments of a design's weights; each returns a new design and leaves the old one as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd

from pipeline.survey import calibration, diagnostics, nonresponse, raking, weights
from pipeline.survey.domains import names_of
from pipeline.survey.errors import UnsupportedError
from pipeline.survey.linearised import Linearised
from pipeline.survey.replicate_design import ReplicateDesign
from pipeline.survey.replicates import replicate_factors
from pipeline.survey.sample import Columns, Sample
from pipeline.survey.structure import Ints
from pipeline.survey.tables import degrees_of_freedom


class Adjustments(Sample):
    """What a design does to its weights."""

    def post_stratify(self, margin: pd.Series, where: Any = None) -> Self:
        """Scale weights to the population totals of one margin (a Series named by its index)."""
        return self.stepped(raking.post_stratify_step(self.frame, self.weights, margin, where))

    def rake(
        self,
        margins: Sequence[pd.Series],
        where: Any = None,
        tolerance: float = 1e-10,
        max_iterations: int = 1000,
        residuals: str = "weighted",
    ) -> Self:
        """Scale weights to several margins in turn until each total is met.

        Parameters
        ----------
        margins : Series of population totals; the index names (or MultiIndex names) are the variables.
        where : rows concerned; the others keep their weights. Margins must cover the rows concerned.
        tolerance : largest relative distance allowed to any total.
        residuals : regression behind the variance: "weighted" by the weights before raking (Deville and
            Särndal 1992; R's `calibrate`), or "sweeps", what R's `rake` does: ten rounds of unweighted margin
            means. They agree when those weights are equal and ten rounds suffice.

        Raises
        ------
        MarginError, ConvergenceError
        """
        step = raking.rake_step(self.frame, self.weights, margins, where, tolerance, max_iterations, residuals)
        return self.stepped(step)

    def calibrate(
        self,
        margins: Sequence[pd.Series] = (),
        totals: Mapping[str, float] | None = None,
        population: float | None = None,
        method: str = "linear",
        bounds: tuple[Any, Any] = (-np.inf, np.inf),
        q: str | None = None,
        ridge: float | Mapping[str, float] | None = None,
        where: Any = None,
        tolerance: float = 1e-10,
        max_iterations: int = 100,
    ) -> Self:
        """Find the weights nearest to the present ones that meet margins and totals.

        Parameters
        ----------
        margins : Series of population totals named by their index; proportions or percentages of `population`
            when they add up to 1 or 100 and `population` is given.
        totals : population totals of numeric columns.
        population : population size; a constraint of its own when there are no margins.
        method : linear (generalised regression), raking, logit or truncated (linear inside bounds).
        bounds : lowest and highest weight ratio; each a number, a column or n values.
        q : column of positive factors that let some weights move more (inverse of R's `variance`).
        ridge : price of missing totals where they conflict: a total may be off by ridge * total for a unit of
            its multiplier. One number for all or {margin or total: number}, others then met exactly.
        where : rows concerned; the others keep their weights.
        tolerance : largest relative distance allowed to any total.

        Returns
        -------
        Design, with `.weights`, `.g_weights` (ratios) and `.report["margins"]` (before and after).

        Raises
        ------
        MarginError, ConvergenceError, UnsupportedError
        """
        step = calibration.calibrate_step(
            self.frame, self.weights, margins, totals or {}, population, method, bounds, q, ridge, where,
            tolerance, max_iterations,
        )  # fmt: skip
        return self.stepped(step)

    def replicates(
        self,
        method: str,
        n: int | None = None,
        seed: int | None = None,
        rho: float = 0.3,
        variant: str | None = None,
        mse: bool = False,
    ) -> ReplicateDesign:
        """Return replicate weights, the whole recipe of weighting steps replayed in every replicate.

        Parameters
        ----------
        method : JK1, JKn, BRR, Fay or bootstrap.
        n, seed : replicates and seed of the bootstrap.
        rho : Fay's factor of the half that is not chosen.
        variant : rao_wu (with replacement) or preston (multistage, with finite population corrections); the
            second by default where population sizes are declared.
        mse : centre on the full-sample estimate in place of the mean of the replicates.

        Raises
        ------
        UnsupportedError, LonelyPsuError, MarginError, ConvergenceError
        """
        made = replicate_factors(self.stages, method, n, seed, rho, variant, self.lonely_psu)
        replayed = made.factors
        replayed *= self.base_weights[:, None]
        for step in self.steps:
            if step.replay is None:
                raise UnsupportedError(f"step '{step.kind}' cannot be replayed in replicates")
            replayed = step.replay(replayed)

        def df(linear: Linearised) -> Ints:
            return degrees_of_freedom(self, linear.presence)[linear.cell]

        return ReplicateDesign(self.frame, self.weights, replayed, made.scale, made.rscales, mse, df)

    def adjust_nonresponse(
        self,
        responded: str,
        cells: Columns = (),
        predictors: Columns = (),
        classes: int | None = None,
        where: Any = None,
    ) -> Self:
        """Give the weight of nonrespondents to respondents, in weighting cells or by propensity.

        Parameters
        ----------
        responded : boolean column; nonrespondents get weight 0 and stay in the design.
        cells : columns whose combinations are weighting cells.
        predictors : columns of a design-weighted logit of response, in place of cells.
        classes : with predictors, use this many classes of propensity as cells.
        where : rows concerned (the eligible); the others keep their weights.

        Raises
        ------
        EmptyDomainError, ConvergenceError, VariableError, UnsupportedError
        """
        if bool(len(cells)) and bool(len(predictors)):
            raise UnsupportedError("adjust_nonresponse takes cells= or predictors=, not both")
        if len(predictors):
            return self.stepped(
                nonresponse.propensity_step(self.frame, self.weights, responded, names_of(predictors), classes, where)
            )
        return self.stepped(nonresponse.cell_step(self.frame, self.weights, responded, names_of(cells), where))

    def adjust_eligibility(self, eligibility_known: str, cells: Columns = (), where: Any = None) -> Self:
        """Give the weight of cases of unknown eligibility to the known cases, eligible or not, of the same cell."""
        step = nonresponse.cell_step(self.frame, self.weights, eligibility_known, names_of(cells), where, "eligibility")
        return self.stepped(step)

    def diagnostics(self) -> pd.DataFrame:
        """Return one row a weighting step: Kish design effect, effective size, quantiles of the ratios."""
        return diagnostics.step_table(self)

    def balance(
        self, margins: Sequence[pd.Series], means: Mapping[str, tuple[float, float]] | None = None
    ) -> pd.DataFrame:
        """Compare weighted shares (and means) with the population's: absolute standardised differences."""
        return diagnostics.balance(self, margins, means)

    def reweight(self, factor: str, where: Any = None) -> Self:
        """Multiply weights by a column of fixed factors, such as inverse response propensities."""
        return self.stepped(weights.reweight_step(self.frame, self.weights, factor, where))

    def trim(
        self,
        upper: float = np.inf,
        lower: float = -np.inf,
        strict: bool = False,
        where: Any = None,
    ) -> Self:
        """Pull weights into limits and share what was cut among the others (R's `trimWeights`)."""
        return self.stepped(weights.trim_step(self.frame, self.weights, upper, lower, strict, where))

    def normalise(self, total: float | None = None) -> Self:
        """Scale weights to sum to `total` (the number of respondents by default); forbids totals."""
        return self.stepped(weights.normalise_step(self.weights, total), normalised=True)

    def share_weights(self, links: str, cap: float | None = None, where: Any = None) -> Self:
        """Pass from visits to persons: divide each weight by the number of visits of the person.

        `links` is a column of at least 1, `cap` the largest number used. The effect of the cap stands in
        `.report`: rows capped, totals with and without, Kish design effects.
        """
        return self.stepped(weights.share_step(self.frame, self.weights, links, cap, where))
