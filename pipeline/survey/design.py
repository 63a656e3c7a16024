"""A survey design: the sample, how it was drawn and how its weights were adjusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.survey import (
    calibration,
    chi_square,
    contrasts,
    diagnostics,
    glm,
    linearised,
    lonely,
    moments,
    multinomial,
    nonresponse,
    ordinal,
    quantiles,
    raking,
    rank_test,
    t_test,
    taylor,
    trend,
    weights,
)
from pipeline.survey.chi_square import ChiSquare
from pipeline.survey.domains import domains_of, names_of
from pipeline.survey.errors import DesignError, UnsupportedError, VariableError, listed
from pipeline.survey.glm import Glm
from pipeline.survey.linearised import Linearised
from pipeline.survey.multinomial import Multinomial
from pipeline.survey.ordinal import Ordinal
from pipeline.survey.rank_test import RankTest
from pipeline.survey.replicate_design import ReplicateDesign
from pipeline.survey.replicates import replicate_factors
from pipeline.survey.steps import Step, projection_of
from pipeline.survey.structure import Floats, Ints, Stage, read_stages
from pipeline.survey.t_test import TTest
from pipeline.survey.tables import degrees_of_freedom, tabulate
from pipeline.survey.trend import Trend

Columns = str | Sequence[str]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Design:
    """A sample with its design; every method returns a table or a new design and changes nothing.

    Parameters
    ----------
    frame : n rows, one a respondent or record. Nonrespondents and out-of-scope rows may stay with weight 0.
    weights : column of design weights; None to take them from population_sizes.
    strata : column of the first-stage strata, or a list with one column (or None) a stage.
    clusters : columns of the sampling units, first stage first; None when rows were drawn directly.
    population_sizes : columns with the units in the population of each stratum (or sampling fractions), one a
        stage, None for a stage drawn with replacement. Without it sampling is taken as with replacement.
    nested : labels of first-stage units may start again in every stratum. False checks that they do not.
    lonely_psu : what a stratum with one unit does: fail, remove, certainty, adjust or average.
    waves : column that tells apart samples of the same list of units stacked in one frame. Each wave then
        has its own sample and population sizes, and units common to waves carry covariance (see `taylor`).
        Without it the whole frame is one sample.
    lonely_domains : adjust and average also where a domain reaches one unit of a stratum (see `lonely`).

    Raises
    ------
    DesignError, PopulationSizeError, VariableError
    """

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
    ) -> None:
        if lonely_psu not in lonely.RULES:
            raise DesignError(f"lonely_psu '{lonely_psu}' is not known; choose one of {listed(lonely.RULES)}")
        stages = read_stages(
            frame, _one_a_stage(strata), names_of(clusters), _one_a_stage(population_sizes), nested, waves
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

    def _with(self, step: Step, normalised: bool | None = None) -> Design:
        new = object.__new__(Design)
        for name in ("frame", "stages", "base_weights", "lonely_psu", "lonely_domains"):
            object.__setattr__(new, name, getattr(self, name))
        object.__setattr__(new, "steps", (*self.steps, step))
        object.__setattr__(new, "normalised", self.normalised if normalised is None else normalised)
        return new

    # --- what the kernels need ---------------------------------------------------------------------

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

    # --- estimates ---------------------------------------------------------------------------------

    def mean(
        self, variables: Columns, by: Columns | None = None, where: Any = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate means by domain.

        Parameters
        ----------
        variables : numeric or boolean columns; rows missing one form no part of its mean.
        by : columns whose observed combinations are the domains; rows missing one belong to none.
        where : boolean mask (n,), a boolean column, or a function of the frame. Never drops rows from the design.
        level : confidence level of the intervals, with t and the domain's degrees of freedom.

        Returns
        -------
        DataFrame, one row a domain and variable: by-columns, variable, category, estimate, se, lower, upper,
        df (primary units less strata in the domain), n (rows with a positive weight), n_effective (n / deff),
        deff (against simple random sampling with replacement).

        Raises
        ------
        EmptyDomainError, LonelyPsuError, VariableError
        """
        return tabulate(self, self.linearise("mean", variables, by=by, where=where), level)

    def total(
        self, variables: Columns, by: Columns | None = None, where: Any = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate totals by domain; see `mean` for arguments. Refused on normalised weights."""
        return tabulate(self, self.linearise("total", variables, by=by, where=where), level)

    def ratio(
        self,
        numerator: Columns,
        denominator: Columns,
        by: Columns | None = None,
        where: Any = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate ratios of totals, numerators and denominators pairwise; see `mean` for the rest."""
        linear = self.linearise("ratio", numerator, by=by, where=where, denominator=denominator)
        return tabulate(self, linear, level)

    def proportion(
        self,
        variable: Columns,
        by: Columns | None = None,
        where: Any = None,
        interval: str = "logit",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate the shares of every category, among rows where the variable is observed.

        `interval` is logit, korn_graubard (R's "beta", effective size not capped), nchs (capped at n), wilson,
        asin or mean; n_effective is p (1 - p) / se^2, or n when p is 0 or 1. See `mean` for the rest.
        """
        tables = [
            tabulate(self, self.linearise("proportion", name, by=by, where=where), level, interval)
            for name in names_of(variable)
        ]
        return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)

    def quantile(
        self,
        variables: Columns,
        probabilities: float | Sequence[float] = (0.25, 0.5, 0.75),
        by: Columns | None = None,
        where: Any = None,
        level: float = 0.95,
        qrule: str = "math",
        interval: str = "mean",
    ) -> pd.DataFrame:
        """Estimate quantiles with Woodruff intervals; see `mean` for the rest.

        Parameters
        ----------
        qrule : math, school, shahvaish, or hf1 to hf9: R's `svyquantile(qrule=)`.
        interval : mean, beta, xlogit or asin: R's `svyquantile(interval.type=)`.

        Returns
        -------
        DataFrame as of `mean` with the column probability. A limit is NaN where the interval of the share leaves
        [0, 1]. se is the width over 2 t; deff and n_effective are those of the share at most the quantile.
        """
        chosen = [float(probabilities)] if np.isscalar(probabilities) else list(probabilities)  # type: ignore
        domains = domains_of(self.frame, by, where, self.weights)
        return quantiles.quantile_table(self, names_of(variables), chosen, domains, qrule, interval, level)

    def variance(
        self, variables: Columns, by: Columns | None = None, where: Any = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate population variances by domain (R's `svyvar`); see `mean` for the rest."""
        return tabulate(self, self.linearise("variance", variables, by=by, where=where), level)

    def correlation(
        self, variables: Sequence[str], by: Columns | None = None, where: Any = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate correlations of all pairs of variables, intervals by Fisher's z; see `mean` for the rest."""
        domains = domains_of(self.frame, by, where, self.weights)
        return moments.correlation_table(self, names_of(variables), domains, level)

    def contrast(
        self,
        statistic: str,
        variables: Columns,
        by: Columns | None = None,
        over: Sequence[Any] | None = None,
        combinations: Mapping[str, Mapping[Any, float]] | None = None,
        matrix: pd.DataFrame | None = None,
        rest: bool = False,
        where: Any = None,
        level: float = 0.95,
        denominator: Columns | None = None,
    ) -> pd.DataFrame:
        """Estimate linear combinations of estimates with the covariance of common units and waves.

        Parameters
        ----------
        statistic : mean, total, ratio, proportion or variance. variables, by, where, denominator : as in that method.
        over : (column, level, minus level): the difference in every combination of the other by-columns; the
            column may be left out of `by`.
        combinations : name -> {domain: coefficient}; a domain is a value, or a tuple of the by-columns'
            values; without `by`, the name of a variable (or a category of a proportion).
        matrix : frame of coefficients, one column an estimate in the order of the method's table.
        rest : each domain less the rest of the domains.

        Returns
        -------
        DataFrame: by-columns that remain, contrast, variable, category, estimate, se, lower, upper, df,
        p_value (two-sided t), n.

        Raises
        ------
        UnsupportedError
            Unless exactly one of over, combinations, matrix and rest is given.
        """
        chosen = [over is not None, combinations is not None, matrix is not None, rest]
        if sum(chosen) != 1:
            raise UnsupportedError("contrast takes exactly one of over=, combinations=, matrix= and rest=True")
        columns = names_of(by)
        if over is not None and over[0] not in columns:
            columns = [over[0], *columns]
        linear = self.linearise(statistic, variables, by=columns, where=where, denominator=denominator)
        if rest:
            return contrasts.rest_table(self, linear, level)
        if over is not None:
            rows, labels = contrasts.over_levels(linear, over)
        elif combinations is not None:
            rows, labels = contrasts.named_combinations(linear, combinations)
        else:
            assert matrix is not None
            rows, labels = contrasts.matrix_rows(linear, matrix)
        return contrasts.contrast_table(self, linear, rows, labels, level)

    def covariance(
        self,
        statistic: str,
        variables: Columns,
        by: Columns | None = None,
        where: Any = None,
        denominator: Columns | None = None,
    ) -> Floats:
        """Return the covariance matrix (m, m) of the estimates, in the order of the method's table."""
        linear = self.linearise(statistic, variables, by=by, where=where, denominator=denominator)
        return taylor.covariance(self.forms, linear.scores, linear.combine)

    def linearise(
        self,
        statistic: str,
        variables: Columns,
        by: Columns | None = None,
        where: Any = None,
        denominator: Columns | None = None,
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
            return linearised.linear_total(self.frame, self.weights, domains, names)
        if statistic == "ratio":
            return linearised.linear_ratio(self.frame, self.weights, domains, names, names_of(denominator))
        if statistic == "proportion":
            if len(names) != 1:
                raise UnsupportedError("contrasts of proportions take one variable at a time")
            return linearised.linear_proportion(self.frame, self.weights, domains, names[0])
        raise UnsupportedError(
            f"statistic '{statistic}' is not known; choose mean, total, ratio, proportion or variance"
        )

    # --- tests -------------------------------------------------------------------------------------

    def chi_square(self, a: str, b: str, statistic: str = "F", where: Any = None) -> ChiSquare:
        """Test the independence of two categorical columns; see `chi_square.chi_square`."""
        return chi_square.chi_square(self, a, b, statistic, where)

    def t_test(
        self,
        variable: str,
        by: str | None = None,
        paired: str | None = None,
        null: float = 0.0,
        where: Any = None,
        level: float = 0.95,
    ) -> TTest:
        """Test a mean, a difference of two groups or of two columns; see `t_test.t_test`."""
        return t_test.t_test(self, variable, by, paired, null, where, level)

    def rank_test(self, variable: str, by: str, test: str = "kruskal_wallis", where: Any = None) -> RankTest:
        """Compare ranks between groups; see `rank_test.rank_test`."""
        return rank_test.rank_test(self, variable, by, test, where)

    def trend(
        self,
        outcome: str,
        by: str,
        category: Any = None,
        scores: Mapping[Any, float] | None = None,
        where: Any = None,
    ) -> Trend:
        """Test a linear trend of a share over ordered groups; see `trend.trend`."""
        return trend.trend(self, outcome, by, category, scores, where)

    # --- models ------------------------------------------------------------------------------------

    def glm(
        self,
        formula: str,
        family: str = "gaussian",
        link: str | None = None,
        offset: Any = None,
        theta: float | None = None,
        where: Any = None,
        level: float = 0.95,
    ) -> Glm:
        """Fit a generalised linear model with design-based variance; see `glm.glm`."""
        return glm.glm(self, formula, family, link, offset, theta, where, level)

    def ordinal(
        self, formula: str, link: str = "logit", offset: Any = None, where: Any = None, level: float = 0.95
    ) -> Ordinal:
        """Fit a cumulative link model; see `ordinal.ordinal`."""
        return ordinal.ordinal(self, formula, link, offset, where, level)

    def multinomial(self, formula: str, reference: Any = None, where: Any = None, level: float = 0.95) -> Multinomial:
        """Fit a multinomial logit; see `multinomial.multinomial`."""
        return multinomial.multinomial(self, formula, reference, where, level)

    # --- adjustments: each returns a new design ----------------------------------------------------

    def post_stratify(self, margin: pd.Series, where: Any = None) -> Design:
        """Scale weights to the population totals of one margin (a Series named by its index)."""
        return self._with(raking.post_stratify_step(self.frame, self.weights, margin, where))

    def rake(
        self,
        margins: Sequence[pd.Series],
        where: Any = None,
        tolerance: float = 1e-10,
        max_iterations: int = 1000,
        residuals: str = "weighted",
    ) -> Design:
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
        return self._with(step)

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
    ) -> Design:
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
        return self._with(step)

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
    ) -> Design:
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
            return self._with(
                nonresponse.propensity_step(self.frame, self.weights, responded, names_of(predictors), classes, where)
            )
        return self._with(nonresponse.cell_step(self.frame, self.weights, responded, names_of(cells), where))

    def adjust_eligibility(self, eligibility_known: str, cells: Columns = (), where: Any = None) -> Design:
        """Give the weight of cases of unknown eligibility to the known cases, eligible or not, of the same cell."""
        step = nonresponse.cell_step(self.frame, self.weights, eligibility_known, names_of(cells), where, "eligibility")
        return self._with(step)

    def diagnostics(self) -> pd.DataFrame:
        """Return one row a weighting step: Kish design effect, effective size, quantiles of the ratios."""
        return diagnostics.step_table(self)

    def balance(
        self, margins: Sequence[pd.Series], means: Mapping[str, tuple[float, float]] | None = None
    ) -> pd.DataFrame:
        """Compare weighted shares (and means) with the population's: absolute standardised differences."""
        return diagnostics.balance(self, margins, means)

    def reweight(self, factor: str, where: Any = None) -> Design:
        """Multiply weights by a column of fixed factors, such as inverse response propensities."""
        return self._with(weights.reweight_step(self.frame, self.weights, factor, where))

    def trim(
        self,
        upper: float = np.inf,
        lower: float = -np.inf,
        strict: bool = False,
        where: Any = None,
    ) -> Design:
        """Pull weights into limits and share what was cut among the others (R's `trimWeights`)."""
        return self._with(weights.trim_step(self.frame, self.weights, upper, lower, strict, where))

    def normalise(self, total: float | None = None) -> Design:
        """Scale weights to sum to `total` (the number of respondents by default); forbids totals."""
        return self._with(weights.normalise_step(self.weights, total), normalised=True)

    def share_weights(self, links: str, cap: float | None = None, where: Any = None) -> Design:
        """Pass from visits to persons: divide each weight by the number of visits of the person.

        `links` is a column of at least 1, `cap` the largest number used. The effect of the cap stands in
        `.report`: rows capped, totals with and without, Kish design effects.
        """
        return self._with(weights.share_step(self.frame, self.weights, links, cap, where))


def _one_a_stage(columns: str | Sequence[str | None] | None) -> list[str | None]:
    if columns is None:
        return []
    return [columns] if isinstance(columns, str) else list(columns)


def _base_weights(frame: pd.DataFrame, column: str | None, stages: tuple[Stage, ...]) -> Floats:
    if column is not None:
        return weights.weights_of(frame, column)
    product = np.ones(len(frame))
    for stage in stages:
        product = product * (stage.population / stage.size)[stage.unit_stratum[stage.unit]]
    if not np.isfinite(product).all():
        raise DesignError("no weights: name the column with weights=, or give population_sizes at every stage")
    return product
