"""Estimates whose variance comes from replicate weights, built from a design or supplied with the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from pipeline.survey import contrasts, linearised, moments, quantiles
from pipeline.survey.domains import Domains, domains_of, names_of, outcomes_of
from pipeline.survey.errors import UnsupportedError, VariableError, listed
from pipeline.survey.frames import kept_frame, numbers
from pipeline.survey.intervals import effective_size, proportion_interval, symmetric
from pipeline.survey.linearised import Linearised
from pipeline.survey.structure import Floats, Ints, known
from pipeline.survey.tables import COLUMNS, design_effect
from pipeline.survey.weights import weights_of

Columns = str | Sequence[str]
DegreesOfFreedom = Callable[[Linearised], Ints]


@dataclass(frozen=True, eq=False)
class ReplicateDesign:
    """A sample with R replicates of its weights.

    Parameters
    ----------
    frame : n rows. weights : (n,) full-sample weights. replicate_weights : (n, R).
    scale, rscales : V = scale * sum over replicates of rscales * (estimate_r - centre)^2.
    mse : centre on the full-sample estimate; otherwise (R's default) on the mean of the replicates.
    degrees_of_freedom : one number, or a function of the linearised estimates (PSUs less strata in each domain).
    """

    frame: pd.DataFrame
    weights: Floats
    replicate_weights: Floats
    scale: float
    rscales: Floats
    mse: bool
    degrees_of_freedom: int | DegreesOfFreedom

    def __repr__(self) -> str:
        return f"<ReplicateDesign: {len(self.frame)} rows, {len(self.rscales)} replicates>"

    def mean(
        self, variables: Columns, by: Columns | None = None, where: Any = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate means by domain; see `Design.mean`."""
        return self._table(self._linear("mean", variables, by, where), level)

    def total(
        self,
        variables: Columns,
        by: Columns | None = None,
        where: Any = None,
        level: float = 0.95,
        missing: str = "refuse",
    ) -> pd.DataFrame:
        """Estimate totals by domain; see `Design.total`."""
        return self._table(self._linear("total", variables, by, where, missing=missing), level)

    def ratio(
        self,
        numerator: Columns,
        denominator: Columns,
        by: Columns | None = None,
        where: Any = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate ratios of totals; see `Design.ratio`."""
        return self._table(self._linear("ratio", numerator, by, where, denominator), level)

    def proportion(
        self,
        variable: str,
        by: Columns | None = None,
        where: Any = None,
        interval: str = "logit",
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate shares of every category; see `Design.proportion`."""
        return self._table(self._linear("proportion", variable, by, where), level, interval)

    def variance(
        self, variables: Columns, by: Columns | None = None, where: Any = None, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate population variances; see `Design.variance`."""
        names = names_of(variables)
        domains = domains_of(self.frame, by, where, self.weights)
        linear = moments.linear_variance(self.frame, self.weights, domains, names)
        y = outcomes_of(self.frame, names)
        shape = (len(domains), len(names))
        means = linearised.mean_of(y, self.weights, domains, names)
        # deviations from the full-sample mean: their squares and their own small mean in each replicate
        deviation = y - means.estimate.reshape(shape)[np.maximum(domains.code, 0)]
        both = linearised.mean_of(np.hstack([deviation**2, deviation]), self.weights, domains, names * 2)
        square, first = np.split(self._thetas(both).reshape(shape[0], 2 * shape[1], -1), 2, axis=1)
        n = linear.n[:, None].astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            thetas = (square - first**2).reshape(len(n), -1) * n / (n - 1)
        return self._finish(linear, thetas, level, None)

    def quantile(
        self,
        variables: Columns,
        probabilities: float | Sequence[float] = (0.25, 0.5, 0.75),
        by: Columns | None = None,
        where: Any = None,
        level: float = 0.95,
        qrule: str = "math",
    ) -> pd.DataFrame:
        """Estimate quantiles with the variance of the replicate quantiles (R's interval.type "quantile").

        The jackknife is not consistent for quantiles: use the bootstrap or balanced half-samples.
        """
        chosen = [float(probabilities)] if np.isscalar(probabilities) else list(probabilities)  # type: ignore
        domains = domains_of(self.frame, by, where, self.weights)
        y = outcomes_of(self.frame, names_of(variables))
        parts = []
        for j, name in enumerate(names_of(variables)):
            linear = linearised.mean_of(y[:, [j]], self.weights, domains, [name])
            for p in chosen:
                value = _quantiles(y[:, j], domains, p, qrule)
                table = self._finish(linear, self._each(value), level, None, value(self.weights))
                table.insert(list(table.columns).index("estimate"), "probability", p)
                parts.append(table.assign(n_effective=np.nan, deff=np.nan))
        return pd.concat(parts, ignore_index=True)

    def contrast(
        self,
        statistic: str,
        variables: Columns,
        by: Columns | None = None,
        over: Sequence[Any] | None = None,
        combinations: Mapping[str, Mapping[Any, float]] | None = None,
        matrix: pd.DataFrame | None = None,
        where: Any = None,
        level: float = 0.95,
        denominator: Columns | None = None,
        missing: str = "refuse",
    ) -> pd.DataFrame:
        """Estimate linear combinations of mean, total, ratio or proportion; see `Design.contrast`."""
        if sum(v is not None for v in (over, combinations, matrix)) != 1:
            raise UnsupportedError("contrast takes exactly one of over=, combinations= and matrix=")
        columns = contrasts.columns_of(names_of(by), over)
        linear = self._linear(statistic, variables, columns, where, denominator, missing)
        rows, labels = contrasts.rows_of(linear, over, combinations, matrix)
        estimate = rows @ linear.estimate
        se = np.sqrt(self._spread(estimate, rows @ self._thetas(linear)))
        df = np.array([int(self._df(linear)[np.unique(rows[[i]].indices)].min()) for i in range(rows.shape[0])])
        degrees = df.astype(np.float64)
        lower, upper = symmetric(estimate, se, degrees, level)
        p_value = 2 * special.stdtr(np.where(df > 0, df, np.nan), -np.abs(estimate / se))
        return labels.assign(estimate=estimate, se=se, lower=lower, upper=upper, df=df, p_value=p_value)

    def replicate_estimates(
        self,
        statistic: str,
        variables: Columns,
        by: Columns | None = None,
        where: Any = None,
        missing: str = "refuse",
    ) -> Floats:
        """Return the estimates (m, R) of every replicate, in the order of the method's table."""
        return self._thetas(self._linear(statistic, variables, by, where, missing=missing))

    def of_weights(self, function: Callable[[Floats], Floats], level: float = 0.95) -> pd.DataFrame:
        """Estimate any statistics of weights by replicates (R's `withReplicates`).

        Parameters
        ----------
        function : takes weights (n,) in the order of the frame and returns m numbers.

        Returns
        -------
        DataFrame
            estimate, se, lower, upper: one row a statistic; degrees of freedom are replicates with a factor less 1.

        Raises
        ------
        VariableError
            When the statistic of the sample or of a replicate is not finite.
        """
        estimate = np.atleast_1d(np.asarray(function(self.weights), dtype=np.float64))
        thetas = self._each(lambda w: np.atleast_1d(np.asarray(function(w), dtype=np.float64)))
        if not (np.isfinite(estimate).all() and np.isfinite(thetas).all()):
            raise VariableError("a statistic is not finite in the sample or in a replicate: too few answers for it")
        se = np.sqrt(self._spread(estimate, thetas))
        lower, upper = symmetric(estimate, se, np.full(len(estimate), float((self.rscales > 0).sum() - 1)), level)
        return pd.DataFrame({"estimate": estimate, "se": se, "lower": lower, "upper": upper})

    def _linear(
        self,
        statistic: str,
        variables: Columns,
        by: Columns | None,
        where: Any,
        denominator: Columns | None = None,
        missing: str = "refuse",
    ) -> Linearised:
        domains = domains_of(self.frame, by, where, self.weights)
        names = names_of(variables)
        if statistic == "mean":
            return linearised.linear_mean(self.frame, self.weights, domains, names)
        if statistic == "total":
            return linearised.linear_total(self.frame, self.weights, domains, names, missing)
        if statistic == "ratio":
            return linearised.linear_ratio(self.frame, self.weights, domains, names, names_of(denominator))
        if statistic == "proportion":
            return linearised.linear_proportion(self.frame, self.weights, domains, names[0])
        raise UnsupportedError(f"statistic '{statistic}' is not known; choose mean, total, ratio or proportion")

    def _thetas(self, linear: Linearised) -> Floats:
        """Estimates (m, R) of every replicate: the same totals under other weights."""
        grown = np.divide(
            self.replicate_weights,
            self.weights[:, None],
            out=np.zeros_like(self.replicate_weights),
            where=self.weights[:, None] != 0,
        )
        totals = np.asarray(linear.scores.T @ grown)
        assert linear.numerator is not None
        if linear.denominator is None:
            return totals[linear.numerator]
        shift = 0.0 if linear.shift is None else linear.shift[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            return totals[linear.numerator] / totals[linear.denominator] + shift

    def _each(self, estimator: Callable[[Floats], Floats]) -> Floats:
        return np.stack([estimator(w) for w in np.ascontiguousarray(self.replicate_weights.T)], axis=1)

    def _spread(self, estimate: Floats, thetas: Floats) -> Floats:
        """Variances (m,) of estimates from replicate estimates (m, R)."""
        used = self.rscales > 0
        centre = estimate if self.mse else thetas[:, used].mean(axis=1)
        return self.scale * ((thetas - centre[:, None]) ** 2 @ self.rscales)

    def _df(self, linear: Linearised) -> Ints:
        if callable(self.degrees_of_freedom):
            return self.degrees_of_freedom(linear)
        return np.full(len(linear.estimate), self.degrees_of_freedom, dtype=np.int64)

    def _table(self, linear: Linearised, level: float, interval: str | None = None) -> pd.DataFrame:
        return self._finish(linear, self._thetas(linear), level, interval)

    def _finish(
        self, linear: Linearised, thetas: Floats, level: float, interval: str | None, value: Floats | None = None
    ) -> pd.DataFrame:
        estimate = linear.estimate if value is None else value
        se = np.sqrt(self._spread(estimate, thetas))
        df, n = self._df(linear), linear.n.astype(np.float64)
        degrees = df.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            deff = design_effect(se, linear.srs_variance)
            if interval is None:
                lower, upper = symmetric(estimate, se, degrees, level)
                effective = n / deff
            else:
                lower, upper = proportion_interval(estimate, se, n, degrees, level, interval)
                effective = effective_size(estimate, se, n)
        table = linear.domains.table.iloc[linear.domain].reset_index(drop=True)
        values = [linear.variable, linear.category, estimate, se, lower, upper, df, linear.n, effective, deff]
        return table.assign(**dict(zip(COLUMNS, values, strict=True)))


def _scales(scale: float, rscales: Sequence[float] | float, replicates: int) -> Floats:
    """Return one scale a replicate (R,)."""
    each = np.asarray(rscales, dtype=np.float64)
    if each.ndim and each.shape != (replicates,):
        raise UnsupportedError(
            f"rscales: expected one number, or {replicates} (one a column of replicate_weights), "
            f"found shape {each.shape}"
        )
    each = np.broadcast_to(each, (replicates,)).copy()
    if not (np.isfinite(each).all() and (each >= 0).all() and (each > 0).any()):
        raise UnsupportedError(
            f"rscales: expected numbers from 0 on, one above it, found {listed(np.unique(each[~(each > 0)]))}"
        )
    if not (np.ndim(scale) == 0 and np.isfinite(scale) and scale > 0):
        raise UnsupportedError(f"scale: expected one positive number, found {scale}")
    return each


def _quantiles(y: Floats, domains: Domains, p: float, qrule: str) -> Callable[[Floats], Floats]:
    def value(weights: Floats) -> Floats:
        o = quantiles.ordered(y, weights, domains, merge=qrule == "hf3")
        return quantiles.quantile_values(o, np.full(len(domains), p), qrule)

    return value


def supplied_replicates(
    frame: pd.DataFrame,
    weights: str,
    replicate_weights: Sequence[str],
    scale: float,
    rscales: Sequence[float] | float = 1.0,
    mse: bool = False,
    combined: bool = True,
    degrees_of_freedom: int | None = None,
) -> ReplicateDesign:
    """Return a design on replicate weights that came with the data (R's `svrepdesign`, type "other").

    Parameters
    ----------
    weights, replicate_weights : columns. combined : replicate columns already hold the weight; otherwise they are
        factors of it.
    scale, rscales : as the data's producer states them (BRR: 1 / R; Fay: 1 / (R (1 - rho)^2); JK1: (R - 1) / R; JKn:
        scale 1 and rscales (n_h - 1) / n_h; bootstrap: 1 / (R - 1); successive differences: 4 / R).
    degrees_of_freedom : as the producer states; the rank of the replicate weights less 1 without it (R's `degf`).

    Raises
    ------
    VariableError, UnsupportedError
    """
    if not len(replicate_weights):
        raise UnsupportedError("supplied_replicates: no column of replicate weights")
    frame = kept_frame(frame)
    full = weights_of(frame, weights)
    known(frame, replicate_weights, "replicate_weights")
    columns = np.column_stack([numbers(frame[c], c, "replicate weights") for c in replicate_weights])
    if not np.isfinite(columns).all():
        raise VariableError(f"replicate weights are missing in {int((~np.isfinite(columns)).any(axis=1).sum())} rows")
    table = columns if combined else columns * full[:, None]
    each = _scales(scale, rscales, table.shape[1])
    df = int(np.linalg.matrix_rank(table, tol=1e-5 * np.linalg.norm(table, 2))) - 1
    return ReplicateDesign(
        frame, full, table, float(scale), each, mse, df if degrees_of_freedom is None else degrees_of_freedom
    )
