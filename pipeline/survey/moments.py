"""Population variances and correlations by domain, linearised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.survey import taylor
from pipeline.survey.domains import Domains, outcomes_of
from pipeline.survey.errors import VariableError
from pipeline.survey.intervals import t_quantile
from pipeline.survey.linearised import Linearised, mean_of
from pipeline.survey.structure import Floats
from pipeline.survey.tables import degrees_of_freedom

if TYPE_CHECKING:
    from pipeline.survey.sample import Sample


def linear_variance(frame: pd.DataFrame, weights: Floats, domains: Domains, variables: Sequence[str]) -> Linearised:
    """Linearise the population variance with the factor n / (n - 1) of R's `svyvar`.

    The mean inside adds nothing to the influence: the sum of squares is flat there.
    """
    y = outcomes_of(frame, variables)
    means = mean_of(y, weights, domains, variables)
    d, p = len(domains), len(variables)
    n = means.n.reshape(d, p).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(n > 1, n / (n - 1), np.nan)
    code = np.maximum(domains.code, 0)
    # a single observation has no variance: its domain keeps a row and an undefined estimate
    square = (y - means.estimate.reshape(d, p)[code]) ** 2 * np.nan_to_num(factor)[code]
    linear = mean_of(square, weights, domains, variables)
    undefined = np.isnan(factor).ravel()
    return replace(linear, estimate=np.where(undefined, np.nan, linear.estimate))


def correlation_table(design: Sample, variables: Sequence[str], domains: Domains, level: float) -> pd.DataFrame:
    """Return correlations of all pairs with intervals by Fisher's z; rows missing either variable are left out."""
    if len(variables) < 2:
        raise VariableError("correlation: give at least two variables")
    y = outcomes_of(design.frame, variables)
    parts = [
        _pair(design, f"{variables[i]} ~ {variables[j]}", y[:, i], y[:, j], domains, level)
        for i, j in combinations(range(len(variables)), 2)
    ]
    order = np.arange(len(parts) * len(domains)).reshape(len(parts), len(domains)).T.ravel()
    return pd.concat(parts, ignore_index=True).iloc[order].reset_index(drop=True)


def _pair(design: Sample, name: str, x: Floats, y: Floats, domains: Domains, level: float) -> pd.DataFrame:
    both = ~(np.isnan(x) | np.isnan(y))
    pair = np.where(both[:, None], np.stack([x, y], axis=1), np.nan)
    d = len(domains)
    means = mean_of(pair, design.weights, domains, ["x", "y"]).estimate.reshape(d, 2)
    dx, dy = (pair - means[np.maximum(domains.code, 0)]).T
    moments = mean_of(np.stack([dx * dx, dy * dy, dx * dy], axis=1), design.weights, domains, ["xx", "yy", "xy"])
    xx, yy, xy = moments.estimate.reshape(d, 3).T
    with np.errstate(divide="ignore", invalid="ignore"):
        r = xy / np.sqrt(xx * yy)
        gradient = np.stack([-r / (2 * xx), -r / (2 * yy), 1 / np.sqrt(xx * yy)], axis=1)
    rows = sparse.csr_array(
        (np.nan_to_num(gradient).ravel(), (np.arange(3 * d), np.repeat(np.arange(d), 3))), shape=(3 * d, d)
    )
    combine = sparse.csr_array(moments.combine @ rows)
    se = np.where(np.isnan(r), np.nan, np.sqrt(taylor.variances(design.forms, moments.scores, combine)))
    df = degrees_of_freedom(design, moments.presence)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = t_quantile(df.astype(np.float64), level) * se / (1 - r**2)
        lower, upper = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
        deff = se**2 / ((1 - r**2) ** 2 / (moments.n[::3] - 1))
    return domains.table.reset_index(drop=True).assign(
        variable=name, category=None, estimate=r, se=se, lower=lower, upper=upper, df=df,
        n=moments.n[::3], n_effective=moments.n[::3] / deff, deff=deff,
    )  # fmt: skip
