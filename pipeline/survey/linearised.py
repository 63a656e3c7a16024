"""Means, totals, ratios and proportions by domain, each reduced to weighted totals and a linear combination.

The influence of an estimate f(t) of totals t is the gradient of f applied to the contributions of a row
(Woodruff 1971, JASA 66). Scores hold the contributions, `combine` the gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from pipeline.survey.domains import Domains, outcomes_of
from pipeline.survey.errors import UnsupportedError, VariableError
from pipeline.survey.structure import Floats, Ints, factorized, grouped, known


@dataclass(frozen=True)
class Linearised:
    """m estimates with all that their variance needs.

    scores : (n, k) sparse; combine : (k, m) sparse or None for the identity.
    estimate, srs_variance, n, effective : (m,); srs_variance is that of simple random sampling with
        replacement of n rows; effective is n for the effective size of a degenerate share, else NaN.
    presence : (n, c) sparse, rows that each cell of estimation uses; cell : (m,) cell of each estimate.
    domain : (m,) row of `domains.table`; variable, category : (m,) labels.
    numerator, denominator : (m,) columns of scores (denominator None for totals); width : columns a domain.
    """

    scores: sparse.csr_array
    combine: sparse.csr_array | None
    estimate: Floats
    srs_variance: Floats
    n: Ints
    presence: sparse.csr_array
    cell: Ints
    domains: Domains
    domain: Ints
    variable: NDArray[Any]
    category: NDArray[Any]
    numerator: Ints | None = None
    denominator: Ints | None = None
    shift: Floats | None = None
    width: int = 0


def by_domain(code: Ints, domains: int, values: Floats) -> sparse.csr_array:
    """Spread values (n, p) over domain columns: (n, domains * p) sparse, domain-major."""
    p = values.shape[1]
    # positions of four bytes where they fit: in products with others of four bytes, eight would widen those too
    kind: Any = np.int32 if max(domains * p, values.size) <= np.iinfo(np.int32).max else np.int64
    inside = code >= 0
    used, rows = (code, values) if inside.all() else (code[inside], values[inside])
    columns = (used.astype(kind) * p)[:, None] + np.arange(p, dtype=kind)
    pointer = np.zeros(len(code) + 1, dtype=kind)
    np.cumsum(inside, out=pointer[1:])
    pointer *= p
    return sparse.csr_array((rows.ravel(), columns.ravel(), pointer), shape=(len(code), domains * p))


def column_sums(scores: sparse.csr_array) -> Floats:
    """Return the column sums (k,) of a sparse matrix."""
    return grouped(scores.indices, scores.data, scores.shape[1])


def quotient(scores: sparse.csr_array, numerator: Ints, denominator: Ints) -> tuple[Floats, sparse.csr_array]:
    """Return T_num / T_den (m,), NaN where T_den is 0, and its gradient (k, m)."""
    totals = column_sums(scores)
    below = totals[denominator]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(below != 0, totals[numerator] / below, np.nan)
    inverse = np.divide(1.0, below, out=np.zeros_like(below), where=below != 0)
    m = len(numerator)
    each = np.arange(m)
    gradient = sparse.csr_array(
        (
            np.r_[inverse, -np.nan_to_num(value) * inverse],
            (np.r_[numerator, denominator], np.r_[each, each]),
        ),
        shape=(scores.shape[1], m),
    )
    return value, gradient


def validity(valid: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Ints]:
    """Return the distinct patterns of observed rows (n, q) and the pattern of each variable (p,)."""
    if valid.all():
        return np.ones((len(valid), 1), dtype=bool), np.zeros(valid.shape[1], dtype=np.int64)
    # np.unique over rows compares whole columns; packed bits are hashed 100 times faster
    seen: dict[bytes, int] = {}
    packed = np.packbits(valid, axis=0).T
    which = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in packed], dtype=np.int64)
    first = np.unique(which, return_index=True)[1]
    return valid[:, first], which


def linear_mean(frame: pd.DataFrame, weights: Floats, domains: Domains, variables: Sequence[str]) -> Linearised:
    """Linearise weighted means of columns by domain; rows missing a variable form no part of its mean."""
    return mean_of(outcomes_of(frame, variables), weights, domains, variables)


def mean_of(y: Floats, weights: Floats, domains: Domains, variables: Sequence[str]) -> Linearised:
    """Linearise weighted means of outcomes (n, p), NaN where missing, by domain."""
    valid = ~np.isnan(y)
    y0 = np.where(valid, y, 0.0)
    base = valid.T @ weights
    # a common origin near the mean avoids cancellation in the unit totals
    shift = np.divide(weights @ y0, base, out=np.zeros(len(variables)), where=base != 0)
    y0 -= shift
    np.copyto(y0, 0.0, where=~valid)
    patterns, which = validity(valid)
    p, q, d = len(variables), patterns.shape[1], len(domains)
    weighted = np.hstack([y0, patterns])
    weighted *= weights[:, None]
    scores = by_domain(domains.code, d, weighted)
    domain, j = np.divmod(np.arange(d * p), p)
    numerator, denominator = domain * (p + q) + j, domain * (p + q) + p + which[j]
    centred, gradient = quotient(scores, numerator, denominator)
    presence, n = _presence(weights, domains, patterns)
    cell = domain * q + which[j]
    spread = _within(weights, domains, y0, valid, centred.reshape(d, p)).ravel()
    with np.errstate(divide="ignore", invalid="ignore"):
        srs = spread / column_sums(scores)[denominator] / (n[cell] - 1)
    return Linearised(
        scores, gradient, centred + shift[j], srs, n[cell], presence, cell, domains, domain,
        np.asarray(variables, dtype=object)[j], np.full(d * p, None, dtype=object),
        numerator, denominator, shift[j], p + q,
    )  # fmt: skip


MISSING = ("refuse", "omit")


def linear_total(
    frame: pd.DataFrame, weights: Floats, domains: Domains, variables: Sequence[str], missing: str = "refuse"
) -> Linearised:
    """Linearise weighted totals; `missing` is "refuse", or "omit" for the total of the rows that are observed.

    Raises
    ------
    UnsupportedError, VariableError
        When a value is missing in a row of a domain and nothing was said about it.
    """
    if missing not in MISSING:
        raise UnsupportedError(f"total: missing='{missing}' is not known; choose refuse or omit")
    y = outcomes_of(frame, variables)
    valid = ~np.isnan(y)
    counted = (domains.code >= 0) & (weights != 0)
    absent = (~valid & counted[:, None]).sum(axis=0)
    if missing == "refuse" and absent.any():
        k = int(np.argmax(absent))
        raise VariableError(
            f"total: '{variables[k]}' is missing in {int(absent[k])} of {int(counted.sum())} rows, so its total is "
            'not known; pass missing="omit" for the total of the rows that are observed, or impute first'
        )
    y0 = np.where(valid, y, 0.0)
    patterns, which = validity(valid)
    p, q, d = len(variables), patterns.shape[1], len(domains)
    scores = by_domain(domains.code, d, y0 * weights[:, None])
    domain, j = np.divmod(np.arange(d * p), p)
    presence, n = _presence(weights, domains, patterns)
    cell = domain * q + which[j]
    size = column_sums(by_domain(domains.code, d, patterns * weights[:, None]))[cell]
    total = column_sums(scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / size
        spread = _within(weights, domains, y0, valid, mean.reshape(d, p)).ravel()
        srs = spread / size / (n[cell] - 1) * size**2
    return Linearised(
        scores, None, total, srs, n[cell], presence, cell, domains, domain,
        np.asarray(variables, dtype=object)[j], np.full(d * p, None, dtype=object),
        np.arange(d * p), None, None, p,
    )  # fmt: skip


def linear_ratio(
    frame: pd.DataFrame,
    weights: Floats,
    domains: Domains,
    numerators: Sequence[str],
    denominators: Sequence[str],
) -> Linearised:
    """Linearise ratios of totals, pairwise; rows missing either part are left out."""
    if len(numerators) != len(denominators):
        raise VariableError(f"ratio: {len(numerators)} numerators for {len(denominators)} denominators")
    above, below = outcomes_of(frame, numerators), outcomes_of(frame, denominators)
    valid = ~(np.isnan(above) | np.isnan(below))
    above, below = np.where(valid, above, 0.0), np.where(valid, below, 0.0)
    patterns, which = validity(valid)
    p, q, d = len(numerators), patterns.shape[1], len(domains)
    scores = by_domain(domains.code, d, np.hstack([above, below]) * weights[:, None])
    domain, j = np.divmod(np.arange(d * p), p)
    num, den = domain * 2 * p + j, domain * 2 * p + p + j
    value, gradient = quotient(scores, num, den)
    presence, n = _presence(weights, domains, patterns)
    cell = domain * q + which[j]
    residual = above - np.nan_to_num(value.reshape(d, p))[np.maximum(domains.code, 0)] * below
    size = column_sums(by_domain(domains.code, d, patterns * weights[:, None]))[cell]
    spread = _within(weights, domains, residual, valid, np.zeros((d, p))).ravel()
    with np.errstate(divide="ignore", invalid="ignore"):
        srs = spread * size / (n[cell] - 1) / column_sums(scores)[den] ** 2
    labels = np.array([f"{a}/{b}" for a, b in zip(numerators, denominators, strict=True)], dtype=object)
    return Linearised(
        scores, gradient, value, srs, n[cell], presence, cell, domains, domain, labels[j],
        np.full(d * p, None, dtype=object), num, den, None, 2 * p,
    )  # fmt: skip


def linear_proportion(frame: pd.DataFrame, weights: Floats, domains: Domains, variable: str) -> Linearised:
    """Linearise the shares of every category of a variable among the rows where it is observed."""
    known(frame, [variable], "proportion")
    codes, categories = factorized(frame, variable)
    c, d = len(categories), len(domains)
    if c == 0:
        raise VariableError(f"variable '{variable}' is missing in every row")
    used = np.where(codes >= 0, domains.code, -1)
    inside = used >= 0
    columns = np.stack([used * (c + 1) + codes, used * (c + 1) + c], axis=1)[inside]
    pointer = np.concatenate([[0], np.cumsum(2 * inside)])
    data = np.repeat(weights[inside], 2)
    scores = sparse.csr_array((data, columns.ravel(), pointer), shape=(len(codes), d * (c + 1)))
    domain, k = np.divmod(np.arange(d * c), c)
    num, den = domain * (c + 1) + k, domain * (c + 1) + c
    share, gradient = quotient(scores, num, den)
    presence, n = _presence(weights, Domains(used, domains.table), np.ones((len(codes), 1), dtype=bool))
    with np.errstate(divide="ignore", invalid="ignore"):
        srs = share * (1 - share) / (n[domain] - 1)
    return Linearised(
        scores, gradient, share, srs, n[domain], presence, domain, domains, domain,
        np.full(d * c, variable, dtype=object), np.asarray(categories, dtype=object)[k],
        num, den, None, c + 1,
    )  # fmt: skip


def _presence(weights: Floats, domains: Domains, patterns: NDArray[np.bool_]) -> tuple[sparse.csr_array, Ints]:
    """Rows with a positive weight that each (domain, pattern) cell uses, and how many they are."""
    used = by_domain(domains.code, len(domains), (patterns & (weights != 0)[:, None]).astype(np.float64))
    if not patterns.all() or not (weights != 0).all():
        used.eliminate_zeros()
    return used, np.bincount(used.indices, minlength=used.shape[1]).astype(np.int64)


def _within(weights: Floats, domains: Domains, y: Floats, valid: NDArray[np.bool_], mean: Floats) -> Floats:
    """Weighted sums of squares about the domain means (D, p)."""
    inside = domains.code >= 0
    whole = bool(inside.all())
    code = domains.code if whole else domains.code[inside]
    w = weights if whole else weights[inside]
    out = np.empty(mean.shape)
    for j in range(y.shape[1]):
        column, observed = (y[:, j], valid[:, j]) if whole else (y[inside, j], valid[inside, j])
        deviation = column - np.nan_to_num(mean[:, j])[code]
        if not observed.all():
            deviation = np.where(observed, deviation, 0.0)
        out[:, j] = np.bincount(code, weights=w * deviation * deviation, minlength=len(mean))
    return out
