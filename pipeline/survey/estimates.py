"""Estimates of a design: means, totals, ratios, shares, quantiles, variances, correlations, contrasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey import contrasts, moments, quantiles, taylor
from pipeline.survey.domains import Domains, domains_of, names_of
from pipeline.survey.errors import UnsupportedError
from pipeline.survey.sample import By, Columns, Sample
from pipeline.survey.structure import Floats
from pipeline.survey.tables import tabulate


class Estimates(Sample):
    """What a design estimates; every method returns a table."""

    def mean(self, variables: Columns, by: By | None = None, where: Any = None, level: float = 0.95) -> pd.DataFrame:
        """Estimate means by domain.

        Parameters
        ----------
        variables : numeric or boolean columns; rows missing one form no part of its mean.
        by : columns whose observed combinations are the domains; rows missing one belong to none. Or domains that
            were made of these rows before (`domains_of`), without a mask beside theirs.
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
        self,
        variables: Columns,
        by: Columns | None = None,
        where: Any = None,
        level: float = 0.95,
        missing: str = "refuse",
    ) -> pd.DataFrame:
        """Estimate totals by domain; see `mean` for the other arguments. Refused on normalised weights.

        Parameters
        ----------
        missing : refuse raises where a row of a domain misses the variable; omit gives the total of the rows that
            are observed (R's `na.rm=TRUE`), n counting them.

        Raises
        ------
        EmptyDomainError, LonelyPsuError, UnsupportedError, VariableError
        """
        return tabulate(self, self.linearise("total", variables, by=by, where=where, missing=missing), level)

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
        by: By | None = None,
        over: Sequence[Any] | None = None,
        combinations: Mapping[str, Mapping[Any, float]] | None = None,
        matrix: pd.DataFrame | None = None,
        rest: bool = False,
        where: Any = None,
        level: float = 0.95,
        denominator: Columns | None = None,
        missing: str = "refuse",
    ) -> pd.DataFrame:
        """Estimate linear combinations of estimates with the covariance of common units and waves.

        Parameters
        ----------
        statistic : mean, total, ratio, proportion or variance. variables, by, where, denominator, missing : as in
            that method.
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
        parts = by if isinstance(by, Domains) else contrasts.columns_of(names_of(by), over)
        linear = self.linearise(statistic, variables, by=parts, where=where, denominator=denominator, missing=missing)
        if rest:
            return contrasts.rest_table(self, linear, level)
        rows, labels = contrasts.rows_of(linear, over, combinations, matrix)
        return contrasts.contrast_table(self, linear, rows, labels, level)

    def covariance(
        self,
        statistic: str,
        variables: Columns,
        by: Columns | None = None,
        where: Any = None,
        denominator: Columns | None = None,
        missing: str = "refuse",
    ) -> Floats:
        """Return the covariance matrix (m, m) of the estimates, in the order of the method's table."""
        linear = self.linearise(statistic, variables, by=by, where=where, denominator=denominator, missing=missing)
        return taylor.covariance(self.forms, linear.scores, linear.combine)
